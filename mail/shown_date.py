"""Dates as mail clients write them for people, in the header of a forward: `Wed, Mar 4, 2026 at 10:30 AM`.

A date whose day and month may be either is not guessed, and a clock without a zone is that of whoever forwarded.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from mail.month_names import fold_name, month_of

CHARACTERS: Final = 200
YEARS: Final = range(1970, 2100)
BUDDHIST_ERA: Final = 543

_NAME: Final = r"([^\s\d.,،:;/()<>-]{2,20})"
_OF: Final = r"[\s.,،]{1,3}(?:(?:de|del|d'|d’|of)\s)?"
_ORDINAL: Final = r"(?:st|nd|rd|th|er|º|ª|η|ης)?"
_DAY_NAME_YEAR: Final = re.compile(rf"(?<!\d)(\d{{1,2}}){_ORDINAL}{_OF}{_NAME}{_OF}(\d{{4}})(?!\d)")
_NAME_DAY_YEAR: Final = re.compile(rf"{_NAME}{_OF}(\d{{1,2}}){_ORDINAL}[\s,،]{{1,3}}(\d{{4}})(?!\d)")
_YEAR_NAME_DAY: Final = re.compile(rf"(?<!\d)(\d{{4}}){_OF}(?:[mg]\.?\s)?{_NAME}{_OF}(\d{{1,2}})(?!\d)")
_YEAR_DAY_NAME: Final = re.compile(rf"(?<!\d)(\d{{4}})\.\s?(?:g(?:ada|\.)\s)?(\d{{1,2}})\.\s{_NAME}")
_YEAR_MONTH_DAY: Final = re.compile(
    r"(?<!\d)(\d{4})(?:[-/.]\s?|年\s?|년\s?)(\d{1,2})(?:[-/.]\s?|月\s?|월\s?)(\d{1,2})(?!\d)"
)
_VIETNAMESE: Final = re.compile(r"(?<!\d)(\d{1,2}) (?:thg|thang) (\d{1,2}),?(?: nam)? (\d{4})(?!\d)")
_NUMBERS: Final = re.compile(r"(?<!\d)(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d\d)(?!\d)")
_CLOCK: Final = re.compile(r"(?<!\d)(\d{1,2})[:.h时時시點点]\s?(\d\d)(?:[:.分분]\s?(\d\d))?(?!\d)")
_AFTERNOON: Final = re.compile(
    r"\bp\.?\s?m\b|μ\.?\s?μ|午後|下午|晚上|오후|\d\s?م(?!\w)|\bch\b|\bos\b|\bdu\.|\b(?:ptg)\b"
)
_MORNING: Final = re.compile(r"\ba\.?\s?m\b|π\.?\s?μ|午前|上午|凌晨|오전|\d\s?ص(?!\w)|\bsa\b|\boo\b|\bde\.|\b(?:pg)\b")
_OFFSET: Final = re.compile(r"(?:(?<=[\s(])|(?<=gmt)|(?<=utc)|(?<=:\d\d))([+−-])(\d{1,2})(?::?(\d\d))?(?!\d)")
_ZONE_WORD: Final = re.compile(r"(?<![^\W\d_])([a-z]{3,4}|(?<=\d)z)(?![^\W\d_])")
_ZONES: Final = {
    **dict.fromkeys(("gmt", "utc", "z", "wet"), 0),
    **dict.fromkeys(("cet", "mez", "west"), 60),
    **dict.fromkeys(("cest", "mesz", "eet"), 120),
    **dict.fromkeys(("eest", "msk"), 180),
    "jst": 540,
    "kst": 540,
    "est": -300,
    "edt": -240,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}
_THAI_DOTS: Final = re.compile(r"(?<=[\u0e00-\u0e7f])\.")
_TURNS: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def read_shown_date(text: str, *, zone: tzinfo | None, is_english: bool) -> datetime | None:
    """Answer the moment in UTC, None where the text leaves it open.

    `zone` is that of a clock which names none. In English alone the month may come first among numbers.
    """
    folded = fold_name(
        _THAI_DOTS.sub("", _TURNS.sub("", text[:CHARACTERS]).replace("\u202f", " ").replace("\xa0", " "))
    )
    found = _named_day(folded) or _numbered_day(folded, is_english=is_english)
    if found is None:
        return None
    (year, month, day), (start, end) = found
    rest = f"{folded[:start]} {folded[end:]}"
    clock, shift = _clock(rest), _zone(rest) or zone
    year -= BUDDHIST_ERA if year - BUDDHIST_ERA in YEARS and year not in YEARS else 0
    if clock is None or shift is None or year not in YEARS:
        return None
    try:
        return datetime(year, month, day, *clock, tzinfo=shift).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


Day = tuple[tuple[int, int, int], tuple[int, int]]
"""Year, month, day, and where they stand."""


def _named_day(text: str) -> Day | None:
    for form, (day, month, year) in (
        (_DAY_NAME_YEAR, (1, 2, 3)),
        (_NAME_DAY_YEAR, (2, 1, 3)),
        (_YEAR_NAME_DAY, (3, 2, 1)),
        (_YEAR_DAY_NAME, (2, 3, 1)),
    ):
        found = form.search(text)
        number = month_of(found[month]) if found else None
        if found and number:
            return (int(found[year]), number, int(found[day])), found.span()
    return None


def _numbered_day(text: str, *, is_english: bool) -> Day | None:
    if found := _YEAR_MONTH_DAY.search(text):
        return (int(found[1]), int(found[2]), int(found[3])), found.span()
    if found := _VIETNAMESE.search(text):
        return (int(found[3]), int(found[2]), int(found[1])), found.span()
    if found := _NUMBERS.search(text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if is_english and found[2] == "/" and first <= 12 and second <= 12 and first != second:
            return None  # 3/4/2026: the fourth of March, or the third of April
        month_first = second > 12
        day, month = (second, first) if month_first else (first, second)
        return (year + 2000 if year < 100 else year, month, day), found.span()
    return None


def _clock(text: str) -> tuple[int, int, int] | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour = int(found[1])
    if hour <= 12 and _AFTERNOON.search(text):
        hour = hour % 12 + 12
    elif hour == 12 and _MORNING.search(text):
        hour = 0
    return hour, int(found[2]), int(found[3] or 0)


def _zone(text: str) -> tzinfo | None:
    offset = _OFFSET.search(text)
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        if len(offset[2]) <= 2 and minutes <= 14 * 60:
            return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
    named = [_ZONES[word] for word in _ZONE_WORD.findall(text) if word in _ZONES]
    return timezone(timedelta(minutes=named[-1])) if named else None
