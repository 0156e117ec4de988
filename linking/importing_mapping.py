"""Mapping: which column of a sheet says what; found by names and contents, corrected by the user."""

from __future__ import annotations

from collections.abc import Mapping as Words
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

from accounts.refusals import Invalid
from languages.listing import either
from languages.speech import _, marked
from linking.importing_columns import FIELDS, SEVERAL, Field, Kind, find_field, find_kind
from linking.importing_sheet import Sheet

NOTHING: Final = ""
"""What a user maps a column to that is not to be read."""
LOOKED_AT: Final = 50
UNNAMED: Final[Words[Kind, str]] = {
    Kind.CONTACTS: marked("no column is the {fields} of the contacts: say which one is"),
    Kind.ORGANIZATIONS: marked("no column is the {fields} of the organisations: say which one is"),
    Kind.DEALS: marked("no column is the {fields} of the deals: say which one is"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A field for each column, None for one that is not read."""

    kind: Kind
    fields: tuple[Field | None, ...]

    def corrected(self, place: int, field: Field | None) -> Self:
        """Answer this mapping with another field for a column; who had it before has none, but for several."""
        fields = list(self.fields)
        if field is not None and field not in SEVERAL:
            fields = [None if one is field else one for one in fields]
        fields[place] = field
        return replace(self, fields=tuple(fields))

    def check(self) -> None:
        """Check that a line can say what it is about; raise Invalid."""
        needed = {
            Kind.CONTACTS: {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.ADDRESSES},
            Kind.ORGANIZATIONS: {Field.NAME, Field.DOMAINS},
            Kind.DEALS: {Field.TITLE},
        }[self.kind]
        if not needed & {one for one in self.fields if one}:
            raise Invalid({"map": _(UNNAMED[self.kind]).format(fields=either(sorted(needed)))})


def guess_mapping(sheet: Sheet, kind: Kind | None = None) -> Mapping:
    """Answer what the columns most likely are: by their names, then by what they hold."""
    of = kind or find_kind(sheet.header)
    fields: list[Field | None] = []
    for name in sheet.header:
        field = find_field(of, name)
        fields.append(field if field not in fields or field in SEVERAL else None)
    return _by_content(sheet, Mapping(kind=of, fields=tuple(fields)))


def map_columns(sheet: Sheet, kind: Kind | None, wanted: Sequence[tuple[str, str]]) -> Mapping:
    """Answer the guess with the wanted columns corrected, named by header or number; raise Invalid."""
    mapping = guess_mapping(sheet, kind)
    for column, field in wanted:
        place = _place(sheet, column)
        if field != NOTHING and field not in FIELDS[mapping.kind]:
            fields = ", ".join(FIELDS[mapping.kind])
            raise Invalid({"map": _("{field} is none of the fields {fields}").format(field=field, fields=fields)})
        mapping = mapping.corrected(place, Field(field) if field else None)
    mapping.check()
    return mapping


def _place(sheet: Sheet, column: str) -> int:
    if column in sheet.header:
        return sheet.header.index(column)
    if column.isascii() and column.isdigit() and len(column) < 5 and 0 < int(column) <= len(sheet.header):
        return int(column) - 1
    raise Invalid(
        {
            "map": _("there is no column {column}: the columns are {columns}").format(
                column=column, columns=", ".join(sheet.header[:20])
            )
        }
    )


def _by_content(sheet: Sheet, mapping: Mapping) -> Mapping:
    """Where no name told them: addresses have an @, and what is left of them is the name."""
    rows = [line.cells for line in sheet.lines[:LOOKED_AT] if not line.problem]
    allowed = FIELDS[mapping.kind]
    if Field.ADDRESSES in allowed and Field.ADDRESSES not in mapping.fields:
        for place, field in enumerate(mapping.fields):
            cells = [row[place] for row in rows if place < len(row) and row[place]]
            if field is None and cells and sum("@" in cell for cell in cells) * 2 > len(cells):
                mapping = mapping.corrected(place, Field.ADDRESSES)
    title = Field.TITLE if mapping.kind is Kind.DEALS else Field.NAME
    if not sheet.has_header and title not in mapping.fields and None in mapping.fields:
        mapping = mapping.corrected(mapping.fields.index(None), title)
    return mapping
