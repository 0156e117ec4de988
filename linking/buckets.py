"""Buckets: all letters of a company that name one another, whoever sees them; never shown to anybody.

A bucket only bounds what has to be read to compute a viewer's thread (`linking.threads`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Message, MessageReference, Thread


def find_buckets(session: Session, company_id: int, msg_ids: Collection[str]) -> frozenset[int]:
    """Answer the buckets whose letters have or name one of the msg-ids."""
    if not msg_ids:
        return frozenset()
    query = (
        select(Message.thread_id)
        .join(
            MessageReference,
            (MessageReference.company_id == Message.company_id) & (MessageReference.message_id == Message.id),
        )
        .where(Message.company_id == company_id, MessageReference.msg_id.in_(msg_ids))
        .distinct()
    )
    return frozenset(session.scalars(query))


def join_bucket(session: Session, company_id: int, msg_ids: Collection[str], now: datetime) -> int:
    """Answer the one bucket for a letter with these msg-ids; those that it brings together become one.

    Filing is in turn within a company, so two letters that name each other cannot miss each other.
    """
    found = sorted(find_buckets(session, company_id, msg_ids))
    if not found:
        made = new_id(session)
        session.execute(insert(Thread).values(company_id=company_id, id=made, created_at=now))
        return made
    kept, *others = found
    if others:
        session.execute(
            update(Message)
            .where(Message.company_id == company_id, Message.thread_id.in_(others))
            .values(thread_id=kept)
        )
        session.execute(delete(Thread).where(Thread.company_id == company_id, Thread.id.in_(others)))
    return kept
