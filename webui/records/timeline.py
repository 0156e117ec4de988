"""The mail of a record as a line through time, whole or narrowed to a way, to files, to words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from flask import g, request

from languages.dates import in_zone
from languages.periods import month_and_year, weekday
from languages.speech import _
from linking.cursor import Cursor
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.record_mail import RecordMail, mail_of_record
from linking.record_view import RecordView
from linking.threads import thread_sizes
from webui.call import Call
from webui.records.with_people import with_people
from webui.searching import understand

SHOWN: Final = 25
LONGEST: Final = 200
WAYS: Final = {"in": "incoming", "out": "outgoing"}
WITH_FILES: Final = "has:attachment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What the line is narrowed to; `way` is "in", "out" or neither."""

    q: str = ""
    way: str = ""
    files: bool = False

    @property
    def is_all(self) -> bool:
        """Tell whether nothing is left out."""
        return not (self.q or self.way or self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Letters, the newest first, when they were written, and of how many letters the conversation of each consists."""

    letters: tuple[Letter, ...]
    written: Mapping[int, datetime]
    sizes: Mapping[int, int]
    next: Cursor | None
    sought: Sought


def timeline_of(call: Call, record: RecordView, cursor: Cursor | None) -> Timeline:
    """Answer a page of the letters of a record that the viewer sees, narrowed as the address says."""
    sought = _sought()
    found = _found(call, record, sought, cursor)
    sizes = thread_sizes(call.session, call.viewer, [one.id for one in found.letters])
    return Timeline(letters=found.letters, written=found.written, sizes=sizes, next=found.next, sought=sought)


def _sought() -> Sought:
    asked = request.args
    words = " ".join(asked.get("q", "").replace("\0", " ").split())[:LONGEST]
    way = asked.get("way", "")
    return Sought(q=words, way=way if way in WAYS else "", files=asked.get("files") == "1")


def _found(call: Call, record: RecordView, sought: Sought, cursor: Cursor | None) -> RecordMail:
    """Answer by when they were written; by when they came where words are looked for, as the index has them."""
    words = " ".join(one for one in (sought.q, WITH_FILES if sought.files else "") if one)
    wanted = LetterFilter(
        any_record_ids=with_people(call, record), direction=WAYS.get(sought.way), search=understand(call, words)
    )
    if not words:
        return mail_of_record(call.session, call.viewer, wanted, SHOWN, cursor, now=call.now, read_raw=call.read_raw)
    page = list_letters(call.session, call.viewer, wanted, SHOWN, cursor, now=call.now, read_raw=call.read_raw)
    written = {one.id: one.date or one.received_at for one in page.rows}
    return RecordMail(letters=page.rows, written=written, next=page.next)


def period(value: datetime) -> str:
    """Answer under which heading a letter stands: a day of this week, else a month."""
    zone, now = g.get("zone", UTC), g.get("now") or datetime.now(UTC)
    here, today = in_zone(value, zone).date(), in_zone(now, zone).date()
    match (today - here).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
        case days if 1 < days < 7:
            return weekday(here)
        case _days:
            return month_and_year(here)
