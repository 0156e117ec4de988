"""Where a page of a list ended: the last row's place in the order; newest first.

The web layer seals the text; here it is plain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import ColumnElement, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


class _HasId(Protocol):
    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Cursor:
    """The id of the last row, and its time where the list is ordered by time first."""

    id: int
    at: datetime | None = None

    def as_text(self) -> str:
        """Answer a short ASCII text."""
        return str(self.id) if self.at is None else f"{self.id}.{(self.at - EPOCH) // MICROSECOND}"

    @staticmethod
    def from_text(text: str) -> Cursor | None:
        """Read the text again; None where it is not one of ours."""
        number, _, at = text.partition(".")
        try:
            when = EPOCH + int(at) * MICROSECOND if at else None
            return Cursor(int(number), when)
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """Some rows of a list, and where the next page begins; None at the end."""

    rows: tuple[Row, ...]
    next: Cursor | None


def page_by_id[Row: _HasId](rows: list[Row], limit: int) -> Page[Row]:
    """Make a page of `limit` rows where one more was asked for, to see whether there is more."""
    shown = tuple(rows[:limit])
    return Page(shown, Cursor(shown[-1].id) if len(rows) > limit else None)


def before(
    at: InstrumentedAttribute[datetime], number: InstrumentedAttribute[int], cursor: Cursor | None
) -> list[ColumnElement[bool]]:
    """Answer the condition of a page ordered by time and id, both falling."""
    if cursor is None or cursor.at is None:
        return []
    return [tuple_(at, number) < tuple_(literal(cursor.at, at.type), literal(cursor.id, number.type))]
