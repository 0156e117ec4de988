"""Asking the owner of a contact that the owner of a shared letter may not see whether it is his mail (RULES R24).

He is shown who wrote and when and nothing else; who shared the letter learns nothing of the contact or of the question
until it is linked, and then no more than that there is a link. A private letter is never asked about (R30b).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, exists, insert, not_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.ids import new_id
from db.models import ContactAddress, Link, Message, MessageCopy, Record, Unresolved, User
from linking.decision import Candidate, RecordFact
from linking.own_questions import addresses_asked
from linking.rule import Rule
from linking.visibility import may_see
from mail.address import address_key


def ask_contact_owner(session: Session, viewer: Viewer, copy_id: int, now: datetime) -> None:
    """Ask about the viewer's copy, where it is shared and he was asked who somebody is whom a hidden contact knows."""
    asked = session.scalar(
        select(Unresolved)
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.id == Unresolved.copy_id))
        .where(
            Unresolved.company_id == viewer.company_id,
            Unresolved.copy_id == copy_id,
            Unresolved.owner_id == viewer.user_id,
            Unresolved.question == Rule.UNKNOWN_ADDRESS,
            MessageCopy.sharing == "shared",
        )
    )
    if asked is None:
        return
    contact = _hidden_contact(session, viewer, asked)
    if contact is None or _is_asked(session, viewer, copy_id):
        return
    _ask(session, viewer, asked, contact, now)


def _hidden_contact(session: Session, viewer: Viewer, asked: Unresolved) -> Record | None:
    """Answer the first contact that has one of the addresses, was never linked, and is hidden from the viewer.

    Not one that a rule made from somebody's private mail: nobody else is to notice it (R30b).
    """
    keys = [address_key(one) for one in addresses_asked(asked)]
    known = exists().where(
        Link.company_id == viewer.company_id,
        Link.message_id == asked.message_id,
        Link.target_id == Record.id,
        Link.copy_id.is_(None),
    )
    query = (
        select(Record)
        .join(
            ContactAddress,
            and_(ContactAddress.company_id == viewer.company_id, ContactAddress.contact_id == Record.id),
        )
        .join(User, and_(User.company_id == viewer.company_id, User.id == Record.owner_id, User.state == "active"))
        .where(
            Record.company_id == viewer.company_id,
            ContactAddress.address_key.in_(keys),
            Record.deleted_at.is_(None),
            Record.created_from.is_(None),
            not_(may_see(viewer)),
            not_(known),
        )
    )
    return session.scalars(query.order_by(Record.id).limit(1)).first()


def _is_asked(session: Session, viewer: Viewer, copy_id: int) -> bool:
    query = select(Unresolved.id).where(
        Unresolved.company_id == viewer.company_id,
        Unresolved.copy_id == copy_id,
        Unresolved.question == Rule.HIDDEN_CONTACT,
    )
    return session.scalar(query) is not None


def _ask(session: Session, viewer: Viewer, asked: Unresolved, contact: Record, now: datetime) -> None:
    letter = session.execute(
        select(Message.from_address, Message.date, MessageCopy.received_at)
        .join(MessageCopy, and_(MessageCopy.company_id == viewer.company_id, MessageCopy.message_id == Message.id))
        .where(Message.company_id == viewer.company_id, MessageCopy.id == asked.copy_id)
    ).one()
    when = letter.date or letter.received_at
    args = {"record": contact.id, "from": letter.from_address, "when": f"{when:%Y-%m-%d %H:%M} UTC"}
    fact = RecordFact(id=contact.id, type=contact.type, visibility=contact.visibility)
    candidate = Candidate(target=fact, rule=Rule.HIDDEN_CONTACT, args=args)
    identity = {"company_id": viewer.company_id, "id": new_id(session), "created_at": now, "state": "open"}
    place = {"message_id": asked.message_id, "copy_id": asked.copy_id, "owner_id": contact.owner_id}
    question = {"question": Rule.HIDDEN_CONTACT, "args": args, "candidates": [candidate.as_json()]}
    session.execute(insert(Unresolved).values(**identity, **place, **question))
