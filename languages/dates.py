"""Days and times as a language writes them: 24 hours everywhere, months by name (Unicode CLDR).

The caller turns a time into the reader's zone first, by `in_zone`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from babel.dates import format_date, format_datetime

from languages.language import SOURCE, locale_of
from languages.speech import _, spoken

CLOCK: Final = "HH:mm"


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a language orders a day (Unicode TR35); `with_year` and `plain` of short ones, `long` and of the week."""

    plain: str
    with_year: str
    long: str
    weekday: str
    weekday_with_year: str


PATTERNS: Final[Mapping[str, Pattern]] = {
    "en": Pattern("d MMM", "d MMM y", "d MMMM y", "EEEE, d MMMM", "EEEE, d MMMM y"),
    "nb": Pattern("d. MMM", "d. MMM y", "d. MMMM y", "EEEE d. MMMM", "EEEE d. MMMM y"),
    "de": Pattern("d. MMM", "d. MMM y", "d. MMMM y", "EEEE, d. MMMM", "EEEE, d. MMMM y"),
    "es": Pattern("d MMM", "d MMM y", "d 'de' MMMM 'de' y", "EEEE, d 'de' MMMM", "EEEE, d 'de' MMMM 'de' y"),
}


def in_zone(value: datetime, zone: tzinfo) -> datetime:
    """Answer the moment as a clock of that zone shows it; in UTC where the zone would leave the years 1 to 9999."""
    try:
        return value.astimezone(zone)
    except OverflowError:
        return value.astimezone(UTC)


def moment(here: datetime) -> str:
    """Answer day and time with the zone: "25 Nov 2026, 12:00 UTC"."""
    return _("{day}, {time} {zone}").format(day=day(here), time=clock(here), zone=here.tzname() or "UTC")


def long_moment(here: datetime) -> str:
    """Answer day and time with the zone: "25 November 2026, 12:00 UTC"."""
    return _("{day}, {time} {zone}").format(day=long_day(here), time=clock(here), zone=here.tzname() or "UTC")


def clock(here: datetime) -> str:
    """Answer the time of day: "12:00"."""
    return format_datetime(here, CLOCK, locale=locale_of(spoken()))


def day(here: date) -> str:
    """Answer a day with its year: "25 Nov 2026"."""
    return _written(here, _pattern().with_year)


def day_of_year(here: date) -> str:
    """Answer a day without its year: "25 Nov"."""
    return _written(here, _pattern().plain)


def long_day(here: date) -> str:
    """Answer a day with the whole name of its month: "25 November 2026"."""
    return _written(here, _pattern().long)


def weekday(here: date, *, with_year: bool) -> str:
    """Answer a day with its name of the week, to head a list: "Wednesday, 25 November"."""
    pattern = _pattern()
    text = _written(here, pattern.weekday_with_year if with_year else pattern.weekday)
    return text[0].upper() + text[1:]


def _pattern() -> Pattern:
    return PATTERNS.get(spoken(), PATTERNS[SOURCE])


def _written(here: date, pattern: str) -> str:
    return format_date(here, pattern, locale=locale_of(spoken()))
