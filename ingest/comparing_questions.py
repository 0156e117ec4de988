"""Compares the questions that rules would ask now with the open ones; answered ones stay answered (RULES R52)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Delete, Update, delete, exists, select, update
from sqlalchemy.orm import Session

from db.models import Link, MessageCopy, Unresolved
from ingest.difference import Change, Difference
from ingest.letter import Letter
from ingest.written_links import insert_questions
from linking.decision import Question


def compare_questions(session: Session, copy: MessageCopy, letter: Letter) -> Iterator[Change]:
    """Answer what would be asked, asked otherwise, or asked no more."""
    rows = session.scalars(
        select(Unresolved).where(
            Unresolved.company_id == copy.company_id,
            Unresolved.copy_id == copy.id,
            # What the owner of a hidden contact is asked is no affair of this one (R24).
            Unresolved.owner_id == copy.owner_id,
        )
    ).all()
    there = {row.question: row for row in rows}
    wanted = {str(question.rule): question for question in letter.outcome.questions}
    # Who linked it by hand has said what it is about.
    ask_nothing_new = _is_linked_by_hand(session, copy)
    for rule, question in wanted.items():
        if rule not in there and not ask_nothing_new:
            yield Change(_difference(copy, None, rule), partial(_ask, copy, letter, question))
        elif rule in there and there[rule].state == "open":
            yield from _compare_candidates(copy, there[rule], question)
    for rule, row in there.items():
        if rule not in wanted and row.state == "open":
            yield Change(_difference(copy, rule, None), _ask_no_more(row))


def _compare_candidates(copy: MessageCopy, row: Unresolved, question: Question) -> Iterator[Change]:
    candidates = [one.as_json() for one in question.candidates]
    if (row.args or {}, row.candidates) != (dict(question.args), candidates):
        values = {"args": dict(question.args), "candidates": candidates}
        yield Change(_difference(copy, row.question, row.question), _ask_otherwise(row, values))


def _is_linked_by_hand(session: Session, copy: MessageCopy) -> bool:
    by_hand = exists().where(
        Link.company_id == copy.company_id,
        Link.message_id == copy.message_id,
        Link.origin == "manual",
        Link.undone_at.is_(None),
        Link.copy_id.is_(None) if copy.sharing == "shared" else (Link.copy_id == copy.id),
    )
    return bool(session.scalar(select(by_hand)))


def _difference(copy: MessageCopy, before: str | None, after: str | None) -> Difference:
    return Difference(field="question", before=before, after=after, rule=after or before, message_id=copy.message_id)


def _ask(copy: MessageCopy, letter: Letter, question: Question, session: Session, now: datetime) -> None:
    insert_questions(session, copy.company_id, copy.message_id, copy.id, letter.owner_id, (question,), now)


def _ask_otherwise(row: Unresolved, values: dict[str, Any]) -> Update:
    this = (Unresolved.company_id == row.company_id, Unresolved.id == row.id)
    return update(Unresolved).where(*this).values(**values)


def _ask_no_more(row: Unresolved) -> Delete:
    return delete(Unresolved).where(Unresolved.company_id == row.company_id, Unresolved.id == row.id)
