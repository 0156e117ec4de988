"""Delivery reports (RFC 3464) as values: what became of our mail, by recipient."""

from __future__ import annotations

import re
from typing import Final

from mail.automatic import find_automatic
from mail.body import body_text, read_body
from mail.delivery_report import Action, DeliveryReport, RecipientReport
from mail.header import Header, split_header
from mail.message import Automatic
from mail.part import Part
from mail.report_text import read_text_report
from mail.structure import leaves, read_structure

MOST_RECIPIENTS: Final = 100
LONGEST_FIELD: Final = 1000
TEXT_CHARACTERS: Final = 16_000
STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_BLANK: Final = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BASIC: Final = re.compile(r"(?<![\d.])[245]\d\d(?![\d.])")


def read_report(raw: bytes) -> DeliveryReport | None:
    """Answer what a mail reports, None where it holds no report that can be read; never raises."""
    root = read_structure(raw)
    parts = leaves(root)
    for part in parts:
        if part.content_type in STATUS_TYPES and (found := _read(part.decoded())) is not None:
            return found
    text = body_text(read_body(root))
    if find_automatic(root, parts, text) is not Automatic.DSN:
        return None
    # Some write the fields of a report, or what became of the mail, for people alone.
    return _read(text[:TEXT_CHARACTERS].encode()) or _read_words(root, text)


def _read_words(root: Part, text: str) -> DeliveryReport | None:
    named = tuple(one.strip() for one in root.header.text("x-failed-recipients")[:LONGEST_FIELD].split(","))
    recipients = read_text_report(text, tuple(one for one in named if "@" in one))
    return DeliveryReport(reporter="", recipients=recipients) if recipients else None


def _read(octets: bytes) -> DeliveryReport | None:
    blocks = [block for block in _BLANK.split(octets.strip()) if block.strip()][: MOST_RECIPIENTS + 1]
    headers = [split_header(block + b"\r\n\r\n")[0] for block in blocks]
    recipients = tuple(found for header in headers if (found := _recipient(header)) is not None)
    reporter = next((_typed(header, "reporting-mta") for header in headers if header.first("reporting-mta")), "")
    return DeliveryReport(reporter=reporter, recipients=recipients) if recipients else None


def _recipient(header: Header) -> RecipientReport | None:
    words = header.text("action").split()
    action = words[0].lower() if words else ""
    if action not in {*Action}:
        return None
    status = _STATUS.search(header.text("status")[:100])
    diagnostic = _typed(header, "diagnostic-code")
    basic = _BASIC.search(diagnostic[:100])
    return RecipientReport(
        recipient=_typed(header, "original-recipient") or _typed(header, "final-recipient"),
        action=Action(action),
        status=status[0] if status else "",
        diagnostic=diagnostic,
        code=int(basic[0]) if basic else None,
    )


def _typed(header: Header, name: str) -> str:
    """Answer a value without the type before it: `rfc822; a@b`, `dns; mx.example`, `smtp; 550 …`."""
    value = header.text(name)[:LONGEST_FIELD]
    kind, semicolon, rest = value.partition(";")
    return (rest if semicolon and kind.strip().isascii() and " " not in kind.strip() else value).strip()
