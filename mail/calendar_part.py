"""Calendars in a mail (RFC 5545, RFC 6047): the first event of the first one that can be read.

The library sees no more than a few lines of one event, so that neither its recursion nor the rules of a time zone
cost anything; alarms, attached files and what repeats are never followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Event
from icalendar.prop import vBroken

from mail.charset import clean, decode
from mail.message import Address, Answer, Attendee, Invitation, Method
from mail.part import Part

CALENDARS: Final = 5
OCTETS: Final = 512 * 1024
ATTENDEES: Final = 100
LINE_CHARACTERS: Final = 4000
NAME_CHARACTERS: Final = 300
CALENDAR_TYPES: Final = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
YEARS: Final = range(1900, 2200)

_FOLD: Final = re.compile(r"\r?\n[ \t]")
_VENDOR: Final = re.compile(r'(TZID="?)/[^/:;"]{1,60}/[^/:;"]{1,60}/(?=[A-Z])')
_LINE: Final = re.compile(r"([A-Za-z-]{1,30})[;:]")
_KEPT: Final = frozenset(
    {"SUMMARY", "DESCRIPTION", "LOCATION", "DTSTART", "DTEND", "DURATION", "ORGANIZER", "ATTENDEE", "STATUS"}
)


@dataclass(slots=True)
class _Lines:
    """Lines of the first event, and what stands around them."""

    method: str = ""
    kept: dict[str, list[str]] = field(default_factory=dict)
    invited: int = 0
    repeats: bool = False
    events: int = 0


def find_invitation(parts: Sequence[Part]) -> Invitation | None:
    """Answer the first calendar of these parts that can be read, None where there is none."""
    calendars = [part for part in parts if is_calendar(part)][:CALENDARS]
    read = (read_calendar(part.decoded(), part.parameters) for part in calendars)
    return next((one for one in read if one is not None), None)


def is_calendar(part: Part) -> bool:
    """Tell whether a part says that it is a calendar."""
    return part.content_type in CALENDAR_TYPES or part.name.lower().endswith(".ics")


def read_calendar(octets: bytes, parameters: Mapping[str, str]) -> Invitation | None:
    """Answer its first event, None where there is none or it is too large; never raises."""
    if len(octets) > OCTETS:
        return None
    text = decode(octets, parameters.get("charset") or "utf-8")[0]
    lines = _lines(text)
    if lines.events == 0:
        return None
    event = {name: _read(name, group) for name, group in lines.kept.items()}
    return _invitation(event, lines, lines.method or parameters.get("method", ""))


def _lines(text: str) -> _Lines:
    found, depth = _Lines(), 0
    for line in _FOLD.sub("", text).replace("\r\n", "\n").split("\n"):
        name = _LINE.match(line)
        word = name[1].upper() if name else ""
        if word == "BEGIN":
            depth += 1
            found.events += depth == 2 and line[6:].strip().upper() == "VEVENT"
        elif word == "END":
            depth -= 1
        elif depth == 1 and word == "METHOD":
            found.method = line[7:].strip()
        elif depth == 2 and found.events == 1:
            _keep(found, word, line)
    return found


def _keep(found: _Lines, word: str, line: str) -> None:
    found.repeats = found.repeats or word in {"RRULE", "RDATE"}
    found.invited += word == "ATTENDEE"
    if word not in _KEPT or len(line) > LINE_CHARACTERS:
        return
    group = found.kept.setdefault(word, [])
    if len(group) < (ATTENDEES if word == "ATTENDEE" else 1):
        group.append(line)


def _read(name: str, group: Sequence[str]) -> Any:
    """Answer what the library makes of one property, None where it cannot read it."""
    # A vendor's prefix before the name of a zone says nothing (RFC 5545 §3.2.19), and the library warns of it.
    text = "".join(f"{_VENDOR.sub(r'\1', line)}\r\n" for line in group)
    try:
        event: Any = Event.from_ical(f"BEGIN:VEVENT\r\n{text}END:VEVENT\r\n")
        return _unbroken(event.get(name))
    except Exception:  # the library raises whatever happens to it
        return None


def _unbroken(value: Any) -> Any:
    if isinstance(value, list):
        return [one for one in value if not isinstance(one, vBroken)]
    return None if isinstance(value, vBroken) else value


def _invitation(event: Mapping[str, Any], lines: _Lines, method: str) -> Invitation:
    start, zone = _moment(event.get("DTSTART"))
    end = _moment(event.get("DTEND"))[0] or _later(start, event.get("DURATION"))
    attendees = event.get("ATTENDEE") or []
    asked = [_attendee(one) for one in (attendees if isinstance(attendees, list) else [attendees])]
    purpose = method.strip().lower()
    return Invitation(
        method=Method(purpose) if purpose in set(Method) else Method.PUBLISH,
        summary=_one_line(event.get("SUMMARY")),
        description=clean(str(event.get("DESCRIPTION") or "")),
        location=_one_line(event.get("LOCATION")),
        start=start,
        end=end if type(end) is type(start) and _same_kind(start, end) else None,
        zone=zone,
        organizer=_mailbox(event.get("ORGANIZER")),
        attendees=tuple(one for one in asked if one is not None),
        invited=lines.invited,
        repeats=lines.repeats,
        cancelled=purpose == "cancel" or str(event.get("STATUS") or "").upper() == "CANCELLED",
        others=lines.events - 1,
    )


def _moment(value: Any) -> tuple[datetime | date | None, str]:
    """Answer when it is, and the name of the zone."""
    when = getattr(value, "dt", None)
    if not isinstance(when, date) or when.year not in YEARS:
        return None, ""
    if not isinstance(when, datetime):
        return when, ""
    named = value.params.get("TZID") if hasattr(value, "params") else None
    if when.tzinfo is None:
        return when, _one_line(named)
    return when, when.tzinfo.key if isinstance(when.tzinfo, ZoneInfo) else _one_line(named) or "UTC"


def _later(start: datetime | date | None, duration: Any) -> datetime | date | None:
    length = getattr(duration, "dt", None)
    if start is None or not isinstance(length, timedelta):
        return None
    try:
        end = start + length
    except OverflowError:
        return None
    return end if end.year in YEARS else None


def _same_kind(start: object, end: object) -> bool:
    aware = [isinstance(one, datetime) and one.tzinfo is not None for one in (start, end)]
    return aware[0] == aware[1]


def _attendee(value: Any) -> Attendee | None:
    who = _mailbox(value)
    if who is None:
        return None
    said = str(value.params.get("PARTSTAT", "")).lower()
    return Attendee(who, Answer(said) if said in set(Answer) else Answer.NEEDS_ACTION)


def _mailbox(value: Any) -> Address | None:
    """Answer whom a calendar address names (RFC 5545 §3.3.3)."""
    if value is None:
        return None
    address = _one_line(value)
    address = address[7:] if address[:7].lower() == "mailto:" else address
    name = _one_line(value.params.get("CN"))
    address = address if "@" in address else ""
    return Address(name, address) if address or name else None


def _one_line(value: Any) -> str:
    return " ".join(clean(str(value or "")).split())[:NAME_CHARACTERS]
