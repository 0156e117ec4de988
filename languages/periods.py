"""Names of days, weeks and months in the language that is spoken now (CLDR)."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton

from languages.language import locale_of
from languages.speech import spoken


def month_and_year(day: date) -> str:
    """Answer the month of a day, such as "November 2026"."""
    return format_skeleton("yMMMM", day, locale=locale_of(spoken()))


def short_month(day: date) -> str:
    """Answer the month of a day in a few letters, such as "Nov"."""
    return format_skeleton("MMM", day, locale=locale_of(spoken()))


def weekday(day: date) -> str:
    """Answer the name of a day of the week."""
    return format_skeleton("EEEE", day, locale=locale_of(spoken()))


def short_day(day: date) -> str:
    """Answer a day without its year, such as "Nov 25"."""
    return format_skeleton("MMMd", day, locale=locale_of(spoken()))


def full_day(day: date) -> str:
    """Answer a day with its year, such as "Nov 25, 2026"."""
    return format_date(day, format="medium", locale=locale_of(spoken()))
