"""What is private of a user who has left goes after its time; nobody has opened it (RULES R55).

Copies go with their links and questions, letters and mails that nobody else has a copy of go whole, raw
bytes too. A few at a time, so that no transaction is long; what is left of it is a number in the audit log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.holds import standing_holds
from accounts.policies import Sharing
from db.models import (
    BlockedAddress,
    ForwardRequest,
    GatewayMember,
    Leaver,
    MessageCopy,
    Record,
    SavedView,
    StandingAnswer,
    WayBack,
)
from db.raw import RawStore
from db.session import Database
from ingest.deleting import copies_to_go, delete_copies, run
from linking.in_turn import file_in_turn

MOST_AT_ONCE: Final = 100
FILE_AGE: Final = timedelta(days=1)


def forget_leavers(database: Database, raw: RawStore, company_id: int) -> None:
    """Delete what is private of every user of the company whose time is over."""
    with database.read() as session:
        over = select(Leaver.user_id).where(
            Leaver.company_id == company_id,
            Leaver.delete_at < database.now(session),
            Leaver.deleted_at.is_(None),
        )
        due = session.scalars(over).all()
    for user_id in due:
        while _forget_some(database, raw, company_id, user_id):
            pass


def _forget_some(database: Database, raw: RawStore, company_id: int, user_id: int) -> bool:
    """Delete some copies; where none is left say how many there were, and answer False."""
    with database.write() as session:
        now = database.now(session)
        file_in_turn(session, company_id)
        if not _is_due(session, company_id, user_id, now):
            return False
        holds = standing_holds(session, company_id)
        if holds.keeps_user(user_id):
            return False
        private = (MessageCopy.owner_id == user_id) & (MessageCopy.sharing == Sharing.PRIVATE)
        copies = copies_to_go(session, company_id, holds, private, MOST_AT_ONCE)
        if not copies:
            if not _is_anything_kept(session, company_id, private):
                _end(session, company_id, user_id, now)
            return False
        gone = delete_copies(session, raw, company_id, copies)
        this = Leaver.company_id == company_id, Leaver.user_id == user_id
        session.execute(update(Leaver).where(*this).values(deleted_mails=Leaver.deleted_mails + len(copies)))
    for sha256 in gone:
        raw.sweep(company_id, sha256, now - FILE_AGE)
    return True


def _is_due(session: Session, company_id: int, user_id: int, now: datetime) -> bool:
    """Look again under the turn: he may have come back."""
    query = select(Leaver.user_id).where(
        Leaver.company_id == company_id,
        Leaver.user_id == user_id,
        Leaver.delete_at < now,
        Leaver.deleted_at.is_(None),
    )
    return session.scalars(query.with_for_update()).first() is not None


def _is_anything_kept(session: Session, company_id: int, private: ColumnElement[bool]) -> bool:
    """Tell whether mail is left that somebody's hold keeps: then the rest waits with it."""
    query = select(MessageCopy.id).where(MessageCopy.company_id == company_id, private)
    return session.scalars(query.limit(1)).first() is not None


def _end(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    """Take away what rules made from the private mail and what else was the user's alone, and say how much went."""
    made_by_rule = (
        Record.company_id == company_id,
        Record.owner_id == user_id,
        Record.created_from.is_not(None),
        Record.visibility == "owner",
        Record.deleted_at.is_(None),
    )
    run(session, update(Record).where(*made_by_rule).values(deleted_at=now))
    for table in (ForwardRequest, GatewayMember, SavedView, StandingAnswer, BlockedAddress, WayBack):
        run(session, delete(table).where(table.company_id == company_id, table.user_id == user_id))
    this = Leaver.company_id == company_id, Leaver.user_id == user_id
    run(session, update(Leaver).where(*this).values(deleted_at=now))
    count = session.scalar(select(Leaver.deleted_mails).where(*this))
    target = ("user", user_id)
    record_event(session, company_id, None, "user.forget", now=now, target=target, args={"mails": count})
