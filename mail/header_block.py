"""The header that mail clients show above a quoted or forwarded mail, as plain lines of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.address import parse_address_list
from mail.labels import Field, split_glued, split_label
from mail.message import Address

LINES: Final = 60
OTHERS: Final = 5
VALUE_CHARACTERS: Final = 8000

_BLANK: Final = "> \t\xa0\ufeff"
_MAILTO: Final = re.compile(r"<mailto:[^<>]{1,400}>|\[mailto:([^\[\]<>]{1,400})\]", re.IGNORECASE)
_LINK: Final = re.compile(r"<(?:https?|tel):[^<>]{1,1000}>", re.IGNORECASE)
_BEHALF: Final = re.compile(
    r"\s(?:on behalf of|im auftrag von|de la part de|en nombre de|per conto di|em nome de|namens|på vegne av|"
    r"på vegne af|för|puolesta|w imieniu|jménem|nevében|от имени|від імені|în numele|adına)\s.*",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(r"\[([^\[\]\s]{1,200}@[^\[\]\s]{1,200})\]|\(([^()\s]{1,200}@[^()\s]{1,200})\)")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The fields as written, first value of each, and the line behind the block."""

    fields: dict[Field, str]
    end: int

    @property
    def is_header(self) -> bool:
        """Answer whether this is the header of a mail and no list of a few words with colons."""
        known = len(self.fields) - (Field.OTHER in self.fields)
        return (Field.FROM in self.fields and known >= 3) or (known >= 2 and self._names_a_sender())

    def _names_a_sender(self) -> bool:
        return "@" in self.fields.get(Field.FROM, "") and bool({Field.DATE, Field.SUBJECT} & self.fields.keys())


def read_block(lines: list[str], start: int) -> HeaderBlock:
    """Read the labelled lines from here; a block may have a blank line between its fields and folded values."""
    fields: dict[Field, str] = {}
    position, last, end, others = start, None, start, 0
    while position < min(len(lines), start + LINES):
        line = lines[position]
        found = split_label(line)
        if found is not None:
            others += found[0] is Field.OTHER
            if (found[0] in fields and found[0] is not Field.OTHER) or others > OTHERS:
                break  # a field given twice begins something else
            last = found[0]
            fields[last] = fields.get(last) or found[1]
            end = position + 1
        elif not line.strip(_BLANK):
            if not _continues(lines, position + 1, fields) and not (last and not fields[last]):
                break
        elif last is not None and _is_folded(line, fields[last], last):
            fields[last] = f"{fields[last]} {line.strip()}"[:VALUE_CHARACTERS]
            end = position + 1
        else:
            break
        position += 1
    return HeaderBlock(fields, end)


def read_glued(line: str, end: int) -> HeaderBlock:
    """Read a block that stands on one line; `end` is the line behind it."""
    return HeaderBlock(dict(split_glued(line[:VALUE_CHARACTERS])), end)


def mailboxes(value: str) -> tuple[Address, ...]:
    """Answer the mailboxes of a value as clients write them, with links and `on behalf of` around them."""
    value = _LINK.sub("", _MAILTO.sub(lambda found: f"<{found[1]}>" if found[1] else "", value[:VALUE_CHARACTERS]))
    value = _BEHALF.sub("", value)
    value = _BRACKETED.sub(lambda found: f"<{found[1] or found[2]}>", value)
    for quote in "«»„“”":
        value = value.replace(quote, '"' if value.count(quote) and "<" in value else "")
    return tuple(Address(one.name.strip("\"'* "), one.address.strip("*'")) for one in parse_address_list(value))


def _continues(lines: list[str], position: int, fields: dict[Field, str]) -> bool:
    """One blank line between fields is what some clients make of a paragraph for each."""
    if position >= len(lines) or len(fields) >= 4:
        return False
    found = split_label(lines[position])
    return found is not None and found[0] not in fields and found[0] is not Field.OTHER


def _is_folded(line: str, value: str, field: Field) -> bool:
    if not value:
        return True
    if field in (Field.TO, Field.CC, Field.BCC, Field.FROM):
        return (
            value.rstrip().endswith((",", ";", "<")) or (line[:1] in " \t" and "@" in line) or line.strip()[:1] == "<"
        )
    return field is Field.SUBJECT and line[:1] in " \t" and len(line.strip()) < 80
