"""Numbers as a language writes them (Unicode CLDR)."""

from __future__ import annotations

from typing import Final

from babel.numbers import format_decimal

from languages.language import locale_of
from languages.speech import spoken

WHOLE: Final = "#,##0"
ONE_DIGIT: Final = "#,##0.0"


def whole(number: float) -> str:
    """Answer a number without what is behind the decimal point: "12,345"."""
    return format_decimal(number, WHOLE, locale=locale_of(spoken()))


def with_one_digit(number: float) -> str:
    """Answer a number with one digit behind the decimal point: "1.5"."""
    return format_decimal(number, ONE_DIGIT, locale=locale_of(spoken()))
