"""Answering a question about one's own mail: with a record that is there, with a new one, or not at all (R21, R24).

What an answer made is kept with it (`done`), so that it can be undone: linking.reopening.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.refusals import Invalid
from accounts.viewer import Viewer
from db.models import Unresolved
from languages.listing import either
from languages.speech import _
from linking.always import answer_for_all
from linking.closing import close_question
from linking.in_turn import file_in_turn
from linking.links import Linked, WouldHide, link_copy
from linking.own_questions import addresses_asked, asked_now, copy_asked_about, find_to_write
from linking.record_fields import RecordType
from linking.records import create_record
from linking.rule import Rule

CREATABLE: Final = frozenset({RecordType.CONTACT, RecordType.DEAL, RecordType.LEAD, RecordType.PROJECT})


@dataclass(frozen=True, slots=True)
class ByRecord:
    """The answer is a record that is there; `always`: for all later mail of the same people."""

    type: str
    target_id: int
    always: bool = False


@dataclass(frozen=True, slots=True)
class ByNewRecord:
    """The answer is a record to make; what `fields` leave out comes from the question."""

    type: str
    fields: Mapping[str, object]
    always: bool = False


@dataclass(frozen=True, slots=True)
class Dismissed:
    """There is nothing to answer."""


Answer = ByRecord | ByNewRecord | Dismissed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The question is closed; by which link, to which new record; `alike`: how many others it answered too."""

    link_id: int | None = None
    created_id: int | None = None
    alike: int = 0


def answer_question(
    session: Session,
    viewer: Viewer,
    question_id: int,
    answer: Answer,
    now: datetime,
    mail_domain: str,
    *,
    confirmed: bool = False,
) -> Answered | WouldHide:
    """Answer one of one's own open questions; raise Missing, Forbidden, Invalid.

    An answer is a link by hand: unless `confirmed`, one that would hide the letter is told, not made.
    """
    file_in_turn(session, viewer.company_id)
    row = find_to_write(session, viewer, question_id, asked_now(session, viewer))
    _check_allowed(row, answer)
    match answer:
        case Dismissed():
            close_question(session, viewer, row.id, "dismissed", now)
            return Answered()
        case ByRecord():
            return _link(session, viewer, row, answer, now, confirmed=confirmed)
        case ByNewRecord():
            return _create(session, viewer, row, answer, now, mail_domain, confirmed=confirmed)


def _check_allowed(row: Unresolved, answer: Answer) -> None:
    """Let the owner of a contact answer for this contact alone: the letter is a colleague's (R24)."""
    if row.question != Rule.HIDDEN_CONTACT or isinstance(answer, Dismissed):
        return
    offered = {one["id"] for one in row.candidates}
    if not isinstance(answer, ByRecord) or answer.always or answer.target_id not in offered:
        raise Invalid({"target_id": _("link this contact, or leave it as it is")})


def _create(
    session: Session,
    viewer: Viewer,
    row: Unresolved,
    answer: ByNewRecord,
    now: datetime,
    mail_domain: str,
    *,
    confirmed: bool,
) -> Answered | WouldHide:
    if answer.type not in CREATABLE:
        raise Invalid({"create": _("this is one of {kinds}").format(kinds=either(sorted(CREATABLE)))})
    chosen = RecordType(answer.type)
    given = _defaults(row, chosen) | dict(answer.fields)
    # A new record that its maker alone may see would hide the letter like any other: found out before it is kept.
    with session.begin_nested() as attempt:
        made = create_record(session, viewer, chosen, given, now, mail_domain)
        by_record = ByRecord(chosen, made.id, answer.always)
        linked = _link(session, viewer, row, by_record, now, confirmed=confirmed, made=True)
        if isinstance(linked, WouldHide):
            attempt.rollback()
            return linked
    return Answered(link_id=linked.link_id, created_id=made.id, alike=linked.alike)


def _link(
    session: Session,
    viewer: Viewer,
    row: Unresolved,
    answer: ByRecord,
    now: datetime,
    *,
    confirmed: bool,
    made: bool = False,
) -> Answered | WouldHide:
    copy = copy_asked_about(session, row)
    linked = link_copy(session, viewer, copy, answer.type, answer.target_id, now, confirmed=confirmed)
    if not isinstance(linked, Linked):
        return linked
    done: dict[str, Any] = {"links": [linked.link_id]}
    if made:
        done["created"] = {"type": str(answer.type), "id": answer.target_id}
    close_question(session, viewer, row.id, "answered", now, done)
    alike = 0
    if answer.always:
        said = answer_for_all(session, viewer, row, RecordType(answer.type), answer.target_id, now)
        alike = len(said.links)
        done |= {**said.done, "links": [*done["links"], *said.links]}
        close_question(session, viewer, row.id, "answered", now, done)
    return Answered(link_id=linked.link_id, alike=alike)


def _defaults(row: Unresolved, record_type: RecordType) -> dict[str, object]:
    """Answer what the question knows about the one it asks for."""
    addresses = addresses_asked(row)
    if record_type is RecordType.CONTACT and addresses:
        return {"name": addresses[0], "addresses": addresses[:1]}
    return {}
