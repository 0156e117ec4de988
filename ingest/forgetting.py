"""What is private of a user who has left goes after its time; nobody has opened it (RULES R55).

Copies go with their links and questions, letters and mails that nobody else has a copy of go whole, raw
bytes too. A few at a time, so that no transaction is long; what is left of it is a number in the audit log.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, aliased

from accounts.audit import record_event
from accounts.policies import Sharing
from db.models import (
    Decision,
    ForwardRequest,
    GatewayMember,
    InboundMessage,
    Leaver,
    Link,
    Message,
    MessageCopy,
    Record,
    Unresolved,
)
from db.raw import RawStore
from db.session import Database
from linking.in_turn import file_in_turn

MOST_AT_ONCE: Final = 100
FILE_AGE: Final = timedelta(days=1)
FORGOTTEN: Final = "forgotten"
"""Among the arguments of a mail's reason: inner paths of its letters that went while others stayed."""
_beside: Final = aliased(MessageCopy, name="copy_beside")
_other: Final = aliased(InboundMessage, name="other_inbound")


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
        copies = _private_copies(session, company_id, user_id)
        if not copies:
            _end(session, company_id, user_id, now)
            return False
        gone = _delete(session, raw, company_id, copies)
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


def _private_copies(session: Session, company_id: int, user_id: int) -> Sequence[Any]:
    columns = (MessageCopy.id, MessageCopy.message_id, MessageCopy.inbound_id, MessageCopy.inner_path)
    query = select(*columns).where(
        MessageCopy.company_id == company_id, MessageCopy.owner_id == user_id, MessageCopy.sharing == Sharing.PRIVATE
    )
    return session.execute(query.order_by(MessageCopy.id).limit(MOST_AT_ONCE)).all()


def _delete(session: Session, raw: RawStore, company_id: int, copies: Sequence[Any]) -> Sequence[str]:
    """Delete the copies and what nobody else has a copy of; answer the hashes of raw bytes that went."""
    ids = [copy.id for copy in copies]
    for table in (Link, Unresolved):
        _run(session, delete(table).where(table.company_id == company_id, table.copy_id.in_(ids)))
    _run(session, delete(MessageCopy).where(MessageCopy.company_id == company_id, MessageCopy.id.in_(ids)))
    _delete_letters(session, company_id, {copy.message_id for copy in copies})
    _write_down(session, company_id, copies)
    return _delete_mails(session, raw, company_id, {copy.inbound_id for copy in copies})


def _write_down(session: Session, company_id: int, copies: Sequence[Any]) -> None:
    """Keep with mails that stay which of their letters went, so that no replay brings one back (RULES R52)."""
    gone: defaultdict[int, set[int]] = defaultdict(set)
    for copy in copies:
        gone[copy.inbound_id].add(copy.inner_path)
    for inbound_id, paths in gone.items():
        this = InboundMessage.company_id == company_id, InboundMessage.id == inbound_id
        args = dict(session.scalars(select(InboundMessage.reason_args).where(*this)).one() or {})
        args[FORGOTTEN] = sorted(paths.union(args.get(FORGOTTEN, ())))
        _run(session, update(InboundMessage).where(*this).values(reason_args=args))


def _delete_letters(session: Session, company_id: int, message_ids: Collection[int]) -> None:
    witnessed = select(_beside.message_id).where(_beside.company_id == company_id, _beside.message_id.in_(message_ids))
    ids = set(message_ids) - set(session.scalars(witnessed))
    for table in (Link, Unresolved):
        _run(session, delete(table).where(table.company_id == company_id, table.message_id.in_(ids)))
    _run(session, delete(Message).where(Message.company_id == company_id, Message.id.in_(ids)))


def _delete_mails(session: Session, raw: RawStore, company_id: int, inbound_ids: Collection[int]) -> Sequence[str]:
    witnessed = select(_beside.inbound_id).where(_beside.company_id == company_id, _beside.inbound_id.in_(inbound_ids))
    ids = set(inbound_ids) - set(session.scalars(witnessed))
    mine = InboundMessage.company_id == company_id
    hashes = session.scalars(select(InboundMessage.sha256).where(mine, InboundMessage.id.in_(ids)).distinct()).all()
    _run(session, delete(Decision).where(Decision.company_id == company_id, Decision.inbound_id.in_(ids)))
    _run(session, delete(InboundMessage).where(mine, InboundMessage.id.in_(ids)))
    # The same bytes may be coming in just now, and rest on this content.
    raw.lock(session, company_id, hashes)
    resting = select(_other.sha256).where(_other.company_id == company_id, _other.sha256.in_(hashes))
    gone = sorted(set(hashes) - set(session.scalars(resting)))
    for sha256 in gone:
        raw.forget(session, company_id, sha256)
    return gone


def _end(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    """Take away what rules made from the private mail and what else was the user's alone, and say how much went."""
    made_by_rule = (
        Record.company_id == company_id,
        Record.owner_id == user_id,
        Record.created_from.is_not(None),
        Record.visibility == "owner",
        Record.deleted_at.is_(None),
    )
    _run(session, update(Record).where(*made_by_rule).values(deleted_at=now))
    for table in (ForwardRequest, GatewayMember):
        _run(session, delete(table).where(table.company_id == company_id, table.user_id == user_id))
    this = Leaver.company_id == company_id, Leaver.user_id == user_id
    _run(session, update(Leaver).where(*this).values(deleted_at=now))
    count = session.scalar(select(Leaver.deleted_mails).where(*this))
    target = ("user", user_id)
    record_event(session, company_id, None, "user.forget", now=now, target=target, args={"mails": count})


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
