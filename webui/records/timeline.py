"""The mail of a record as a line through time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import g

from linking.cursor import Cursor
from linking.letter import Letter
from linking.record_mail import mail_of_record
from linking.record_view import RecordView
from linking.threads import thread_sizes
from webui.call import Call

SHOWN: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Letters, the newest first, when they were written, and of how many letters the conversation of each consists."""

    letters: tuple[Letter, ...]
    written: Mapping[int, datetime]
    sizes: Mapping[int, int]
    next: Cursor | None


def timeline_of(call: Call, record: RecordView, cursor: Cursor | None) -> Timeline:
    """Answer a page of the letters of a record that the viewer sees."""
    found = mail_of_record(call.session, call.viewer, record.id, SHOWN, cursor, now=call.now, read_raw=call.read_raw)
    sizes = thread_sizes(call.session, call.viewer, [one.id for one in found.letters])
    return Timeline(letters=found.letters, written=found.written, sizes=sizes, next=found.next)


def period(value: datetime) -> str:
    """Answer under which heading a letter stands: a day of this week, else a month."""
    zone, now = g.get("zone", UTC), g.get("now") or datetime.now(UTC)
    here, today = value.astimezone(zone), now.astimezone(zone)
    match (today.date() - here.date()).days:
        case 0:
            return "Today"
        case 1:
            return "Yesterday"
        case days if 1 < days < 7:
            return f"{here:%A}"
        case _:
            return f"{here:%B %Y}"
