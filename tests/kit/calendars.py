"""Builders of calendars (RFC 5545), as programs send them with an invitation or an answer."""

from __future__ import annotations

from collections.abc import Sequence


def ics(
    lines: Sequence[str] = (), *, method: str = "REQUEST", summary: str = "Demo", outside: Sequence[str] = ()
) -> bytes:
    """Answer a calendar of one event; `outside` are lines before it, such as those of a time zone."""
    event = [
        "BEGIN:VEVENT",
        "UID:1@seller.example",
        "DTSTAMP:20260301T090000Z",
        f"SUMMARY:{summary}",
        *lines,
        "END:VEVENT",
    ]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Seller//EN", *([f"METHOD:{method}"] if method else [])]
    return "".join(f"{line}\r\n" for line in (*head, *outside, *event, "END:VCALENDAR")).encode()


WHEN = ("DTSTART;TZID=Europe/Berlin:20260304T100000", "DTEND;TZID=Europe/Berlin:20260304T110000")
PEOPLE = (
    'ORGANIZER;CN="Rep, Rita":mailto:rita@seller.example',
    "ATTENDEE;CN=Carl;PARTSTAT=ACCEPTED:mailto:carl@customer.example",
    "ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:dora@customer.example",
)
