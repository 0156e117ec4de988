"""Writes the links and questions of a letter; what was undone is never made again (RULES R25)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Link, Unresolved
from ingest.letter import Letter


def write_links(
    session: Session, company_id: int, message_id: int, copy_id: int | None, letter: Letter, now: datetime
) -> tuple[int, ...]:
    """Make the links that are not there, undone ones included; answer the ids of the records now linked.

    `copy_id` is None for the links of a shared letter.
    """
    if not letter.outcome.links:
        return ()
    there = set(
        session.scalars(
            select(Link.target_id).where(
                Link.company_id == company_id, Link.message_id == message_id, Link.copy_id.is_not_distinct_from(copy_id)
            )
        )
    )
    made = [link for link in letter.outcome.links if link.target.id not in there]
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
            "created_by": None,
            "created_at": now,
        }
        for link in made
    ]
    if rows:
        session.execute(insert(Link), rows)
    return tuple(link.target.id for link in made)


def write_questions(
    session: Session, company_id: int, message_id: int, copy_id: int, letter: Letter, now: datetime
) -> tuple[str, ...]:
    """Ask the owner what is not asked yet, answered and dismissed questions included; answer the rules asked by."""
    if not letter.outcome.questions:
        return ()
    asked = set(
        session.scalars(
            select(Unresolved.question).where(Unresolved.company_id == company_id, Unresolved.copy_id == copy_id)
        )
    )
    new = [question for question in letter.outcome.questions if str(question.rule) not in asked]
    rows = [
        {
            "company_id": company_id,
            "id": new_id(session),
            "message_id": message_id,
            "copy_id": copy_id,
            "owner_id": letter.owner_id,
            "question": str(question.rule),
            "args": dict(question.args),
            "candidates": [one.as_json() for one in question.candidates],
            "state": "open",
            "created_at": now,
        }
        for question in new
    ]
    if rows:
        session.execute(insert(Unresolved), rows)
    return tuple(str(question.rule) for question in new)
