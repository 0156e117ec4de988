"""Calendars in mail: what is read of the first event, and that nothing hostile is followed or raised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.calendar_part import ATTENDEES, OCTETS, read_calendar
from mail.message import Address, Answer, Attendee, Automatic, Invitation, Method
from mail.parse import parse
from mail.rendering import message_json
from tests.kit.calendars import PEOPLE, WHEN, ics
from tests.kit.mails import File, a_message

BERLIN = ZoneInfo("Europe/Berlin")
TEN = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
LOCAL_TEN = TEN.replace(tzinfo=None)


def read(*lines: str, **given: str) -> Invitation:
    found = read_calendar(ics(lines, **given), {})
    assert found is not None
    return found


def invited(octets: bytes, content_type: str = "text/calendar; method=REQUEST", name: str = "invite.ics") -> bytes:
    return a_message(attachments=[File(name, octets, content_type)])


def test_an_invitation_says_who_is_asked_when_and_where() -> None:
    event = parse(invited(ics((*WHEN, *PEOPLE, "LOCATION:Room 4\\, first floor", "RRULE:FREQ=DAILY")))).invitation
    assert event is not None
    assert (event.method, event.summary, event.location) == (Method.REQUEST, "Demo", "Room 4, first floor")
    assert event.start == TEN
    assert event.end == datetime(2026, 3, 4, 11, tzinfo=BERLIN)
    assert (event.zone, event.all_day, event.repeats, event.cancelled) == ("Europe/Berlin", False, True, False)
    assert event.organizer == Address("Rep, Rita", "rita@seller.example")
    assert event.attendees == (
        Attendee(Address("Carl", "carl@customer.example"), Answer.ACCEPTED),
        Attendee(Address("", "dora@customer.example"), Answer.NEEDS_ACTION),
    )


@pytest.mark.parametrize(
    ("lines", "start", "end", "zone"),
    [
        (["DTSTART;VALUE=DATE:20260304"], date(2026, 3, 4), None, ""),
        (["DTSTART;VALUE=DATE:20260304", "DURATION:P2D"], date(2026, 3, 4), date(2026, 3, 6), ""),
        (["DTSTART:20260304T100000"], LOCAL_TEN, None, ""),
        (["DTSTART;TZID=W. Europe Standard Time:20260304T100000"], TEN, None, "Europe/Berlin"),
        (['DTSTART;TZID="/x.example/1/Europe/Berlin":20260304T100000'], TEN, None, "Europe/Berlin"),
        (["DTSTART;TZID=Ours:20260304T100000"], LOCAL_TEN, None, "Ours"),
        (["DTSTART;TZID=../../etc/passwd:20260304T100000"], LOCAL_TEN, None, "../../etc/passwd"),
        (["DTSTART:yesterday", "DTEND:20260304T100000Z"], None, None, ""),
        (["DTSTART:00010101T000000Z"], None, None, ""),
        (["DTSTART;VALUE=DATE:20260304", "DTEND:20260304T100000Z"], date(2026, 3, 4), None, ""),
        (["DTSTART;VALUE=DATE:21991231", "DURATION:P9999W"], date(2199, 12, 31), None, ""),
    ],
)
def test_times_are_read_with_their_zone(lines: list[str], start: object, end: object, zone: str) -> None:
    event = read(*lines)
    assert (event.start, event.end, event.zone) == (start, end, zone)


def test_utc_and_a_duration() -> None:
    event = read("DTSTART:20260304T100000Z", "DURATION:PT90M")
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    assert (event.zone, event.start.utcoffset(), event.end - event.start) == (
        "UTC",
        timedelta(0),
        timedelta(minutes=90),
    )


def test_an_answer_is_automatic_and_a_question_is_not() -> None:
    for method, automatic in (("REPLY", Automatic.REPLY), ("REQUEST", None), ("COUNTER", None), ("CANCEL", None)):
        found = parse(invited(ics(WHEN, method=method)))
        assert found.automatic is automatic
        assert found.invitation is not None
        assert found.invitation.method == method.lower()
        assert found.invitation.cancelled is (method == "CANCEL")
    assert parse(invited(ics(WHEN, method=""), "text/calendar; method=reply")).automatic is Automatic.REPLY


def test_a_file_is_read_by_its_name_and_a_mail_of_a_calendar_alone_shows_its_words() -> None:
    assert parse(invited(ics(), "application/octet-stream")).invitation is not None
    alone = b"From: a@b.example\r\nContent-Type: text/calendar; charset=utf-8\r\n\r\n" + ics(
        ["DESCRIPTION:Bring\\ncake"]
    )
    assert parse(alone).text == "Bring\ncake"
    assert [one.filename for one in parse(alone).attachments] == ["part-1.ics"]


def test_a_broken_property_does_not_hide_the_others() -> None:
    event = read("DTSTART:never", "ATTENDEE;PARTSTAT=\x00:x", "ORGANIZER:mailto:rita@seller.example", "SUMMARY:second")
    assert (event.summary, event.organizer) == ("Demo", Address("", "rita@seller.example"))


def test_only_the_event_itself_is_read() -> None:
    zone = [
        "BEGIN:VTIMEZONE",
        "TZID:Ours",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "RRULE:FREQ=SECONDLY",
        "END:STANDARD",
    ]
    alarm = ["BEGIN:VALARM", "DESCRIPTION:alarm", "ATTACH:https://x.example/a", "END:VALARM"]
    octets = ics([*WHEN, *alarm], outside=[*zone, "END:VTIMEZONE"]).replace(
        b"END:VCALENDAR", b"BEGIN:VEVENT\r\nSUMMARY:b\r\nEND:VEVENT\r\n"
    )
    event = read_calendar(octets, {})
    assert event is not None
    assert (event.summary, event.description, event.others) == ("Demo", "", 1)


def test_there_are_bounds() -> None:
    event = read(*(f"ATTENDEE:mailto:u{number}@x.example" for number in range(5_000)))
    assert (len(event.attendees), event.invited) == (ATTENDEES, 5_000)
    assert read_calendar(ics(["DESCRIPTION:" + "x" * OCTETS]), {}) is None
    assert read_calendar(b"", {}) is None
    assert parse(invited(b"no calendar")).invitation is None


@pytest.mark.parametrize("length", ["P999999999D", "-P999999D", "P9999999999999D"])
def test_an_event_that_never_ends_has_no_end(length: str) -> None:
    event = read("DTSTART:20260304T090000Z", f"DURATION:{length}")
    assert (event.start, event.end) == (datetime(2026, 3, 4, 9, tzinfo=UTC), None)


def test_the_answer_of_the_interface() -> None:
    shown = message_json(parse(invited(ics((*WHEN, *PEOPLE)))))["calendar"]
    assert (shown["start"], shown["zone"], shown["method"]) == ("2026-03-04T10:00:00+01:00", "Europe/Berlin", "request")
    assert shown["attendees"][0] == {"name": "Carl", "address": "carl@customer.example", "status": "accepted"}
    assert message_json(parse(a_message()))["calendar"] is None


@given(st.lists(st.text(st.sampled_from('ATENDSRUMY:;=",\\\r\n 0123456789TZ-/é\x00'), max_size=40), max_size=8))
def test_any_lines_are_read(lines: list[str]) -> None:
    read_calendar(ics(lines), {})
    read_calendar(ics([f"DTSTART{line}" for line in lines]), {})
