"""Questions about a copy: its owner sees them, answers them, or lets them be (RULES R21, R22, R24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.models import MessageCopy, Unresolved
from linking.closing import close_question
from linking.cursor import Cursor, Page, page_by_id
from linking.dropped import in_view
from linking.in_turn import file_in_turn
from linking.letter import Candidate
from linking.letter_parts import only_seen, question_of, records_in
from linking.links import Linked, WouldHide, link_copy
from linking.record_fields import RecordType
from linking.record_view import names_of
from linking.records import create_record

CREATABLE: Final = frozenset({RecordType.CONTACT, RecordType.DEAL, RecordType.LEAD, RecordType.PROJECT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An open question; `rule` and `args` as `linking.sentences` takes them, `names` of what the viewer sees."""

    id: int
    message_id: int
    rule: str
    args: Mapping[str, Any]
    candidates: tuple[Candidate, ...]
    names: Mapping[int, str]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ByRecord:
    """The answer is a record that is there."""

    type: str
    target_id: int


@dataclass(frozen=True, slots=True)
class ByNewRecord:
    """The answer is a record to make; what `fields` leave out comes from the question."""

    type: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Dismissed:
    """There is nothing to answer."""


Answer = ByRecord | ByNewRecord | Dismissed


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The question is closed; by which link, to which new record."""

    link_id: int | None = None
    created_id: int | None = None


def list_questions(session: Session, viewer: Viewer, limit: int, cursor: Cursor | None = None) -> Page[Question]:
    """Answer the viewer's own open questions, the newest first."""
    query = select(Unresolved).where(
        Unresolved.company_id == viewer.company_id,
        Unresolved.owner_id == viewer.user_id,
        Unresolved.state == "open",
        *in_view(session, viewer, Unresolved.message_id),
    )
    if cursor is not None:
        query = query.where(Unresolved.id < cursor.id)
    rows = session.scalars(query.order_by(Unresolved.id.desc()).limit(limit + 1)).all()
    asked = {row.id: question_of(row) for row in rows}
    named = {one.id for question in asked.values() for one in question.candidates}
    for question in asked.values():
        said = [question.args, *(one.args for one in question.candidates)]
        named |= {number for args in said for number in records_in(args)}
    names = names_of(session, viewer, sorted(named))
    return page_by_id([_question(row, names) for row in rows], limit)


def count_questions(session: Session, viewer: Viewer, most: int) -> int:
    """Answer how many questions are open to the viewer, counted no further than `most`."""
    found = select(Unresolved.id).where(
        Unresolved.company_id == viewer.company_id,
        Unresolved.owner_id == viewer.user_id,
        Unresolved.state == "open",
        *in_view(session, viewer, Unresolved.message_id),
    )
    return session.scalar(select(func.count()).select_from(found.limit(most).subquery())) or 0


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
    row = session.scalar(
        select(Unresolved).where(
            Unresolved.company_id == viewer.company_id,
            Unresolved.id == question_id,
            Unresolved.owner_id == viewer.user_id,
            Unresolved.state == "open",
        )
    )
    if row is None:
        raise Missing("question")
    if not viewer.may_write:
        raise Forbidden("A read-only user answers no questions.")
    match answer:
        case Dismissed():
            close_question(session, viewer, row.id, "dismissed", now)
            return Answered()
        case ByRecord(record_type, target_id):
            return _link(session, viewer, row, record_type, target_id, now, confirmed=confirmed)
        case ByNewRecord(record_type, fields):
            return _create(session, viewer, row, record_type, fields, now, mail_domain, confirmed=confirmed)


def _create(
    session: Session,
    viewer: Viewer,
    row: Unresolved,
    record_type: str,
    fields: Mapping[str, object],
    now: datetime,
    mail_domain: str,
    *,
    confirmed: bool,
) -> Answered | WouldHide:
    if record_type not in CREATABLE:
        raise Invalid({"create": f"this is one of {', '.join(sorted(CREATABLE))}"})
    chosen = RecordType(record_type)
    given = _defaults(row, chosen) | dict(fields)
    # A new record that its maker alone may see would hide the letter like any other: found out before it is kept.
    with session.begin_nested() as attempt:
        made = create_record(session, viewer, chosen, given, now, mail_domain)
        linked = _link(session, viewer, row, chosen, made.id, now, confirmed=confirmed)
        if isinstance(linked, WouldHide):
            attempt.rollback()
            return linked
    return Answered(link_id=linked.link_id, created_id=made.id)


def _link(
    session: Session,
    viewer: Viewer,
    row: Unresolved,
    record_type: str,
    target_id: int,
    now: datetime,
    *,
    confirmed: bool,
) -> Answered | WouldHide:
    copy = session.scalars(
        select(MessageCopy).where(MessageCopy.company_id == viewer.company_id, MessageCopy.id == row.copy_id)
    ).one()
    done = link_copy(session, viewer, copy, record_type, target_id, now, confirmed=confirmed)
    if isinstance(done, Linked):
        close_question(session, viewer, row.id, "answered", now)
        return Answered(link_id=done.link_id)
    return done


def _defaults(row: Unresolved, record_type: RecordType) -> dict[str, object]:
    """Answer what the question knows about the one it asks for."""
    addresses = [str(one) for one in (row.args or {}).get("addresses", ())]
    if record_type is RecordType.CONTACT and addresses:
        return {"name": addresses[0], "addresses": addresses[:1]}
    return {}


def _question(row: Unresolved, names: Mapping[int, str]) -> Question:
    asked = only_seen(question_of(row), names)
    return Question(
        id=row.id,
        message_id=row.message_id,
        rule=asked.rule,
        args=asked.args,
        candidates=asked.candidates,
        names=names,
        created_at=row.created_at,
    )
