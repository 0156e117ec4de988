"""Several things in one sentence: the commas and the word before the last as a language has them (Unicode CLDR)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from babel import Locale
from babel.lists import format_list

from languages.language import PSEUDO, SOURCE, locale_of
from languages.speech import spoken

BRITISH: Final = Locale.parse("en_GB")
"""English without a comma before the last "and"."""


def listed(words: Sequence[str]) -> str:
    """Answer words as "a, b and c"; "" without any."""
    return _joined(words, "standard")


def either(words: Sequence[str]) -> str:
    """Answer words as "a, b or c"; "" without any."""
    return _joined(words, "or")


def _joined(words: Sequence[str], style: Literal["standard", "or"]) -> str:
    if len(words) < 2 or spoken() in PSEUDO:  # a word of the CLDR stands in no catalogue
        return ", ".join(words)
    return format_list(words, style, BRITISH if spoken() == SOURCE else locale_of(spoken()))
