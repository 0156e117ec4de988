"""Lays events out as deliveries: one for each webhook that listens and whose user may know of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, insert, select, true
from sqlalchemy.orm import Session

from accounts.viewer import Role, Viewer
from db.events import EventKind
from db.ids import IdSealer, new_id
from db.models import User, Webhook, WebhookDelivery, WebhookEvent
from db.session import Database
from ingest.told_by_webhook import told

MOST_AT_ONCE: Final = 20
"""Events of one company in one transaction, before the next company has its turn."""


def spread(database: Database, sealer: IdSealer) -> bool:
    """Lay out some events of each company that has any; answer whether there were any."""
    query = (
        select(WebhookEvent.company_id)
        .distinct()
        .order_by(WebhookEvent.company_id)
        .execution_options(across_companies="a worker serves them all, in turn")
    )
    with database.read() as session:
        companies = session.scalars(query).all()
    for company_id in companies:
        with database.write() as session:
            _spread(session, sealer, company_id, database.now(session))
    return bool(companies)


def _spread(session: Session, sealer: IdSealer, company_id: int, now: datetime) -> None:
    found = select(WebhookEvent).where(WebhookEvent.company_id == company_id).order_by(WebhookEvent.id)
    events = session.scalars(found.limit(MOST_AT_ONCE).with_for_update(skip_locked=True)).all()
    if not events:
        return
    listening = _listening(session, company_id)
    rows = [
        _delivery(session, webhook, event, now)
        for event in events
        for webhook, viewer in listening
        if event.kind in webhook.events
        and told(session, sealer, viewer, EventKind(event.kind), event.about) is not None
    ]
    if rows:
        session.execute(insert(WebhookDelivery), rows)
    ids = [event.id for event in events]
    session.execute(
        delete(WebhookEvent).where(WebhookEvent.company_id == company_id, WebhookEvent.id.in_(ids)),
        execution_options={"synchronize_session": False},
    )


def _listening(session: Session, company_id: int) -> Sequence[tuple[Webhook, Viewer]]:
    query = (
        select(Webhook, User.role)
        .join(User, and_(User.company_id == Webhook.company_id, User.id == Webhook.user_id))
        .where(Webhook.company_id == company_id, Webhook.active == true(), User.state == "active")
        .order_by(Webhook.id)
    )
    return [(row, Viewer(company_id, row.user_id, Role(role))) for row, role in session.execute(query)]


def _delivery(session: Session, webhook: Webhook, event: WebhookEvent, now: datetime) -> dict[str, Any]:
    return {
        "company_id": event.company_id,
        "id": new_id(session),
        "webhook_id": webhook.id,
        "kind": event.kind,
        "about": event.about,
        "at": event.at,
        "status": "pending",
        "attempts": 0,
        "next_attempt_at": now,
        "created_at": now,
    }
