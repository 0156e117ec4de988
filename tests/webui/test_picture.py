"""The picture of a record's mail: which periods its bars stand for, and in whose time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from linking.mail_marks import Mark
from webui.records.picture import MONTHS, WEEKS, drawn

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
"""A Wednesday."""


def came(*when: datetime) -> list[Mark]:
    """Answer the marks of letters that came then."""
    return [Mark(one, "incoming", "maria@fabrikam.example") for one in when]


def test_new_mail_is_drawn_by_week() -> None:
    marks = [*came(NOW, NOW - timedelta(days=1)), Mark(NOW - timedelta(days=7), "outgoing", "anna@northwind.example")]
    bars = drawn(marks, NOW, UTC)
    assert len(bars) == WEEKS
    assert [one.begins for one in bars[-2:]] == [date(2026, 11, 16), date(2026, 11, 23)]
    assert [(one.incoming, one.outgoing) for one in bars[-3:]] == [(0, 0), (0, 1), (2, 0)]


def test_older_mail_is_drawn_by_month_and_what_is_older_still_left_out() -> None:
    bars = drawn(came(NOW, datetime(2026, 1, 31, tzinfo=UTC), datetime(2025, 11, 30, tzinfo=UTC)), NOW, UTC)
    assert len(bars) == MONTHS
    assert (bars[0].begins, bars[-1].begins) == (date(2025, 12, 1), date(2026, 11, 1))
    assert [one.words for one in bars if one.incoming] == ["January 2026", "November 2026"]


def test_mail_of_other_years_is_drawn_by_year() -> None:
    bars = drawn(came(datetime(2019, 5, 1, tzinfo=UTC), datetime(2003, 5, 1, tzinfo=UTC)), NOW, UTC)
    assert [one.begins.year for one in bars] == list(range(2017, 2027))
    assert [one.words for one in bars if one.incoming] == ["2019"]


def test_a_letter_belongs_to_the_day_that_it_was_where_one_looks() -> None:
    sunday_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    here, there = (drawn(came(sunday_evening), NOW, zone) for zone in (UTC, ZoneInfo("Europe/Oslo")))
    assert [one.begins for one in here if one.incoming] == [date(2026, 11, 16)]
    assert [one.begins for one in there if one.incoming] == [date(2026, 11, 23)]


def test_a_letter_dated_ahead_stands_in_the_last_bar() -> None:
    sunday = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    bars = drawn(came(sunday + timedelta(hours=20)), sunday, UTC)
    assert [place for place, one in enumerate(bars) if one.incoming] == [WEEKS - 1]


def test_a_letter_dated_at_the_end_of_time_is_drawn_all_the_same() -> None:
    bars = drawn(came(datetime.max.replace(tzinfo=UTC), NOW), NOW, ZoneInfo("Europe/Oslo"))
    assert sum(one.incoming for one in bars) == 2
