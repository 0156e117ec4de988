"""Buckets: all letters of a company that name one another, whoever sees them; never shown to anybody.

A bucket only bounds what has to be read to compute a viewer's thread (`linking.threads`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import Message, MessageReference, Thread

_FIND: Final = (
    select(Message.thread_id)
    .join(
        MessageReference,
        (MessageReference.company_id == Message.company_id) & (MessageReference.message_id == Message.id),
    )
    .where(
        Message.company_id == bindparam("company_id"),
        MessageReference.msg_id.in_(bindparam("msg_ids", expanding=True)),
    )
    .distinct()
)
_MAKE: Final = insert(Thread)


def find_buckets(session: Session, company_id: int, msg_ids: Collection[str]) -> frozenset[int]:
    """Answer the buckets whose letters have or name one of the msg-ids."""
    if not msg_ids:
        return frozenset()
    return frozenset(session.connection().scalars(_FIND, {"company_id": company_id, "msg_ids": list(msg_ids)}))


def join_bucket(session: Session, company_id: int, found: Collection[int], now: datetime) -> int:
    """Answer the one bucket for a letter that has or names msg-ids of letters in these; they become one.

    Filing is in turn within a company, so two letters that name each other cannot miss each other.
    """
    if not found:
        made = new_id(session)
        session.connection().execute(_MAKE, {"company_id": company_id, "id": made, "created_at": now})
        return made
    kept, *others = sorted(found)
    if others:
        session.execute(
            update(Message)
            .where(Message.company_id == company_id, Message.thread_id.in_(others))
            .values(thread_id=kept)
        )
        session.execute(delete(Thread).where(Thread.company_id == company_id, Thread.id.in_(others)))
    return kept
