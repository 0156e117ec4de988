"""Originals inside a forward (RULES R16, R17): attached mails first, else the outermost block of the text.

What is read out of text is a claim of whoever forwarded it. A reply that quotes is no forward: a header without a
separating line counts only where the subject does not say that it answers.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from mail.address import parse_address_list
from mail.body import body_text, read_body
from mail.date import parse_date, zone_of_date
from mail.encoded_word import decode_words
from mail.header import Header, field_text
from mail.header_block import HeaderBlock, mailboxes
from mail.labels import Field
from mail.markers import Marker
from mail.message import Address, Automatic, Forwarded
from mail.opening import Opening, Openings, is_quoted, next_written
from mail.part import Part
from mail.shown_date import read_shown_date
from mail.structure import read_structure
from mail.subject import is_forward, is_reply, without_prefix

ORIGINALS: Final = 20
CHARACTERS: Final = 400

_MESSAGE_TYPES: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_OVERRIDE: Final = re.compile(r"\W*from\s*:\s*(\S.{0,300}@.{1,300})", re.IGNORECASE)
_ENGLISH: Final = re.compile(r"^[\W_]*(?:from|sent|date|to|subject)\b[\W_]*:|\bwrote\b", re.IGNORECASE)
_UNQUOTE: Final = re.compile(r"^[ \t]*> ?")


def find_forwarded(
    root: Part, files: Sequence[Part], openings: Openings, subject: str, automatic: Automatic | None
) -> tuple[Forwarded, ...]:
    """Answer the originals that this mail forwards, () where it forwards nothing."""
    if automatic is Automatic.DSN or root.content_type in {"multipart/report", "multipart/digest"}:
        return ()
    attached = [part for part in files if part.content_type in _MESSAGE_TYPES][:ORIGINALS]
    if attached:
        return tuple(_read_attached(part.decoded()) for part in attached)
    found = _read_text(openings, subject, zone_of_date(root.header.text("date")))
    return (found,) if found else ()


def _read_attached(raw: bytes) -> Forwarded:
    root = read_structure(raw)
    header = root.header
    return Forwarded(
        from_=next(iter(_addresses(header, "from")), None),
        to=_addresses(header, "to"),
        cc=_addresses(header, "cc"),
        subject=" ".join(decode_words(header.text("subject")).split()),
        date=_attached_date(header.text("date")),
        text=body_text(read_body(root)),
        raw=raw,
    )


def _addresses(header: Header, name: str) -> tuple[Address, ...]:
    return tuple(one for value in header.every(name) for one in parse_address_list(field_text(value)))


def _read_text(openings: Openings, subject: str, zone: tzinfo | None) -> Forwarded | None:
    override, openings = _explicit_author(openings)
    lines, opening = openings.lines, openings.first()
    found = (
        _original(lines, opening, without_prefix(subject), zone)
        if opening is not None and _is_forward(opening, subject)
        else None
    )
    if override is None:
        return found
    if found is None:  # R16: who writes `From: a@b` on the first line says whose mail this is
        return Forwarded(from_=override, to=(), cc=(), subject="", date=None, text="\n".join(lines).strip())
    return replace(found, from_=override)


def _explicit_author(openings: Openings) -> tuple[Address | None, Openings]:
    """Answer who the first line says wrote the mail, and what stands below it."""
    lines = openings.lines
    first = next_written(lines, 0)
    said = _OVERRIDE.fullmatch(lines[first]) if first < len(lines) else None
    alone = first + 1 >= len(lines) or not lines[first + 1].strip()
    if said is None or not alone or is_quoted(lines[first]) or openings.at(first) is not None:
        return None, openings
    return next(iter(mailboxes(said[1])), None), Openings("\n".join(lines[first + 1 :]))


def _is_forward(opening: Opening, subject: str) -> bool:
    if opening.marker is Marker.FORWARD:
        return True
    if opening.block is not None:
        return not is_reply(subject)
    return opening.attribution is not None and is_forward(subject)


def _original(lines: list[str], opening: Opening, subject: str, zone: tzinfo | None) -> Forwarded:
    """Read the original; one that shows no header of its own has the forward's subject without its prefix."""
    content = _content(lines, opening)
    block, said = opening.block, opening.attribution
    is_english = any(_ENGLISH.search(line[:CHARACTERS]) for line in lines[opening.start : opening.content])
    if block is None:
        author, date = (said.author, said.date) if said else (None, "")
        return Forwarded(from_=author, to=(), cc=(), subject=subject, date=_date(date, zone, is_english), text=content)
    return Forwarded(
        from_=_author(block),
        to=mailboxes(block.fields.get(Field.TO, "")),
        cc=mailboxes(block.fields.get(Field.CC, "")),
        subject=block.fields.get(Field.SUBJECT, subject),
        date=_date(block.fields.get(Field.DATE, ""), zone, is_english),
        text=content,
    )


def _author(block: HeaderBlock) -> Address | None:
    """Answer who is named; a name without an address keeps an empty address."""
    value = block.fields.get(Field.FROM, "")
    name = value.strip("\"'* ")
    return next(iter(mailboxes(value)), Address(name, "") if name else None)


def _content(lines: list[str], opening: Opening) -> str:
    content = lines[opening.content :]
    first = next_written(content, 0)
    if first < len(content) and is_quoted(content[first]):
        # A line between quoted ones lost its mark to a line break on the way.
        end = 1 + max(number for number, line in enumerate(content) if is_quoted(line))
        content = [_UNQUOTE.sub("", line) for line in content[:end]]
    return textwrap.dedent("\n".join(content).strip("\n\ufeff\u200b\xa0")).strip()


def _attached_date(value: str) -> str | None:
    return _rfc3339(parse_date(value)) or value[:200] or None


def _date(value: str, zone: tzinfo | None, is_english: bool) -> str | None:
    """Answer RFC 3339 where the date says a moment, else the text as found.

    `zone`: clients show the original's date in the zone in which the forward was written.
    """
    return _rfc3339(read_shown_date(value, zone=zone, is_english=is_english)) or value[:200] or None


def _rfc3339(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
