"""Closing a question: by its answer, or because a link by hand has answered it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Record, Unresolved
from linking.own_questions import own_open
from linking.record_fields import RecordType
from linking.rule import Rule

PEOPLE = frozenset({RecordType.CONTACT, RecordType.ORGANIZATION})


def close_question(
    session: Session,
    viewer: Viewer,
    question_id: int,
    state: str,
    now: datetime,
    done: Mapping[str, Any] | None = None,
) -> None:
    """Close a question as answered or dismissed; `done`: what the answer made, so that it can be undone."""
    session.execute(
        update(Unresolved)
        .where(Unresolved.company_id == viewer.company_id, Unresolved.id == question_id)
        .values(state=state, answered_at=now, answered_by=viewer.user_id, done=null() if done is None else dict(done))
    )


def close_answered(
    session: Session, viewer: Viewer, message_ids: Collection[int], target: Record, now: datetime
) -> None:
    """Close the viewer's own questions about these letters that linking them to this record answers."""
    query = select(Unresolved).where(*own_open(viewer), Unresolved.message_id.in_(message_ids))
    answered = [row.id for row in session.scalars(query) if _answers(row, target)]
    for question_id in answered:
        close_question(session, viewer, question_id, "answered", now)


def _answers(row: Unresolved, target: Record) -> bool:
    if row.candidates:
        return any(one["id"] == target.id for one in row.candidates)
    return row.question == Rule.NOTE or target.type in PEOPLE
