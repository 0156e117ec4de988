"""The log of a webhook: what was sent and answered, sending again, a test, and what is forgotten after 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.events import EventKind
from db.ids import new_id
from db.models import WebhookDelivery
from languages.speech import _
from outbox.webhooks import find_webhook

KEPT: Final = timedelta(days=30)
ENDED: Final = ("sent", "failed", "dropped")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """`answer` is the beginning of what was answered last, `error` what kept us from an answer.

    `about` are the ids that the event is about; what the viewer may know of them is asked anew each time.
    """

    id: int
    kind: EventKind
    at: datetime
    status: str
    attempts: int
    next_attempt_at: datetime | None
    tried_at: datetime | None
    answer_status: int | None
    answer: str | None
    answer_fields: str | None
    about: Mapping[str, int]
    error: str | None


def list_deliveries(
    session: Session, viewer: Viewer, webhook_id: int, limit: int, before_id: int | None = None
) -> tuple[DeliveryView, ...]:
    """Answer the log of one of one's own webhooks, the newest first; raise Missing."""
    find_webhook(session, viewer, webhook_id)
    query = select(WebhookDelivery).where(*_of(viewer, webhook_id))
    if before_id is not None:
        query = query.where(WebhookDelivery.id < before_id)
    rows = session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit))
    return tuple(_view(row) for row in rows)


def get_delivery(session: Session, viewer: Viewer, webhook_id: int, delivery_id: int) -> DeliveryView:
    """Answer one of the log of one of one's own webhooks; raise Missing."""
    find_webhook(session, viewer, webhook_id)
    query = select(WebhookDelivery.id).where(*_of(viewer, webhook_id), WebhookDelivery.id == delivery_id)
    if session.scalar(query) is None:
        raise Missing("delivery")
    return _get(session, viewer, webhook_id, delivery_id)


def send_again(session: Session, viewer: Viewer, webhook_id: int, delivery_id: int, now: datetime) -> DeliveryView:
    """Send one again under its own webhook-id; raise Missing, Forbidden, Conflict."""
    _must_be_on(session, viewer, webhook_id)
    this = (*_of(viewer, webhook_id), WebhookDelivery.id == delivery_id)
    if session.scalar(select(WebhookDelivery.id).where(*this)) is None:
        raise Missing("delivery")
    _reopen(session, this, now)
    return _get(session, viewer, webhook_id, delivery_id)


def send_since(
    session: Session, viewer: Viewer, webhook_id: int, since: datetime, now: datetime, *, failed_only: bool
) -> int:
    """Send again what happened since then; answer how much. Raise Missing, Forbidden, Conflict."""
    _must_be_on(session, viewer, webhook_id)
    chosen = ("failed",) if failed_only else ENDED
    return _reopen(
        session, (*_of(viewer, webhook_id), WebhookDelivery.at >= since, WebhookDelivery.status.in_(chosen)), now
    )


def send_test(session: Session, viewer: Viewer, webhook_id: int, now: datetime) -> DeliveryView:
    """Put an event that nothing caused into the queue; raise Missing, Forbidden, Conflict."""
    _must_be_on(session, viewer, webhook_id)
    delivery_id = new_id(session)
    session.execute(
        insert(WebhookDelivery).values(
            company_id=viewer.company_id,
            id=delivery_id,
            webhook_id=webhook_id,
            kind=EventKind.TEST,
            about={},
            at=now,
            status="pending",
            attempts=0,
            next_attempt_at=now,
            created_at=now,
        )
    )
    return _get(session, viewer, webhook_id, delivery_id)


def forget_deliveries(session: Session, company_id: int, now: datetime) -> None:
    """Delete what is older than the log is kept. For the worker's housekeeping."""
    session.execute(
        delete(WebhookDelivery).where(
            WebhookDelivery.company_id == company_id,
            WebhookDelivery.created_at < now - KEPT,
            WebhookDelivery.status.in_(ENDED),
        )
    )


def _reopen(session: Session, chosen: tuple[ColumnElement[bool], ...], now: datetime) -> int:
    changed = session.execute(
        update(WebhookDelivery)
        .where(*chosen, WebhookDelivery.status.in_(ENDED))
        .values(status="pending", attempts=0, next_attempt_at=now, error=None)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())


def _must_be_on(session: Session, viewer: Viewer, webhook_id: int) -> None:
    row = find_webhook(session, viewer, webhook_id)
    if not viewer.may_write:
        raise Forbidden(_("A read-only user sends nothing."))
    if not row.active:
        raise Conflict(_("The webhook is off: switch it on first."))


def _get(session: Session, viewer: Viewer, webhook_id: int, delivery_id: int) -> DeliveryView:
    query = select(WebhookDelivery).where(*_of(viewer, webhook_id), WebhookDelivery.id == delivery_id)
    return _view(session.scalars(query, execution_options={"populate_existing": True}).one())


def _of(viewer: Viewer, webhook_id: int) -> tuple[ColumnElement[bool], ...]:
    return WebhookDelivery.company_id == viewer.company_id, WebhookDelivery.webhook_id == webhook_id


def _view(row: WebhookDelivery) -> DeliveryView:
    values: dict[str, Any] = {
        name: getattr(row, name)
        for name in (
            "id",
            "at",
            "status",
            "attempts",
            "tried_at",
            "answer_status",
            "answer",
            "answer_fields",
            "about",
            "error",
        )
    }
    waits = row.next_attempt_at if row.status == "pending" else None
    return DeliveryView(**values, kind=EventKind(row.kind), next_attempt_at=waits)
