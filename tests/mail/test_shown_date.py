"""Dates as clients write them for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.shown_date import read_shown_date

BERLIN = timezone(timedelta(hours=1))
MOMENT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SHOWN = [
    "Wed, Mar 4, 2026 at 10:30 AM",
    "Wed, Mar 4, 2026 at 10:30\u202fAM",
    "Wed, 4 Mar 2026 at 10:30",
    "Wednesday, March 4, 2026 10:30 AM",
    "Wednesday, 4 March 2026 at 10:30",
    "March 4, 2026 at 10:30:00 AM GMT+1",
    "4. März 2026 um 10:30:00 MEZ",
    "Mi., 4. März 2026 um 10:30 Uhr",
    "Mittwoch, 4. März 2026 10:30",
    "mer. 4 mars 2026 à 10:30",
    "mié, 4 mar 2026 a las 10:30",
    "miércoles, 4 de marzo de 2026 10:30",
    "mer 4 mar 2026 alle ore 10:30",
    "qua., 4 de mar. de 2026 às 10:30",
    "wo 4 mrt 2026 om 10:30",
    "ons. 4. mar. 2026 kl. 10.30",
    "ons 4 mars 2026 kl 10:30",
    "ke 4. maalisk. 2026 klo 10.30",
    "śr., 4 mar 2026 o 10:30",
    "st 4. 3. 2026 10:30",
    "čtvrtek, 4. března 2026 10:30",
    "2026. márc. 4., Sze, 10:30",
    "szerda, 2026. március 4. 10:30",
    "mie., 4 mar. 2026 la 10:30",
    "ср, 4 мар. 2026 г. в 10:30",
    "среда, 4 марта 2026 г. 10:30",
    "ср, 4 бер. 2026 р. о 10:30",
    "сряда, 4 март 2026 г. 10:30",
    "4 Mar 2026 Çar, 10:30",
    "4 Mart 2026 Çarşamba 10:30",
    "Τετ, 4 Μαρ 2026 στις 10:30 π.μ.",
    "sri, 4. ožu 2026. u 10:30",
    "sre., 4. mar. 2026 ob 10:30",
    "K, 4. märts 2026 kell 10:30",
    "trešd., 2026. g. 4. marts, plkst. 10:30",
    "2026-03-04, tr, 10:30",
    "2026 m. kovo 4 d., trečiadienis 10:30",
    "2026年3月4日(水) 10:30",
    "2026年3月4日 上午10:30",
    "2026年3月4日星期三 10:30",
    "2026년 3월 4일 (수) 오전 10:30",
    "2026/03/04 10:30",
    "בתאריך יום ד׳, 4 במרץ 2026 ב-\u200f10:30",
    "الأربعاء، 4 مارس 2026 في 10:30 ص",
    "چهارشنبه ۴ مارس ۲۰۲۶،\u200f ۱۰:۳۰",
    "बुध, 4 मार्च 2026 को 10:30 am बजे",
    "พ. 4 มี.ค. 2026 เวลา 10:30",
    "4 มีนาคม 2569 10:30",
    "Th 4, 4 thg 3, 2026 vào lúc 10:30",
    "Rab, 4 Mar 2026 pukul 10.30",
    "mið., 4. mar. 2026 kl. 10:30",
    "dc, 4 de març 2026, 10:30",
    "Wed, 04 Mar 2026 10:30:00 +0100",
    "Wed, 04 Mar 2026 09:30:00 GMT",
    "2026-03-04T09:30:00Z",
    "Wednesday, March 4th, 2026 at 10:30 AM",
    "4/3/26 10:30",
    "04.03.2026 10:30",
    "4-3-2026 10:30",
    "4.3.2026 klo 10.30",
    "quarta-feira, 4 de março de 2026 10:30",
    "4 marzo 2026 10:30:00 CET",
    "Ср 4.03.2026 10:30",
]


@pytest.mark.parametrize("text", SHOWN)
def test_every_client_and_language(text: str) -> None:
    assert read_shown_date(text, zone=BERLIN, is_english=False) == MOMENT


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("March 4, 2026 10:30 PM", "21:30"),
        ("March 4, 2026 12:05 AM", "23:05"),
        ("March 4, 2026 12:05 PM", "11:05"),
        ("2026年3月4日 下午10:30", "21:30"),
        ("2026년 3월 4일 오후 10:30", "21:30"),
        ("March 4, 2026 at 10:30:15 EST", "15:30"),
        ("4 Mart 2026 10:30 GMT+3", "07:30"),
        ("4 Mar 2026 10:30 -0400", "14:30"),
        ("4 Mar 2026 10:30 UTC+05:30", "05:00"),
    ],
)
def test_clock_and_zone(text: str, clock: str) -> None:
    found = read_shown_date(text, zone=BERLIN, is_english=True)
    assert found is not None
    assert found.strftime("%H:%M") == clock


@pytest.mark.parametrize(
    "text",
    [
        "3/4/2026 10:30 AM",
        "yesterday at 10:30",
        "March 2026",
        "4 March 2026",
        "4 lipa 2026 10:30",
        "31 February 2026 10:30",
        "4 March 1066 10:30",
        "25:70 4 March 2026",
        "",
    ],
)
def test_what_is_left_open_is_not_guessed(text: str) -> None:
    assert read_shown_date(text, zone=BERLIN, is_english=True) is None


def test_numbers_alone_are_read_by_language_or_where_they_allow_one_reading() -> None:
    assert read_shown_date("4/3/2026 10:30", zone=BERLIN, is_english=False) == MOMENT
    for text in ("3/13/2026 10:30", "13/3/2026 10:30"):
        assert read_shown_date(text, zone=BERLIN, is_english=True) == datetime(2026, 3, 13, 9, 30, tzinfo=UTC)
    assert read_shown_date("3/3/2026 10:30", zone=BERLIN, is_english=True) == datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def test_clock_without_any_zone_is_no_moment() -> None:
    assert read_shown_date("4 March 2026 10:30", zone=None, is_english=True) is None
    assert read_shown_date("4 March 2026 10:30 CET", zone=None, is_english=True) == MOMENT


@given(st.text(alphabet="0123456789:.,/-+ aprmגתمार年月日 ", max_size=60))
def test_no_text_breaks_the_reading(text: str) -> None:
    read_shown_date(text, zone=BERLIN, is_english=False)
