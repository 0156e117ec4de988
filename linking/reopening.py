"""Undoing an answer: its link, what it made and what it said for all go, and the question is asked again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import and_, null, or_, update
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Missing
from accounts.viewer import Viewer
from db.models import Unresolved
from languages.speech import _
from linking.in_turn import file_in_turn
from linking.links import undo_link
from linking.own_questions import find_to_write, own
from linking.record_fields import RecordType
from linking.records import change_record, delete_record, get_record
from linking.standing import remove_standing
from mail.address import address_key

NOTHING: Final[Mapping[str, Any]] = {}


def undo_answer(session: Session, viewer: Viewer, question_id: int, now: datetime) -> None:
    """Take back an answer that the viewer gave, and ask again; raise Missing, Forbidden, Conflict."""
    file_in_turn(session, viewer.company_id)
    row = find_to_write(session, viewer, question_id, own(viewer))
    if row.state == "open" or (row.state == "answered" and row.done is None):
        raise Conflict(_("This question has no answer that could be undone."))
    done: Mapping[str, Any] = row.done or NOTHING
    for standing_id in done.get("standing", ()):
        _if_there(partial(remove_standing, session, viewer, standing_id, now))
    for link_id in done.get("links", ()):
        _if_there(partial(undo_link, session, viewer, link_id, now))
    _take_address(session, viewer, done, now)
    if created := done.get("created"):
        _if_there(partial(delete_record, session, viewer, RecordType(created["type"]), created["id"], now))
    _reopen(session, viewer, row, done.get("alike", ()))


def ask_anew(session: Session, viewer: Viewer, message_ids: Collection[int], at: datetime) -> None:
    """Ask again what links of that moment had answered by the way."""
    session.execute(
        update(Unresolved)
        .where(
            *own(viewer),
            Unresolved.message_id.in_(message_ids),
            Unresolved.state == "answered",
            Unresolved.answered_at == at,
            Unresolved.done.is_(None),
        )
        .values(state="open", answered_at=None, answered_by=None)
    )


def _take_address(session: Session, viewer: Viewer, done: Mapping[str, Any], now: datetime) -> None:
    added = done.get("address")
    if not added:
        return
    try:
        contact = get_record(session, viewer, RecordType.CONTACT, added["contact"])
    except Missing:
        return
    kept = [one for one in contact.addresses if address_key(one) != address_key(added["address"])]
    change_record(session, viewer, RecordType.CONTACT, contact.id, {"addresses": kept}, now)


def _reopen(session: Session, viewer: Viewer, row: Unresolved, alike: Collection[int]) -> None:
    """Ask again, and with it whatever else the answer closed."""
    by_the_way = and_(
        Unresolved.message_id == row.message_id, Unresolved.answered_at == row.answered_at, Unresolved.done.is_(None)
    )
    session.execute(
        update(Unresolved)
        .where(*own(viewer), or_(Unresolved.id.in_([row.id, *alike]), by_the_way))
        .values(state="open", answered_at=None, answered_by=None, done=null())
    )


def _if_there(take_back: Callable[[], None]) -> None:
    """What somebody took back before needs no undoing."""
    try:
        take_back()
    except Missing:
        return
