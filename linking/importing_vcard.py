"""vCards 2.1, 3.0 and 4.0 as lines of a sheet (RFC 2426, RFC 6350): one card is one contact.

A reader of our own: it takes time in proportion to the octets, whatever they are.
"""

from __future__ import annotations

import quopri
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from languages.numbers import whole
from languages.speech import _
from linking.importing_columns import Field, Kind
from linking.importing_mapping import Mapping
from linking.importing_sheet import LONGEST_CELL, MOST_LINES, MOST_OCTETS, Line, Sheet, Unreadable
from mail.charset import decode

HEADER: Final = ("Name", "First name", "Last name", "Organization", "E-mail", "Title")
MAPPING: Final = Mapping(
    kind=Kind.CONTACTS,
    fields=(Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.ORGANIZATION, Field.ADDRESSES, None),
)
READ: Final = frozenset({"FN", "N", "ORG", "EMAIL", "TITLE"})
MOST_PARTS: Final = 100
"""Addresses of one card that are read at all."""
_BEGIN, _END = "BEGIN:VCARD", "END:VCARD"


def is_vcard(raw: bytes) -> bool:
    """Tell whether the octets begin as a vCard does."""
    start = raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start[: len(_BEGIN)].upper() == _BEGIN.encode()


def read_vcards(raw: bytes) -> Sheet:
    """Read a file of vCards; a card that is not ended is a line with a problem. Raises Unreadable."""
    if len(raw) > MOST_OCTETS:
        raise Unreadable(
            _("the file has {count} octets: at most {most} are read; divide it").format(
                count=whole(len(raw)), most=whole(MOST_OCTETS)
            )
        )
    text, defect = decode(raw, "utf-8")
    lines: list[Line] = []
    for line in _cards(text):
        lines.append(line)
        if len(lines) > MOST_LINES:
            raise Unreadable(_("there are more than {most} cards: divide the file").format(most=whole(MOST_LINES)))
    return Sheet(
        encoding="utf-8",
        is_guessed=defect is not None,
        delimiter="",
        has_header=True,
        header=HEADER,
        lines=tuple(lines),
    )


@dataclass(slots=True)
class _Card:
    number: int
    values: dict[str, str] = field(default_factory=dict)
    emails: list[tuple[int, str]] = field(default_factory=list)

    def take(self, name: str, value: str, preferred: int) -> None:
        if name == "EMAIL":
            if len(self.emails) < MOST_PARTS:
                self.emails.append((preferred, value))
        else:
            self.values.setdefault(name, value)

    def line(self) -> Line:
        last, first, *_rest = [*_parts(self.values.get("N", ""), ";"), "", ""]
        organization = _parts(self.values.get("ORG", ""), ";")[0]
        name, title = (_plain(self.values.get(one, "")) for one in ("FN", "TITLE"))
        # Preferred first; where cards do not say, as they stand.
        emails = " ".join(_plain(one) for _rank, one in sorted(self.emails, key=lambda pair: pair[0]))
        cells = (name, _plain(first), _plain(last), _plain(organization), emails, title)
        too_long = next((one for one, cell in zip(HEADER, cells, strict=True) if len(cell) > LONGEST_CELL), None)
        if too_long:
            why = _("{field} is too long: at most {most} characters are read")
            return Line(self.number, (), why.format(field=too_long, most=whole(LONGEST_CELL)))
        return Line(self.number, tuple(cell.strip() for cell in cells))


def _cards(text: str) -> Iterator[Line]:
    card: _Card | None = None
    for number, content in _unfolded(text):
        upper = content[:20].strip().upper()
        if upper == _BEGIN:
            if card is not None:
                yield _unended(card)
            card = _Card(number)
        elif upper == _END and card is not None:
            yield card.line()
            card = None
        elif card is not None and (read := _property(content)) is not None:
            card.take(*read)
    if card is not None:
        yield _unended(card)


def _unended(card: _Card) -> Line:
    return Line(card.number, (), _("the card is not ended: a line END:VCARD is missing"))


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Answer content lines and the number of their first (RFC 6350 §3.2); of a long one, such as a photo, the start."""
    pieces: list[str] = []
    size, first, soft = 0, 1, False
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        folded = line[:1] in (" ", "\t")
        if not (folded or soft) and pieces:
            yield first, "".join(pieces)
            pieces, size = [], 0
        if not pieces:
            first = number
            soft = _is_quoted_printable(line)
        piece = line[1:] if folded and not soft else line
        # vCard 2.1 goes on after a line that ends with = where it is quoted-printable.
        soft = soft and line.endswith("=")
        size += len(piece)
        if size <= 2 * LONGEST_CELL or not pieces:
            pieces.append((piece[:-1] if soft else piece)[: 2 * LONGEST_CELL])
    if pieces:
        yield first, "".join(pieces)


def _is_quoted_printable(line: str) -> bool:
    return "QUOTED-PRINTABLE" in line[:200].partition(":")[0].upper()


def _property(content: str) -> tuple[str, str, int] | None:
    """Answer name, value and preference of a property that is read; the group before the name says nothing to us."""
    head, value = _divided(content)
    name, *parameters = head.split(";")
    name = name.rpartition(".")[2].strip().upper()
    if name not in READ:
        return None
    upper = [one.strip().upper() for one in parameters]
    if any("QUOTED-PRINTABLE" in one for one in upper):
        charset = next((one[8:] for one in upper if one.startswith("CHARSET=")), "utf-8")
        value = decode(quopri.decodestring(value.encode("utf-8", "replace")), charset)[0]
    return name, value, _preference(upper)


def _divided(content: str) -> tuple[str, str]:
    """Cut at the first colon outside quotation marks."""
    quoted = False
    for place, letter in enumerate(content):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return content[:place], content[place + 1 :]
    return content, ""


def _preference(parameters: list[str]) -> int:
    """Answer 1 to 100 (RFC 6350 §5.3): version 3 and 2.1 mark the preferred one by a type."""
    for one in parameters:
        name, _, value = one.partition("=")
        if name == "PREF" and value.isascii() and value.isdigit() and len(value) < 4:
            return int(value)
        if one == "PREF" or (name == "TYPE" and "PREF" in value.replace('"', "").split(",")):
            return 1
    return 100


def _parts(value: str, separator: str) -> list[str]:
    """Divide at separators that no backslash escapes; what is escaped stays as it is."""
    parts, start, escaped = [], 0, False
    for place, letter in enumerate(value):
        if letter == separator and not escaped:
            parts.append(value[start:place])
            start = place + 1
        escaped = letter == "\\" and not escaped
    return [*parts, value[start:]]


def _plain(value: str) -> str:
    """Take the backslashes off (RFC 6350 §3.4); a line break becomes a space."""
    plain: list[str] = []
    escaped = False
    for letter in value:
        if escaped:
            plain.append(" " if letter in "nN" else letter)
        elif letter != "\\":
            plain.append(letter)
        escaped = letter == "\\" and not escaped
    return "".join(plain)
