"""Questions about a copy: its owner sees them, answers them, or lets them be (RULES R21, R22, R24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.models import Unresolved
from linking.cursor import Cursor, Page, page_by_id
from linking.letter import Candidate
from linking.letter_parts import only_seen, question_of, records_in
from linking.own_questions import asked_now
from linking.record_view import names_of


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


def list_questions(session: Session, viewer: Viewer, limit: int, cursor: Cursor | None = None) -> Page[Question]:
    """Answer the viewer's own open questions, the newest first."""
    query = select(Unresolved).where(*asked_now(session, viewer))
    if cursor is not None:
        query = query.where(Unresolved.id < cursor.id)
    rows = session.scalars(query.order_by(Unresolved.id.desc()).limit(limit + 1)).all()
    return page_by_id(_questions(session, viewer, rows), limit)


def get_question(session: Session, viewer: Viewer, question_id: int) -> Question:
    """Answer one of the viewer's own open questions; raise Missing."""
    row = session.scalar(select(Unresolved).where(*asked_now(session, viewer), Unresolved.id == question_id))
    if row is None:
        raise Missing("question")
    return _questions(session, viewer, [row])[0]


def count_questions(session: Session, viewer: Viewer, most: int) -> int:
    """Answer how many questions are open to the viewer, counted no further than `most`."""
    found = select(Unresolved.id).where(*asked_now(session, viewer))
    return session.scalar(select(func.count()).select_from(found.limit(most).subquery())) or 0


def _questions(session: Session, viewer: Viewer, rows: Sequence[Unresolved]) -> list[Question]:
    asked = {row.id: question_of(row) for row in rows}
    named = {one.id for question in asked.values() for one in question.candidates}
    for question in asked.values():
        said = [question.args, *(one.args for one in question.candidates)]
        named |= {number for args in said for number in records_in(args)}
    names = names_of(session, viewer, sorted(named))
    return [_question(row, names) for row in rows]


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
