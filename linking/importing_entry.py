"""Entries: a line of a sheet read into what it says about a record, or what is wrong with it and what would be right.

Nothing here looks at what exists: the same file and mapping give the same entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from accounts.companies import check_domains
from accounts.email import check_email
from accounts.refusals import Invalid
from languages.speech import _
from linking.importing_amount import LARGEST, decimal_sign, read_amount, read_currency
from linking.importing_columns import Field, Kind
from linking.importing_mapping import Mapping
from linking.importing_sheet import Line, Sheet
from linking.importing_status import read_status
from linking.record_fields import LONGEST_NAME, MOST_ADDRESSES
from mail.address import address_key

SHOWN: Final = 80
_BETWEEN: Final = re.compile(r"[;,\s]+|:::")
_NAMED: Final = re.compile(r"<([^<>]*)>")
_WEB: Final = re.compile(r"^(?:[a-z]+://)?(?:www\.)?([^/:?#@]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a line: in which column, what, and what would be right."""

    column: str
    wrong: str
    right: str

    @property
    def sentence(self) -> str:
        """Answer it in words."""
        return f"{self.column}: {self.wrong}; {self.right}" if self.column else f"{self.wrong}; {self.right}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a line says; `name` is a deal's title, and its `addresses` are those of its contacts. "" is unsaid."""

    line: int
    name: str
    addresses: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    organization: str = ""
    status: str | None = None
    value: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A line and what came of reading it; `entry` is None where there are faults."""

    number: int
    cells: tuple[str, ...]
    entry: Entry | None
    faults: tuple[Fault, ...] = ()


def read_entries(sheet: Sheet, mapping: Mapping) -> Iterator[Read]:
    """Read the lines of a sheet, one after the other."""
    values = [place for place, field in enumerate(mapping.fields) if field is Field.VALUE]
    sign = decimal_sign(
        line.cells[place] for line in sheet.lines for place in values if place < len(line.cells) and not line.problem
    )
    for line in sheet.lines:
        yield _read(line, sheet, mapping, sign)


def _read(line: Line, sheet: Sheet, mapping: Mapping, sign: str | None) -> Read:
    if line.problem:
        what, _, right = line.problem.partition(": ")
        fault = Fault(column="", wrong=what, right=right)
        return Read(number=line.number, cells=line.cells, entry=None, faults=(fault,))
    reading = _Reading(line, sheet.header, mapping, sign)
    entry = reading.entry()
    faults = tuple(reading.faults)
    return Read(number=line.number, cells=line.cells, entry=None if faults else entry, faults=faults)


class _Reading:
    """One line while it is read; `faults` collects what is wrong with it."""

    def __init__(self, line: Line, header: tuple[str, ...], mapping: Mapping, sign: str | None) -> None:
        self.faults: list[Fault] = []
        self._number, self._kind, self._sign = line.number, mapping.kind, sign
        self._cells: dict[Field, list[tuple[str, str]]] = {}
        for place, (field, cell) in enumerate(zip(mapping.fields, line.cells, strict=False)):
            if field is not None and cell:
                self._cells.setdefault(field, []).append((header[place], cell))

    def entry(self) -> Entry:
        addresses, domains = self._addresses(), self._domains()
        value, beside = self._value()
        return Entry(
            line=self._number,
            name=self._name(addresses, domains),
            addresses=addresses,
            domains=domains,
            organization=self._plain(Field.ORGANIZATION),
            status=self._status(),
            value=value,
            currency=self._currency() or beside,
        )

    def _fault(self, column: str, wrong: str, right: str) -> None:
        self.faults.append(Fault(column=column, wrong=wrong, right=right))

    def _first(self, field: Field) -> tuple[str, str]:
        return self._cells.get(field, [("", "")])[0]

    def _plain(self, field: Field) -> str:
        column, cell = self._first(field)
        text = " ".join(cell.split())
        if len(text) > LONGEST_NAME:
            self._fault(
                column,
                _("this has {count} characters").format(count=len(text)),
                _("at most {most} are kept").format(most=LONGEST_NAME),
            )
        if not text.isprintable():
            self._fault(column, _("there are control characters in it"), _("one line of plain text is right"))
        return text

    def _name(self, addresses: tuple[str, ...], domains: tuple[str, ...]) -> str:
        if self._kind is Kind.DEALS:
            name, field = self._plain(Field.TITLE), Field.TITLE
        else:
            parts = [self._plain(Field.FIRST_NAME), self._plain(Field.LAST_NAME)]
            name, field = self._plain(Field.NAME) or " ".join(filter(None, parts)), Field.NAME
        if not name and self._kind is not Kind.DEALS:
            name = next(iter((*addresses, *domains)), "")
        if not name and not self.faults:
            right = {
                Kind.CONTACTS: _("a name or an e-mail address is needed"),
                Kind.ORGANIZATIONS: _("a name or a domain is needed"),
                Kind.DEALS: _("a title is needed"),
            }[self._kind]
            self._fault(self._first(field)[0], _("this line names nothing"), right)
        return name

    def _addresses(self) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for column, cell in self._cells.get(Field.ADDRESSES, []):
            named = _NAMED.findall(cell)
            for text in filter(None, named or _BETWEEN.split(cell)):
                try:
                    address = check_email(text.removeprefix("mailto:"))
                except Invalid:
                    self._fault(
                        column,
                        _("“{text}” is no e-mail address").format(text=text[:SHOWN]),
                        _("name@example.com is right"),
                    )
                    continue
                found.setdefault(address_key(address), address)
        if len(found) > MOST_ADDRESSES:
            self._fault(
                self._first(Field.ADDRESSES)[0],
                _("{count} addresses").format(count=len(found)),
                _("at most {most} are kept").format(most=MOST_ADDRESSES),
            )
        return tuple(found.values())

    def _domains(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for column, cell in self._cells.get(Field.DOMAINS, []):
            for text in filter(None, _BETWEEN.split(cell)):
                web = _WEB.match(text)
                try:
                    found.update(dict.fromkeys(check_domains([web[1] if web else text])))
                except Invalid:
                    self._fault(
                        column,
                        _("“{text}” is no domain of a company").format(text=text[:SHOWN]),
                        _("example.com is right"),
                    )
        return tuple(found)

    def _status(self) -> str | None:
        for field in (Field.STATUS, Field.STAGE):
            column, cell = self._first(field)
            if cell:
                status = read_status(cell) or ("open" if field is Field.STAGE else None)
                if status is None:
                    self._fault(
                        column, _("“{text}” is no status").format(text=cell[:SHOWN]), _("open, won or lost is right")
                    )
                return status
        return None

    def _value(self) -> tuple[Decimal | None, str | None]:
        column, cell = self._first(Field.VALUE)
        if not cell:
            return None, None
        read = read_amount(cell, self._sign)
        if read is None:
            self._fault(column, _("“{text}” is no amount").format(text=cell[:SHOWN]), _("1234.50 or 1.234,50 is right"))
            return None, None
        value, beside = read
        cents = value.quantize(Decimal("0.01")) if abs(value) < LARGEST else value
        if value < 0 or value >= LARGEST or cents != value:
            self._fault(
                column,
                _("“{text}” cannot be kept").format(text=cell[:SHOWN]),
                _("an amount from 0 with at most two decimals is right"),
            )
        return cents, self._code(column, beside) if beside else None

    def _currency(self) -> str | None:
        column, cell = self._first(Field.CURRENCY)
        return self._code(column, cell) if cell else None

    def _code(self, column: str, text: str) -> str | None:
        code = read_currency(text)
        if code is None:
            self._fault(
                column,
                _("“{text}” is no currency").format(text=text[:SHOWN]),
                _("a code of ISO 4217 is right, such as EUR or USD"),
            )
        return code
