"""When an event is, in the words of its reader's time zone."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from mail.calendar_part import read_calendar
from tests.kit.calendars import ics
from webui import moments
from webui.occasion import event_heading, occasion

DAYS = ["DTSTART;VALUE=DATE:20260304", "DTEND;VALUE=DATE:20260307"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["DTSTART:20260304T090000Z", "DURATION:PT1H"], "Wednesday, 4 March 2026, 10:00–11:00 CET"),
        (
            ["DTSTART:20260304T223000Z", "DURATION:PT1H"],
            "Wednesday, 4 March 2026, 23:30– Thursday, 5 March 2026, 00:30 CET",
        ),
        (["DTSTART:20260304T090000Z"], "Wednesday, 4 March 2026, 10:00 CET"),
        (["DTSTART:20260304T090000"], "Wednesday, 4 March 2026, 09:00 local time"),
        (["DTSTART;TZID=Ours:20260304T090000"], "Wednesday, 4 March 2026, 09:00 Ours"),
        (DAYS[:1], "Wednesday, 4 March 2026"),
        (DAYS, "Wednesday, 4 March 2026 – Friday, 6 March 2026"),
        ([], "no date"),
    ],
)
def test_when(lines: list[str], said: str) -> None:
    event = read_calendar(ics(lines), {})
    assert event is not None
    with Flask("test").app_context():
        moments.begin("Europe/Oslo", datetime(2026, 3, 1, tzinfo=UTC))
        assert occasion(event) == said


@pytest.mark.parametrize(
    ("method", "heading"),
    [("REQUEST", "Invitation"), ("CANCEL", "Called off"), ("REPLY", "Answer to an invitation"), ("PUBLISH", "Event")],
)
def test_heading(method: str, heading: str) -> None:
    event = read_calendar(ics(method=method), {})
    assert event is not None
    assert event_heading(event) == heading
