"""Writes the links and questions of a letter; what was undone is never made again (RULES R25)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Link, Unresolved
from ingest.letter import Letter
from linking.created import touch_created
from linking.decision import LinkMade, Question

INSERT_LINKS: Final = insert(Link)
INSERT_QUESTIONS: Final = insert(Unresolved)


def write_links(
    session: Session, company_id: int, message_id: int, copy_id: int | None, letter: Letter, now: datetime
) -> None:
    """Make the links that are not there, undone ones included; `copy_id` is None for those of a shared letter."""
    if not letter.outcome.links:
        return
    there = set(
        session.scalars(
            select(Link.target_id).where(
                Link.company_id == company_id, Link.message_id == message_id, Link.copy_id.is_not_distinct_from(copy_id)
            )
        )
    )
    new = [link for link in letter.outcome.links if link.target.id not in there]
    insert_links(session, company_id, message_id, copy_id, new, now)


def insert_links(
    session: Session,
    company_id: int,
    message_id: int,
    copy_id: int | None,
    links: Sequence[LinkMade],
    now: datetime,
) -> None:
    """Write links that are not there."""
    if copy_id is None:
        touch_created(session, company_id, [link.target.id for link in links if link.target.visibility == "owner"])
    rows = [
        {
            "company_id": company_id,
            "id": new_id(session),
            "message_id": message_id,
            "copy_id": copy_id,
            "target_id": link.target.id,
            "origin": "auto",
            "rule": str(link.rule),
            "args": dict(link.args),
            "created_at": now,
        }
        for link in links
    ]
    if rows:
        session.connection().execute(INSERT_LINKS, rows)


def write_questions(
    session: Session, company_id: int, message_id: int, copy_id: int, letter: Letter, now: datetime
) -> None:
    """Ask the owner what was not asked yet, answered and dismissed questions included."""
    if not letter.outcome.questions:
        return
    asked = set(
        session.scalars(
            select(Unresolved.question).where(Unresolved.company_id == company_id, Unresolved.copy_id == copy_id)
        )
    )
    new = [question for question in letter.outcome.questions if str(question.rule) not in asked]
    insert_questions(session, company_id, message_id, copy_id, letter.owner_id, new, now)


def insert_questions(
    session: Session,
    company_id: int,
    message_id: int,
    copy_id: int,
    owner_id: int,
    questions: Sequence[Question],
    now: datetime,
) -> None:
    """Write questions that are not there."""
    rows = [
        {
            "company_id": company_id,
            "id": new_id(session),
            "message_id": message_id,
            "copy_id": copy_id,
            "owner_id": owner_id,
            "question": str(question.rule),
            "args": dict(question.args),
            "candidates": [one.as_json() for one in question.candidates],
            "state": "open",
            "created_at": now,
        }
        for question in questions
    ]
    if rows:
        session.connection().execute(INSERT_QUESTIONS, rows)
