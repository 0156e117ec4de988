"""Deleting copies for good: with their links and questions, and whole letters and mails that nobody else has.

A legal hold is asked here, where rows go, so that no deletion can forget it (RULES R53).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, delete, func, or_, select, true, update
from sqlalchemy.orm import Session, aliased

from accounts.holds import Holds
from db.models import (
    Decision,
    InboundMessage,
    Inherited,
    Link,
    Message,
    MessageAddress,
    MessageCopy,
    Unresolved,
)
from db.raw import RawStore
from linking.to_decide import hand_requests_on

FORGOTTEN: Final = "forgotten"
"""Among the arguments of a mail's reason: inner paths of its letters that went while others stayed."""
_beside: Final = aliased(MessageCopy, name="copy_beside")
_other: Final = aliased(InboundMessage, name="other_inbound")


def copies_to_go(
    session: Session, company_id: int, holds: Holds, which: ColumnElement[bool], limit: int
) -> Sequence[Any]:
    """Answer some copies for `delete_copies`, the oldest first, less those that a hold keeps."""
    if holds.company:
        return ()
    columns = (MessageCopy.id, MessageCopy.message_id, MessageCopy.inbound_id, MessageCopy.inner_path)
    query = select(*columns).where(MessageCopy.company_id == company_id, which, _may_go(company_id, holds))
    return session.execute(query.order_by(MessageCopy.id).limit(limit)).all()


def delete_copies(session: Session, raw: RawStore, company_id: int, copies: Sequence[Any]) -> Sequence[str]:
    """Delete the copies and what nobody else has a copy of; answer the hashes of raw bytes that went."""
    ids = [copy.id for copy in copies]
    for table in (Link, Unresolved):
        run(session, delete(table).where(table.company_id == company_id, table.copy_id.in_(ids)))
    inherited = Inherited.company_id == company_id, Inherited.kind == "copy", Inherited.target_id.in_(ids)
    run(session, delete(Inherited).where(*inherited))
    run(session, delete(MessageCopy).where(MessageCopy.company_id == company_id, MessageCopy.id.in_(ids)))
    _delete_letters(session, company_id, {copy.message_id for copy in copies})
    _write_down(session, company_id, copies)
    inbound_ids = {copy.inbound_id for copy in copies}
    witnessed = select(_beside.inbound_id).where(_beside.company_id == company_id, _beside.inbound_id.in_(inbound_ids))
    return delete_mails(session, raw, company_id, inbound_ids - set(session.scalars(witnessed)))


def delete_mails(session: Session, raw: RawStore, company_id: int, ids: Collection[int]) -> Sequence[str]:
    """Delete mails that have no copies, with their decisions; answer the hashes of raw bytes that went."""
    mine = InboundMessage.company_id == company_id
    hashes = session.scalars(select(InboundMessage.sha256).where(mine, InboundMessage.id.in_(ids)).distinct()).all()
    run(session, delete(Decision).where(Decision.company_id == company_id, Decision.inbound_id.in_(ids)))
    run(session, delete(InboundMessage).where(mine, InboundMessage.id.in_(ids)))
    # The same bytes may be coming in just now, and rest on this content.
    raw.lock(session, company_id, hashes)
    resting = select(_other.sha256).where(_other.company_id == company_id, _other.sha256.in_(hashes))
    gone = sorted(set(hashes) - set(session.scalars(resting)))
    for sha256 in gone:
        raw.forget(session, company_id, sha256)
    return gone


def run(session: Session, statement: Any) -> None:
    """Execute a change of many rows; the session holds none of them."""
    session.execute(statement, execution_options={"synchronize_session": False})


def _may_go(company_id: int, holds: Holds) -> ColumnElement[bool]:
    """Answer the condition of a copy that no hold of a user or a person keeps."""
    kept: list[ColumnElement[bool]] = [MessageCopy.owner_id.in_(holds.users)] if holds.users else []
    if holds.people:
        named = select(MessageAddress.message_id).where(
            MessageAddress.company_id == company_id, MessageAddress.address_key.in_(holds.people)
        )
        kept.append(MessageCopy.message_id.in_(named))
        # Whom only this witness names: Bcc, the reverse-path, whoever forwarded.
        seen = [
            func.coalesce(func.lower(cast(told, String)), "") for told in (MessageCopy.trace, MessageCopy.forwarded)
        ]
        kept += [text.contains(one, autoescape=True) for text in seen for one in sorted(holds.people)]
    return ~or_(*kept) if kept else true()


def _write_down(session: Session, company_id: int, copies: Sequence[Any]) -> None:
    """Keep with mails that stay which of their letters went, so that no replay brings one back (RULES R52)."""
    gone: defaultdict[int, set[int]] = defaultdict(set)
    for copy in copies:
        gone[copy.inbound_id].add(copy.inner_path)
    for inbound_id, paths in gone.items():
        this = InboundMessage.company_id == company_id, InboundMessage.id == inbound_id
        args = dict(session.scalars(select(InboundMessage.reason_args).where(*this)).one() or {})
        args[FORGOTTEN] = sorted(paths.union(args.get(FORGOTTEN, ())))
        run(session, update(InboundMessage).where(*this).values(reason_args=args))


def _delete_letters(session: Session, company_id: int, message_ids: Collection[int]) -> None:
    witnessed = select(_beside.message_id).where(_beside.company_id == company_id, _beside.message_id.in_(message_ids))
    ids = set(message_ids) - set(session.scalars(witnessed))
    for table in (Link, Unresolved):
        run(session, delete(table).where(table.company_id == company_id, table.message_id.in_(ids)))
    hand_requests_on(session, company_id, ids)
    run(session, delete(Message).where(Message.company_id == company_id, Message.id.in_(ids)))
