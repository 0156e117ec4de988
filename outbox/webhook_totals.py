"""The webhooks of a whole company in numbers, and sending again what failed: what they tell is their users' affair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Forbidden
from accounts.viewer import Viewer
from db.models import Webhook, WebhookDelivery
from languages.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTotals:
    """Deliveries that wait, since when the oldest, and that failed; `off`: webhooks that we switched off."""

    waiting: int
    oldest: datetime | None
    tried: int
    failed: int
    off: int


def look_at_webhooks(session: Session, viewer: Viewer) -> WebhookTotals:
    """Answer the totals; raise Forbidden."""
    _admins_alone(viewer)
    row = WebhookDelivery
    waits, failed = row.status == "pending", row.status == "failed"
    query = select(
        func.count().filter(waits),
        func.min(row.created_at).filter(waits),
        func.count().filter(waits, row.attempts > 0),
        func.count().filter(failed),
    ).where(row.company_id == viewer.company_id, row.status.in_(("pending", "failed")))
    waiting, oldest, tried, lost = session.execute(query).one()
    off = select(func.count()).where(
        Webhook.company_id == viewer.company_id, Webhook.active.is_(False), Webhook.disabled_reason.is_not(None)
    )
    return WebhookTotals(waiting=waiting, oldest=oldest, tried=tried, failed=lost, off=session.scalars(off).one())


def send_all_failed(session: Session, viewer: Viewer, now: datetime) -> int:
    """Send again what failed, where its webhook is on; answer how much. Raises Forbidden."""
    _admins_alone(viewer)
    on = select(Webhook.id).where(Webhook.company_id == viewer.company_id, Webhook.active.is_(True))
    changed = session.scalars(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.company_id == viewer.company_id,
            WebhookDelivery.status == "failed",
            WebhookDelivery.webhook_id.in_(on),
        )
        .values(status="pending", attempts=0, next_attempt_at=now, error=None)
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    ).all()
    if changed:
        args = {"count": len(changed)}
        record_event(session, viewer.company_id, viewer.user_id, "webhooks.retry", now=now, args=args)
    return len(changed)


def _admins_alone(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin may do this."))
