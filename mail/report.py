"""Delivery reports (RFC 3464) as values: what became of our mail, by recipient."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mail.header import Header, split_header
from mail.part import Part
from mail.structure import leaves, read_structure

MOST_RECIPIENTS: Final = 100
LONGEST_FIELD: Final = 1000
STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_BLANK: Final = re.compile(rb"\r?\n(?:[ \t]*\r?\n)+")
_STATUS: Final = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BASIC: Final = re.compile(r"(?<![\d.])[245]\d\d(?![\d.])")


class Action(StrEnum):
    """RFC 3464 §2.3.3."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReport:
    """One recipient: `recipient` as the reporter names it; `code` is the basic reply code in the diagnostic, if any."""

    recipient: str
    action: Action
    status: str
    diagnostic: str
    code: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """`reporter` is the server that says so; at least one recipient."""

    reporter: str
    recipients: tuple[RecipientReport, ...]

    @property
    def worst(self) -> RecipientReport:
        """Answer the recipient with the worst news."""
        order = tuple(Action)
        return min(self.recipients, key=lambda one: order.index(one.action))


def read_report(raw: bytes) -> DeliveryReport | None:
    """Answer what a mail reports, None where it holds no report that can be read; never raises."""
    for part in leaves(read_structure(raw)):
        if part.content_type in STATUS_TYPES and (found := _read(part)) is not None:
            return found
    return None


def _read(part: Part) -> DeliveryReport | None:
    blocks = [block for block in _BLANK.split(part.decoded().strip()) if block.strip()][: MOST_RECIPIENTS + 1]
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
