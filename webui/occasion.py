"""When an event is, in the reader's time zone where its own is known (`webui.moments`); how long something took."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from flask import Flask

from languages.dates import weekday
from languages.speech import _, marked, ngettext
from mail.message import Answer, Invitation, Method
from webui.moments import NONE, in_zone

HEADINGS: Final = {
    Method.REQUEST: marked("Invitation"),
    Method.REPLY: marked("Answer to an invitation"),
    Method.CANCEL: marked("Called off"),
    Method.COUNTER: marked("Another time is proposed"),
    Method.DECLINECOUNTER: marked("The proposed time is declined"),
    Method.REFRESH: marked("Asks for the invitation again"),
}
EVENT: Final = marked("Event")
ANSWERS: Final = {
    Answer.NEEDS_ACTION: marked("no answer yet"),
    Answer.ACCEPTED: marked("accepted"),
    Answer.DECLINED: marked("declined"),
    Answer.TENTATIVE: marked("perhaps"),
    Answer.DELEGATED: marked("sends somebody else"),
}


MINUTE, HOUR = 60, 3600


def install(app: Flask) -> None:
    """Give templates the filters `occasion`, `event_heading`, `answered` and `delay`."""
    for function in (occasion, event_heading, answered, delay):
        app.add_template_filter(function)


def event_heading(event: Invitation) -> str:
    """Answer what the calendar is for."""
    if event.cancelled:
        return _(HEADINGS[Method.CANCEL])
    return _(HEADINGS.get(event.method, EVENT))


def answered(answer: Answer) -> str:
    """Answer what somebody said to an invitation."""
    return _(ANSWERS[answer])


def occasion(event: Invitation) -> str:
    """Answer when it begins and ends."""
    start, end = event.start, event.end
    if start is None:
        return NONE
    if not isinstance(start, datetime):
        last = end - timedelta(days=1) if end is not None and end > start else start
        return _date(start) if last == start else f"{_date(start)} – {_date(last)}"
    zone = event.zone or _("local time")
    if start.tzinfo is not None:
        start, end = in_zone(start), in_zone(end) if isinstance(end, datetime) else None
        zone = start.tzname() or "UTC"
    if not isinstance(end, datetime):
        return f"{_date(start)}, {start:%H:%M} {zone}"
    until = f"{end:%H:%M}" if end.date() == start.date() else f" {_date(end)}, {end:%H:%M}"
    return f"{_date(start)}, {start:%H:%M}–{until} {zone}"


def _date(day: date) -> str:
    return weekday(day, with_year=True)


def delay(passed: timedelta) -> str:
    """Answer how long a mail lay between two servers, whose clocks may not agree."""
    seconds = round(passed.total_seconds())
    if seconds < 0:
        return _("a clock was wrong")
    if seconds < MINUTE:
        return ngettext("{num} second later", "{num} seconds later", seconds).format(num=seconds)
    if seconds < HOUR:
        minutes = seconds // MINUTE
        return ngettext("{num} minute later", "{num} minutes later", minutes).format(num=minutes)
    hours = seconds // HOUR
    return ngettext("{num} hour later", "{num} hours later", hours).format(num=hours)
