"""Days, numbers and lists as each language writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from languages import dates, numbers
from languages.language import ACCENTED
from languages.listing import either, listed
from languages.speech import speaking

AT: Final = datetime(2026, 9, 5, 9, 3, tzinfo=UTC)
WRITTEN: Final = {
    "en": ("5 Sep 2026, 09:03 UTC", "5 September 2026", "Saturday, 5 September", "12,345.5", "a, b and c", "a or b"),
    "nb": (
        "5. sep. 2026, 09:03 UTC",
        "5. september 2026",
        "Lørdag 5. september",
        "12\xa0345,5",
        "a, b og c",
        "a eller b",
    ),
    "de": (
        "5. Sept. 2026, 09:03 UTC",
        "5. September 2026",
        "Samstag, 5. September",
        "12.345,5",
        "a, b und c",
        "a oder b",
    ),
    "es": (
        "5 sept 2026, 09:03 UTC",
        "5 de septiembre de 2026",
        "Sábado, 5 de septiembre",
        "12.345,5",
        "a, b y c",
        "a o b",
    ),
}


@pytest.mark.parametrize("language", WRITTEN)
def test_each_language_writes_them_its_way(language: str) -> None:
    with speaking(language):
        moment, long_day, weekday, number, all_of, one_of = WRITTEN[language]
        assert dates.moment(AT).replace(",", "") == moment.replace(",", "")
        assert (dates.long_day(AT), dates.weekday(AT, with_year=False)) == (long_day, weekday)
        assert numbers.with_one_digit(12_345.5) == number
        assert (listed(["a", "b", "c"]), either(["a", "b"]), listed(["a"]), listed([])) == (all_of, one_of, "a", "")


def test_a_list_says_no_word_that_is_in_no_catalogue() -> None:
    with speaking(ACCENTED):
        assert listed(["a", "b"]) == "a, b"
