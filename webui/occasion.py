"""When an event is, in words: in the reader's time zone where its own is known (`webui.moments`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from flask import Flask

from mail.message import Answer, Invitation, Method
from webui.moments import NONE, in_zone

HEADINGS: Final = {
    Method.REQUEST: "Invitation",
    Method.REPLY: "Answer to an invitation",
    Method.CANCEL: "Called off",
    Method.COUNTER: "Another time is proposed",
    Method.DECLINECOUNTER: "The proposed time is declined",
    Method.REFRESH: "Asks for the invitation again",
}
ANSWERS: Final = {
    Answer.NEEDS_ACTION: "no answer yet",
    Answer.ACCEPTED: "accepted",
    Answer.DECLINED: "declined",
    Answer.TENTATIVE: "perhaps",
    Answer.DELEGATED: "sends somebody else",
}


def install(app: Flask) -> None:
    """Give templates the filters `occasion`, `event_heading` and `answered`."""
    for function in (occasion, event_heading, answered):
        app.add_template_filter(function)


def event_heading(event: Invitation) -> str:
    """Answer what the calendar is for."""
    if event.cancelled:
        return HEADINGS[Method.CANCEL]
    return HEADINGS.get(event.method, "Event")


def answered(answer: Answer) -> str:
    """Answer what somebody said to an invitation."""
    return ANSWERS[answer]


def occasion(event: Invitation) -> str:
    """Answer when it begins and ends."""
    start, end = event.start, event.end
    if start is None:
        return NONE
    if not isinstance(start, datetime):
        last = end - timedelta(days=1) if end is not None and end > start else start
        return _date(start) if last == start else f"{_date(start)} – {_date(last)}"
    zone = event.zone or "local time"
    if start.tzinfo is not None:
        start, end = in_zone(start), in_zone(end) if isinstance(end, datetime) else None
        zone = start.tzname() or "UTC"
    if not isinstance(end, datetime):
        return f"{_date(start)}, {start:%H:%M} {zone}"
    until = f"{end:%H:%M}" if end.date() == start.date() else f" {_date(end)}, {end:%H:%M}"
    return f"{_date(start)}, {start:%H:%M}–{until} {zone}"


def _date(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%b} {day.year}"
