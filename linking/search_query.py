"""What a user asks of the search, understood: words, phrases, and operators such as `from:anna`.

Nothing that he writes fails: what makes no sense is said in `faults`, a sentence each. Words of which the
index knows nothing, such as signs alone, are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from db.search_document import HAS_FILE, Field
from db.search_match import Term
from db.search_words import words_asked
from languages.speech import _
from linking.record_fields import RecordType

LONGEST: Final = 200
MOST_TERMS: Final = 24
DAYS: Final[Mapping[str, int]] = {"d": 1, "w": 7, "m": 30, "y": 365}
_PIECE: Final = re.compile(r'(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>\S+))')
_AGO: Final = re.compile(r"(\d{1,4})([dwmy])")
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_FILE: Final = Term((HAS_FILE,))


class State(StrEnum):
    """What can be asked with `is:`."""

    UNREAD = "unread"
    UNLINKED = "unlinked"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Named:
    """A record that the letter is linked to, or is not: by its id, or by part of its name."""

    type: RecordType
    text: str
    wanted: bool = True
    id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """Everything of it must be fulfilled; `states`: whether each is to be so. `in_vain`: no letter can fulfil it."""

    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()
    states: tuple[tuple[State, bool], ...] = ()
    records: tuple[Named, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    faults: tuple[str, ...] = ()
    in_vain: bool = False

    @property
    def by_words(self) -> bool:
        """Tell whether the index has to be asked."""
        return bool(self.terms or self.without)


NOTHING_ASKED: Final = SearchQuery()


@dataclass(slots=True)
class _Piece:
    """One part of what was written."""

    name: str
    value: str
    wanted: bool
    begins: bool


@dataclass(slots=True)
class _Reading:
    """What has been understood so far."""

    now: datetime
    terms: list[Term] = field(default_factory=list)
    without: list[Term] = field(default_factory=list)
    states: list[tuple[State, bool]] = field(default_factory=list)
    records: list[Named] = field(default_factory=list)
    after: list[datetime] = field(default_factory=list)
    before: list[datetime] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, term: Term, *, wanted: bool) -> None:
        """Take a term, unless there are too many."""
        if len(self.terms) + len(self.without) == MOST_TERMS:
            self.faults.append(_("A search has at most {most} words.").format(most=MOST_TERMS))
        elif len(self.terms) + len(self.without) < MOST_TERMS:
            (self.terms if wanted else self.without).append(term)


def parse(text: str, now: datetime) -> SearchQuery:
    """Understand what a user wrote; times are days in UTC."""
    reading = _Reading(now)
    for piece in _pieces(text[:LONGEST]):
        OPERATORS.get(piece.name, _read_words)(reading, piece)
    return SearchQuery(
        terms=tuple(reading.terms),
        without=tuple(reading.without),
        states=tuple(reading.states),
        records=tuple(reading.records),
        after=max(reading.after, default=None),
        before=min(reading.before, default=None),
        faults=tuple(dict.fromkeys(reading.faults)),
        in_vain=bool(text.strip()) and _is_empty(reading),
    )


def _is_empty(reading: _Reading) -> bool:
    parts = (reading.terms, reading.without, reading.states, reading.records, reading.after, reading.before)
    return bool(reading.faults) or not any(parts)


def _pieces(text: str) -> Iterator[_Piece]:
    """Answer the parts; an operator that we do not know is words like others."""
    found = list(_PIECE.finditer(text))
    for number, one in enumerate(found):
        name, quoted, plain = (one["name"] or "").lower(), one["quoted"], one["plain"]
        value = quoted if quoted is not None else plain
        known = name in OPERATORS
        if not known and name:
            value = f"{name} {value}"
        elif not name and plain is not None and plain.endswith(":") and plain[:-1].lower() in OPERATORS:
            known, name, value = True, plain[:-1].lower(), ""
        is_last = number == len(found) - 1 and not text.endswith((" ", '"'))
        yield _Piece(name if known else "", value, one["minus"] == "", is_last and quoted is None)


def _read_words(reading: _Reading, piece: _Piece) -> None:
    words = words_asked(piece.value)
    if words:
        reading.add(Term(words, begins=piece.begins), wanted=piece.wanted)


def _in_field(name: Field) -> Callable[[_Reading, _Piece], None]:
    def read(reading: _Reading, piece: _Piece) -> None:
        words = words_asked(piece.value)
        if words:
            reading.add(Term(words, name, piece.begins), wanted=piece.wanted)
        else:
            reading.faults.append(_("Write a word after “{name}:”.").format(name=name))

    return read


def _of_record(kind: RecordType) -> Callable[[_Reading, _Piece], None]:
    def read(reading: _Reading, piece: _Piece) -> None:
        if piece.value.strip():
            reading.records.append(Named(kind, piece.value.strip(), piece.wanted))
        else:
            reading.faults.append(_("Write a name after “{name}:”.").format(name=kind))

    return read


def _read_has(reading: _Reading, piece: _Piece) -> None:
    if piece.value.lower() in ("attachment", "attachments", "file"):
        reading.add(_FILE, wanted=piece.wanted)
    else:
        reading.faults.append(_("After “has:” comes attachment."))


def _read_is(reading: _Reading, piece: _Piece) -> None:
    value = piece.value.lower()
    if value in State:
        reading.states.append((State(value), piece.wanted))
    else:
        reading.faults.append(_("After “is:” comes one of {states}.").format(states=", ".join(State)))


def _read_date(reading: _Reading, piece: _Piece) -> None:
    day = day_of(piece.value.lower(), reading.now)
    if day is None:
        reading.faults.append(
            _("After “{name}:” comes a day such as 2026-11-25, or how long ago, such as 7d.").format(name=piece.name)
        )
    elif (piece.name == "after") is piece.wanted:
        reading.after.append(day)
    else:
        reading.before.append(day)


def day_of(text: str, now: datetime) -> datetime | None:
    """Answer the beginning of a day in UTC, of a month or a year; None where the text is no such."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if text in ("today", "yesterday"):
        return today - timedelta(days=text == "yesterday")
    if ago := _AGO.fullmatch(text):
        days = int(ago[1]) * DAYS[ago[2]]
        return max(today - timedelta(days=min(days, 365 * 100)), datetime(1900, 1, 1, tzinfo=UTC))
    if date := _DATE.fullmatch(text):
        try:
            return datetime(int(date[1]), int(date[2] or 1), int(date[3] or 1), tzinfo=UTC)
        except ValueError:
            return None
    return None


OPERATORS: Final[Mapping[str, Callable[[_Reading, _Piece], None]]] = {
    **{str(name): _in_field(name) for name in Field},
    **{str(kind): _of_record(kind) for kind in RecordType},
    "has": _read_has,
    "is": _read_is,
    "before": _read_date,
    "after": _read_date,
}
