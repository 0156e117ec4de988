"""Times as their reader counts them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from webui import moments
from webui.records.timeline import period

NOW = datetime(2026, 11, 25, 2, 30, tzinfo=UTC)


@pytest.fixture
def oslo() -> Flask:
    return Flask("test")


@pytest.mark.parametrize(
    ("value", "brief", "day", "full"),
    [
        (datetime(2026, 11, 25, 1, 5, tzinfo=UTC), "02:05", "Today", "25 Nov 2026, 02:05 CET"),
        (datetime(2026, 11, 24, 23, 30, tzinfo=UTC), "00:30", "Today", "25 Nov 2026, 00:30 CET"),
        (datetime(2026, 11, 24, 12, 0, tzinfo=UTC), "24 Nov", "Yesterday", "24 Nov 2026, 13:00 CET"),
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), "1 Jul", "Wednesday, 1 July", "1 Jul 2026, 14:00 CEST"),
        (datetime(2025, 12, 31, 23, 0, tzinfo=UTC), "1 Jan", "Thursday, 1 January", "1 Jan 2026, 00:00 CET"),
        (datetime(2025, 3, 2, 8, 0, tzinfo=UTC), "2 Mar 2025", "Sunday, 2 March 2025", "2 Mar 2025, 09:00 CET"),
        (None, "no date", "no date", "no date"),
    ],
)
def test_in_the_zone_of_the_reader(oslo: Flask, value: datetime | None, brief: str, day: str, full: str) -> None:
    with oslo.app_context():
        moments.begin("Europe/Oslo", NOW)
        assert (moments.brief(value), moments.day(value), moments.moment(value)) == (brief, day, full)


def test_for_machines_in_utc(oslo: Flask) -> None:
    with oslo.app_context():
        moments.begin("Europe/Oslo", NOW)
        assert moments.machine_moment(NOW) == "2026-11-25T02:30:00+00:00"
        assert moments.machine_moment(None) == ""


def test_a_zone_that_this_machine_does_not_know_is_utc(oslo: Flask) -> None:
    with oslo.app_context():
        moments.begin("Mars/Olympus", NOW)
        assert moments.moment(NOW) == "25 Nov 2026, 02:30 UTC"


@pytest.mark.parametrize(
    ("zone", "value", "full"),
    [
        ("Pacific/Auckland", datetime.max.replace(tzinfo=UTC), "31 Dec 9999, 23:59 UTC"),
        ("America/Los_Angeles", datetime.min.replace(tzinfo=UTC), "1 Jan 1, 00:00 UTC"),
    ],
)
def test_at_either_end_of_time_in_utc(oslo: Flask, zone: str, value: datetime, full: str) -> None:
    with oslo.app_context():
        moments.begin(zone, NOW)
        assert moments.moment(value) == full
        assert str(value.year) in moments.brief(value)
        assert str(value.year) in moments.day(value)
        assert moments.in_zone(value) == value
        assert period(value)
