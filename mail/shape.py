"""The gate: what bytes may be a mail at all, and who its one author is (SECURITY 4.1).

Everything that different programs read differently is refused here, before any cryptography: what a
signature covers, what we show and what we link must be the same bytes. Linear in the size of the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.headerregistry import AddressHeader, HeaderRegistry
from enum import StrEnum
from functools import lru_cache
from typing import Final

from languages.speech import marked
from mail.domain import a_label_form
from mail.from_field import LONGEST_FIELD, Mailbox, read_from_field

HEADER_LIMIT: Final = 256 * 1024
FIELD_LIMIT: Final = 64 * 1024
FIELDS_LIMIT: Final = 1_000
ONCE: Final = frozenset(
    {b"from", b"sender", b"subject", b"message-id", b"mime-version", b"content-type", b"content-transfer-encoding"}
)
"""RFC 5322 §3.6 allows these once. A second Date, To, Cc or Reply-To is let through: living mail has it."""

_FIELD_NAME: Final = re.compile(rb"[!-9;-~]+")
_LIKE_FROM: Final = re.compile(rb"[^A-Za-z:]*from[^A-Za-z:]*:", re.I)


class ShapeFault(StrEnum):
    """Why bytes are no acceptable mail: the value is a sentence, `kind` says which reply it gets."""

    LINE_END = marked("a CR or LF stands alone")
    NUL = marked("a NUL octet stands in the mail")
    HEADER_TOO_LONG = marked("the header is longer than 256 KiB")
    TOO_MANY_FIELDS = marked("the header has more than 1,000 fields")
    FIELD_TOO_LONG = marked("a header field is longer than 64 KiB")
    NO_NAME = marked("a header line has no valid field name")
    TWICE = marked("a field that may stand once stands twice")
    NO_FROM = marked("there is no From field")
    TWO_FROM = marked("there is more than one From field")
    HIDDEN_FROM = marked("a From field is written in a form that programs read differently")
    NOT_ONE_AUTHOR = marked("the From field is not exactly one address")
    READ_DIFFERENTLY = marked("two readings of the From field disagree")

    @property
    def kind(self) -> str:
        """Answer "from" (550 5.7.1) or "content" (550 5.6.0)."""
        return "from" if self in _ABOUT_FROM else "content"


_ABOUT_FROM: Final = frozenset(
    {
        ShapeFault.NO_FROM,
        ShapeFault.TWO_FROM,
        ShapeFault.HIDDEN_FROM,
        ShapeFault.NOT_ONE_AUTHOR,
        ShapeFault.READ_DIFFERENTLY,
    }
)


def check_shape(raw: bytes) -> ShapeFault | None:
    """Answer the first fault of the whole mail, or None where it may be judged further."""
    found = pass_gate(raw)
    return found if isinstance(found, ShapeFault) else None


def pass_gate(raw: bytes) -> Mailbox | ShapeFault:
    """Answer the one author of a mail that may be judged further, or the first fault of the whole mail."""
    return _check_octets(raw) or _read_header(raw)


def author(raw: bytes) -> str:
    """Answer the addr-spec of the one From field as both readings give it, "" where there is no such thing.

    The domain stands as written; looks at the header's From alone, so it says nothing of the rest.
    """
    values = [value for name, value in _fields(_header_lines(raw)) if name == b"from"]
    if len(values) != 1:
        return ""
    found = _read_twice(values[0])
    return found.addr_spec if isinstance(found, Mailbox) else ""


def _check_octets(raw: bytes) -> ShapeFault | None:
    # RFC 5322 §2.3: CR and LF only together. NUL: RFC 5321 §4.5.2, RFC 6532 §3.2
    line_ends = raw.count(b"\r\n")
    if raw.count(b"\r") != line_ends or raw.count(b"\n") != line_ends:
        return ShapeFault.LINE_END
    return ShapeFault.NUL if b"\0" in raw else None


def _read_header(raw: bytes) -> Mailbox | ShapeFault:
    if raw.find(b"\r\n\r\n", 0, HEADER_LIMIT + 4) < 0 and len(raw) > HEADER_LIMIT:
        return ShapeFault.HEADER_TOO_LONG
    lines = _header_lines(raw)
    if (fault := _check_names(lines)) is not None:
        return fault
    fields = _fields(lines)
    if len(fields) > FIELDS_LIMIT:
        return ShapeFault.TOO_MANY_FIELDS
    seen: dict[bytes, bytes] = {}
    for name, value in fields:
        if len(value) > FIELD_LIMIT:
            return ShapeFault.FIELD_TOO_LONG
        if name in ONCE and name in seen:
            return ShapeFault.TWO_FROM if name == b"from" else ShapeFault.TWICE
        seen[name] = value
    if b"from" not in seen:
        return ShapeFault.NO_FROM
    return _read_twice(seen[b"from"])


def _header_lines(raw: bytes) -> list[bytes]:
    if not raw or raw.startswith(b"\r\n"):
        return []
    end = raw.find(b"\r\n\r\n")
    return raw[: end if end >= 0 else len(raw.removesuffix(b"\r\n"))].split(b"\r\n")


def _check_names(lines: list[bytes]) -> ShapeFault | None:
    """RFC 5322 §2.2: printable US-ASCII but the colon, which follows at once."""
    for number, line in enumerate(lines):
        if line[:1] in (b" ", b"\t") and number:
            continue
        name, colon, _ = line.partition(b":")
        if not colon or _FIELD_NAME.fullmatch(name) is None:
            return ShapeFault.HIDDEN_FROM if _LIKE_FROM.match(line) else ShapeFault.NO_NAME
    return None


def _fields(lines: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Join folded lines: (lower-case name, value with its folds)."""
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            if fields:
                fields[-1][1].append(line)
            continue
        name, _, value = line.partition(b":")
        fields.append((name.lower(), [value]))
    return [(name, b"\r\n".join(values)) for name, values in fields]


@lru_cache(maxsize=4096)
def _read_remembered(value: bytes) -> Mailbox | ShapeFault:
    ours = read_from_field(value)
    if ours is None:
        return ShapeFault.NOT_ONE_AUTHOR
    theirs = _library_reading(value.replace(b"\r\n", b"").decode("utf-8", "surrogateescape"))
    return ours if theirs == (ours.local_part, ours.a_label) else ShapeFault.READ_DIFFERENTLY


def _read_twice(value: bytes) -> Mailbox | ShapeFault:
    if len(value) > LONGEST_FIELD:
        return ShapeFault.NOT_ONE_AUTHOR
    return _read_remembered(value)


_REGISTRY: Final = HeaderRegistry()


def _library_reading(value: str) -> tuple[str, str] | None:
    """Answer the email package's (local-part, A-label domain), None where it sees no single mailbox.

    Its defects are not asked: it records them for display names too, and of the address our own reading
    has already let nothing pass that could have one.
    """
    try:
        header = _REGISTRY("From", value)
    except (ValueError, AttributeError, LookupError, TypeError):
        # the package raises these from its inside on odd values instead of recording a defect
        return None
    if not isinstance(header, AddressHeader) or len(header.groups) != 1 or header.groups[0].display_name is not None:
        return None
    if len(header.addresses) != 1:
        return None
    [address] = header.addresses
    return address.username, a_label_form(address.domain) or ""
