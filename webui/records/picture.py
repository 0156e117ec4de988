"""The mail of a record as a small picture: bars of what came above a line, of what went below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from accounts.time_zone import zone_of
from languages.dates import in_zone
from languages.periods import full_day, month_and_year, short_day, short_month
from languages.speech import _
from linking.authors import Author, authors_by_key
from linking.mail_marks import Mark, Marks, marks_of
from linking.record_view import RecordView
from webui.call import Call
from webui.language import time_zone
from webui.records.with_people import with_people

WEEKS: Final = 13
MONTHS: Final = 12
MOST_YEARS: Final = 10
MOST_AUTHORS: Final = 4
QUIET: Final = timedelta(days=14)
"""After so long it is worth saying."""


class Step(StrEnum):
    """What one bar stands for."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """The letters of one period, in the time zone of who looks."""

    begins: date
    words: str
    short: str
    incoming: int
    outgoing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`at_least`: there is more than was looked at; `quiet_since`: when the last letter was, if that is long ago."""

    bars: tuple[Bar, ...]
    at_least: bool
    last_in: datetime | None
    last_out: datetime | None
    quiet_since: datetime | None
    authors: tuple[tuple[str, int], ...]

    @property
    def highest(self) -> int:
        """Answer what the highest bar stands for."""
        return max((max(one.incoming, one.outgoing) for one in self.bars), default=0) or 1

    @property
    def incoming(self) -> int:
        """Answer how many came."""
        return sum(one.incoming for one in self.bars)

    @property
    def outgoing(self) -> int:
        """Answer how many went."""
        return sum(one.outgoing for one in self.bars)


def picture_of(call: Call, record: RecordView) -> Picture | None:
    """Answer the picture of a record's mail as the viewer sees it; None without any."""
    found = marks_of(call.session, call.viewer, with_people(call, record), call.now)
    if not found.marks:
        return None
    newest = found.marks[0].written
    return Picture(
        bars=drawn(found.marks, call.now, zone_of(time_zone())),
        at_least=not found.complete,
        last_in=_last(found, "incoming"),
        last_out=_last(found, "outgoing"),
        quiet_since=newest if newest < call.now - QUIET else None,
        authors=_authors(call, found),
    )


def drawn(marks: Sequence[Mark], now: datetime, zone: tzinfo) -> tuple[Bar, ...]:
    """Answer bars up to now: weeks where all is new, twelve months, years where nothing was in those."""
    days = [in_zone(one.written, zone).date() for one in marks]
    begins, step = _periods(days, now.astimezone(zone).date())
    counts = [Counter[str]() for _begin in begins]
    for mark, day in zip(marks, days, strict=True):
        place = sum(begin <= day for begin in begins) - 1
        if place >= 0:
            counts[place][mark.direction] += 1
    return tuple(
        Bar(
            begins=begin,
            words=_words(begin, step),
            short=_short(begin, step),
            incoming=count["incoming"],
            outgoing=count["outgoing"],
        )
        for begin, count in zip(begins, counts, strict=True)
    )


def _periods(days: Sequence[date], today: date) -> tuple[list[date], Step]:
    """Answer when each bar begins, the earliest first; a letter dated ahead falls into the last."""
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=ago) for ago in reversed(range(WEEKS))]
    if min(days) >= weeks[0]:
        return weeks, Step.WEEK
    months = [_months_before(today, ago) for ago in reversed(range(MONTHS))]
    if max(days) >= months[0]:
        return months, Step.MONTH
    first = max(min(days).year, today.year - MOST_YEARS + 1)
    return [date(year, 1, 1) for year in range(min(first, today.year), today.year + 1)], Step.YEAR


def _months_before(day: date, ago: int) -> date:
    months = day.year * 12 + day.month - 1 - ago
    return date(months // 12, months % 12 + 1, 1)


def _words(begin: date, step: Step) -> str:
    match step:
        case Step.WEEK:
            return _("Week of {day}").format(day=full_day(begin))
        case Step.MONTH:
            return month_and_year(begin)
        case Step.YEAR:
            return str(begin.year)


def _short(begin: date, step: Step) -> str:
    match step:
        case Step.WEEK:
            return short_day(begin)
        case Step.MONTH:
            return short_month(begin)
        case Step.YEAR:
            return str(begin.year)


def _last(found: Marks, direction: str) -> datetime | None:
    return next((one.written for one in found.marks if one.direction == direction), None)


def _authors(call: Call, found: Marks) -> tuple[tuple[str, int], ...]:
    """Answer who of us wrote how many, the most first."""
    keys = Counter(one.author for one in found.marks if one.direction == "outgoing")
    known = authors_by_key(call.session, call.viewer, list(keys))
    written: Counter[Author] = Counter()
    for key, count in keys.items():
        if key in known:
            written[known[key]] += count
    return tuple((one.name, count) for one, count in written.most_common(MOST_AUTHORS))
