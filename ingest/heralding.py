"""What writing a plan tells webhooks of: letters filed, links and suggestions made of them, mail held and discarded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.events import Event, EventKind, emit, is_heard
from db.models import Link, Unresolved
from ingest.plan import Plan, Status
from linking.rule import Rule

ENDS: Final = {Status.HELD: EventKind.MESSAGE_HELD, Status.DISCARDED: EventKind.MESSAGE_DISCARDED}


@dataclass(frozen=True, slots=True)
class CopyFiled:
    """A copy that a plan wrote; `is_new`: it was not here before."""

    message_id: int
    copy_id: int
    is_new: bool


def herald(session: Session, plan: Plan, copies: Collection[CopyFiled], now: datetime) -> None:
    """Emit what happened in this transaction, whose time is `now`; nothing is looked up where nobody listens."""
    company_id = plan.inbound.company_id
    if not is_heard(session, company_id):
        return
    events = [event for copy in copies for event in _of_copy(session, company_id, copy, now)]
    if plan.status in ENDS:
        events.append(Event(ENDS[plan.status], {"inbound": plan.inbound.id}))
    emit(session, company_id, events, now)


def _of_copy(session: Session, company_id: int, copy: CopyFiled, now: datetime) -> Iterator[Event]:
    about = {"message": copy.message_id, "copy": copy.copy_id}
    if copy.is_new:
        yield Event(EventKind.MESSAGE_FILED, about)
    links = select(Link.id).where(
        Link.company_id == company_id,
        Link.message_id == copy.message_id,
        Link.created_at == now,
        Link.origin == "auto",
        Link.copy_id.is_(None) | (Link.copy_id == copy.copy_id),
    )
    for link_id in session.scalars(links.order_by(Link.id)):
        yield Event(EventKind.LINK_CREATED, {"link": link_id})
    asked = select(Unresolved.id).where(
        Unresolved.company_id == company_id,
        Unresolved.copy_id == copy.copy_id,
        Unresolved.question == Rule.UNKNOWN_ADDRESS,
        Unresolved.created_at == now,
    )
    for question_id in session.scalars(asked):
        yield Event(EventKind.CONTACT_SUGGESTED, {"question": question_id})
