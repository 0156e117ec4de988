"""Whose turn it is: one notice an address, kind and time, decided by one row that two workers cannot both take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.users import UserView
from db.ids import new_id
from db.inserting import insert_in
from db.models import Notice
from mail.address import address_key

ONE = ("company_id", "address_key", "kind")


@dataclass(frozen=True, slots=True)
class Turn:
    """A notice may go: `more` happened since the last one, `key` names this mail in the outbox."""

    key: str
    more: int = 0


def take_turn(session: Session, user: UserView, kind: str, now: datetime, *, every: timedelta) -> Turn | None:
    """Answer the turn, None where the last one is younger than `every`: then it is counted."""
    return take_turn_of(session, user.company_id, user.email, user.id, kind, now, every=every)


def take_turn_of(
    session: Session,
    company_id: int,
    address: str,
    user_id: int | None,
    kind: str,
    now: datetime,
    *,
    every: timedelta | None,
) -> Turn | None:
    """Answer the turn of an address; without `every` there is one for good."""
    row = {"company_id": company_id, "address_key": address_key(address), "kind": str(kind)}
    turn = Turn(f"{kind}:{row['address_key']}:{now.isoformat()}")
    connection = session.connection()
    made = insert_in(connection.dialect.name, Notice, ONE).returning(Notice.id)
    values = {**row, "id": new_id(session), "user_id": user_id, "sent_at": now, "more": 0}
    if connection.scalar(made, values) is not None:
        return turn
    this = select(Notice).where(
        Notice.company_id == company_id, Notice.address_key == row["address_key"], Notice.kind == row["kind"]
    )
    found = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one()
    is_due = every is not None and now - found.sent_at >= every
    written = {"sent_at": now, "more": 0, "user_id": user_id} if is_due else {"more": found.more + 1}
    same = Notice.company_id == company_id, Notice.id == found.id
    session.execute(update(Notice).where(*same).values(**written), execution_options={"synchronize_session": False})
    return Turn(turn.key, found.more) if is_due else None


def last_sent(session: Session, user: UserView, kind: str) -> datetime | None:
    """Answer when the user was last told of it."""
    this = Notice.company_id == user.company_id, Notice.address_key == address_key(user.email), Notice.kind == kind
    return session.scalar(select(Notice.sent_at).where(*this))
