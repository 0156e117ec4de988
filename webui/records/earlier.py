"""The earlier mail of a record: look at it, link it all, take that back (RULES R26)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import url_for
from werkzeug.wrappers import Response

from languages.speech import _, ngettext
from linking.earlier import count_earlier, list_earlier
from linking.record_view import RecordView
from linking.records import get_record
from linking.taking_in import Taken, take_earlier, undo_taken
from webui.call import Call
from webui.cursor import open_cursor
from webui.forms import TRUE, field, page_query
from webui.pages import done, reading, render, writing
from webui.problem import not_found
from webui.records.kinds import Kind

COUNTED: Final = 100
"""The note on a record's page counts no further."""
SHOWN: Final = 50


def offered(call: Call, record: RecordView) -> int:
    """Answer how many letters are offered on the page of a record; nothing to who may not link them."""
    return count_earlier(call.session, call.viewer, record, COUNTED) if call.viewer.may_write else 0


def show(kind: Kind, record: str) -> str:
    """Show what the record would take."""
    with reading() as call:
        found = get_record(call.session, call.viewer, kind.type, call.unseal(kind.type, record))
        cursor = open_cursor(call, page_query())
        mail = list_earlier(call.session, call.viewer, found, SHOWN, cursor, call.read_raw)
        return render(call, "record_earlier.html", older=mail.next, kind=kind, record=found, letters=mail.rows)


def take(kind: Kind, record: str) -> Response:
    """Link it all, and offer to take that back."""
    with writing() as call:
        number = call.unseal(kind.type, record)
        confirmed = field("confirm") in TRUE
        taken = take_earlier(call.session, call.viewer, kind.type, number, call.now, confirmed=confirmed)
    undo = url_for(f"records.undo_earlier_{kind.type}", record=record) if taken.linked else ""
    page = "earlier" if taken.would_hide or taken.more else "show"
    return done(_said(taken), f"records.{page}_{kind.type}", undo, {"at": taken.at.isoformat()}, record=record)


def undo(kind: Kind, record: str) -> Response:
    """Undo the links of one act; 404 where there is no such act of this person."""
    try:
        at = datetime.fromisoformat(field("at"))
    except ValueError:
        raise not_found() from None
    if at.tzinfo is None:
        raise not_found()
    with writing() as call:
        number = call.unseal(kind.type, record)
        count = undo_taken(call.session, call.viewer, kind.type, number, at, call.now)
    said = ngettext("{num} message unlinked again.", "{num} messages unlinked again.", count).format(num=count)
    return done(said, f"records.show_{kind.type}", record=record)


def _said(taken: Taken) -> str:
    said = [ngettext("{num} message linked.", "{num} messages linked.", taken.linked).format(num=taken.linked)]
    if taken.would_hide:
        left = ngettext(
            "{num} message left alone: colleagues see mail of this who may not see the record.",
            "{num} messages left alone: colleagues see mail of this who may not see the record.",
            taken.would_hide,
        )
        said.append(left.format(num=taken.would_hide))
    if taken.more:
        said.append(_("There are more."))
    return " ".join(said)
