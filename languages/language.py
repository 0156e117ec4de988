"""Which languages there are, what they call themselves, and which one a browser asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from babel import Locale

SOURCE: Final = "en"
OFFERED: Final[Mapping[str, str]] = {"en": "English", "nb": "Norsk bokmål", "de": "Deutsch", "es": "Español"}
"""Each by its own name; a catalogue for all but English stands in `languages/catalogues/`."""
ACCENTED: Final = "en-XA"
MIRRORED: Final = "ar-XB"
PSEUDO: Final = (ACCENTED, MIRRORED)
"""The field's two locales for testing: every text of ours stands in brackets, in the second from right to left."""
ALSO: Final[Mapping[str, str]] = {"no": "nb", "nn": "nb", "da": "nb"}
"""What a reader of another language reads more easily than English."""
MOST_RANGES: Final = 20
LONGEST_HEADER: Final = 500


def direction_of(language: str) -> Literal["ltr", "rtl"]:
    """Answer what HTML's `dir` says for a language."""
    if language == MIRRORED:
        return "rtl"
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


def locale_of(language: str) -> Locale:
    """Answer how dates and numbers are written in a language; a pseudo-locale writes them as its base does."""
    return Locale.parse({ACCENTED: "en", MIRRORED: "ar"}.get(language, language), sep="-")


def best_language(accept_language: str) -> str:
    """Answer the language of ours that an Accept-Language asks for first (RFC 9110 §12.5.4); English where none is."""
    ranges = [_range(part) for part in accept_language[:LONGEST_HEADER].split(",")[:MOST_RANGES]]
    for quality, tag in sorted(ranges, key=lambda one: -one[0]):
        primary = tag.partition("-")[0]
        found = ALSO.get(primary, primary)
        if quality > 0 and found in OFFERED:
            return found
    return SOURCE


def _range(part: str) -> tuple[float, str]:
    tag, _, weight = part.partition(";")
    name, _, value = weight.strip().partition("=")
    try:
        quality = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return quality, tag.strip().lower()
