"""Names of days, weeks and months in the language that is spoken now (CLDR)."""

from __future__ import annotations

from datetime import date
from typing import Final

from babel import Locale
from babel.dates import format_date, format_skeleton

from languages.language import SOURCE, locale_of
from languages.speech import spoken

DAY_FIRST: Final = Locale.parse("en_GB")
"""English as everywhere here: "25 November 2026"."""


def month_and_year(day: date) -> str:
    """Answer the month of a day, such as "November 2026"."""
    return format_skeleton("yMMMM", day, locale=_locale())


def short_month(day: date) -> str:
    """Answer the month of a day in a few letters, such as "Nov"."""
    return format_skeleton("MMM", day, locale=_locale())


def weekday(day: date) -> str:
    """Answer the name of a day of the week."""
    return format_date(day, format="EEEE", locale=_locale())


def short_day(day: date) -> str:
    """Answer a day without its year, such as "25 Nov"."""
    return format_skeleton("MMMd", day, locale=_locale())


def full_day(day: date) -> str:
    """Answer a day with its year, such as "25 Nov 2026"."""
    return format_date(day, format="medium", locale=_locale())


def _locale() -> Locale:
    return DAY_FIRST if spoken() == SOURCE else locale_of(spoken())
