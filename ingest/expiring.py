"""Retention: mail older than a company keeps goes, private mail and raw bytes too; records stay (RULES R53).

By the time it was received here. A few at a time, so that no transaction is long; a hold keeps what it names.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.holds import Holds, standing_holds
from accounts.retention_days import retention_in_force
from db.models import InboundMessage, MessageCopy
from db.raw import RawStore
from db.session import Database
from ingest.deleting import copies_to_go, delete_copies, delete_mails
from linking.in_turn import file_in_turn

MOST_AT_ONCE: Final = 100
FILE_AGE: Final = timedelta(days=1)
UNDOABLE: Final = timedelta(days=7)


def let_expire(database: Database, raw: RawStore, company_id: int) -> None:
    """Delete what is older than the company keeps; one line in the audit log says how much it was."""
    letters = 0
    while count := _expire_some(database, raw, company_id):
        letters += count
    if letters:
        with database.write() as session:
            now, target = database.now(session), ("company", company_id)
            record_event(session, company_id, None, "company.expire", now=now, target=target, args={"mails": letters})


def _expire_some(database: Database, raw: RawStore, company_id: int) -> int:
    """Delete some copies, or mails that never had one; answer how many."""
    with database.read() as session:
        if retention_in_force(session, company_id, database.now(session)) is None:
            return 0
    with database.write() as session:
        file_in_turn(session, company_id)
        now = database.now(session)
        days = retention_in_force(session, company_id, now)
        if days is None:
            return 0
        holds, before = standing_holds(session, company_id), now - timedelta(days=days)
        copies = copies_to_go(session, company_id, holds, MessageCopy.received_at < before, MOST_AT_ONCE)
        gone = delete_copies(session, raw, company_id, copies)
        bare = () if copies else _without_copies(session, company_id, holds, min(before, now - UNDOABLE))
        gone = [*gone, *delete_mails(session, raw, company_id, bare)]
    for sha256 in gone:
        raw.sweep(company_id, sha256, now - FILE_AGE)
    return len(copies) + len(bare)


def _without_copies(session: Session, company_id: int, holds: Holds, before: datetime) -> Sequence[int]:
    """Answer mails that gave nothing; while a person is held none of them, for no row tells whom they name."""
    if holds.company or holds.people:
        return ()
    copies = exists().where(MessageCopy.company_id == company_id, MessageCopy.inbound_id == InboundMessage.id)
    query = select(InboundMessage.id).where(
        InboundMessage.company_id == company_id,
        InboundMessage.received_at < before,
        (InboundMessage.status == "failed") | (InboundMessage.discarded_at < before),
        InboundMessage.owner_id.is_(None) | InboundMessage.owner_id.not_in(holds.users),
        ~copies,
    )
    return session.scalars(query.order_by(InboundMessage.id).limit(MOST_AT_ONCE)).all()
