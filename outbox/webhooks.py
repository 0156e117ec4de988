"""Webhooks of a user: each has his own, and nobody sees another's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import OWN, record_event
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.events import EventKind
from db.ids import new_id
from db.models import Webhook, WebhookDelivery
from languages.speech import _, marked
from net.host import HostUnreadable, read_host
from net.sealed import Keys
from outbox.webhook_signing import make_secret, seal_secret

MOST: Final = 20
"""Webhooks of one user."""
LONGEST_URL: Final = 2000
LONGEST_DESCRIPTION: Final = 200
OLD_SECRET_SIGNS: Final = timedelta(hours=24)
SWITCHED_OFF: Final = marked("The webhook was switched off.")
LISTENED: Final = tuple(kind for kind in EventKind if kind is not EventKind.TEST)
"""What can be listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """`disabled_reason`: gone (it answered 410), failing (nothing arrived for days), None while on or off by hand.

    `old_until`: so long the secret before this one signs beside it.
    """

    id: int
    url: str
    events: tuple[str, ...]
    description: str
    active: bool
    disabled_reason: str | None
    failing_since: datetime | None
    old_until: datetime | None
    created_at: datetime


def list_webhooks(
    session: Session, viewer: Viewer, limit: int = MOST, before_id: int | None = None
) -> tuple[WebhookView, ...]:
    """Answer one's own, the newest first."""
    query = select(Webhook).where(*_own(viewer))
    if before_id is not None:
        query = query.where(Webhook.id < before_id)
    return tuple(_view(row) for row in session.scalars(query.order_by(Webhook.id.desc()).limit(limit)))


def get_webhook(session: Session, viewer: Viewer, webhook_id: int) -> WebhookView:
    """Answer one of one's own; raise Missing."""
    return _view(find_webhook(session, viewer, webhook_id))


def find_webhook(session: Session, viewer: Viewer, webhook_id: int) -> Webhook:
    """Answer the row of one of one's own; raise Missing."""
    query = select(Webhook).where(*_own(viewer), Webhook.id == webhook_id)
    row = session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise Missing("webhook")
    return row


def add_webhook(
    session: Session,
    viewer: Viewer,
    keys: Keys,
    *,
    url: str,
    events: Sequence[str],
    description: str,
    active: bool,
    now: datetime,
) -> tuple[WebhookView, str]:
    """Make a webhook and answer it with its secret, which is shown this once; raise Forbidden, Invalid."""
    _may_write(viewer)
    if (session.scalar(select(func.count()).select_from(Webhook).where(*_own(viewer))) or 0) >= MOST:
        raise Invalid({"url": _("you have {most} webhooks already: remove one first").format(most=MOST)})
    webhook_id, secret = new_id(session), make_secret()
    given = {"url": url, "events": events, "description": description, "active": active}
    row = {"company_id": viewer.company_id, "id": webhook_id, "user_id": viewer.user_id, "created_at": now}
    session.execute(insert(Webhook).values(**row, **_checked(given), secret=seal_secret(keys, webhook_id, secret)))
    _audit(session, viewer, "webhook.add", webhook_id, now)
    return get_webhook(session, viewer, webhook_id), secret


def change_webhook(
    session: Session, viewer: Viewer, webhook_id: int, changes: dict[str, Any], now: datetime
) -> WebhookView:
    """Change url, events, description or active; raise Missing, Forbidden, Invalid. Switched on, it is as new."""
    row = find_webhook(session, viewer, webhook_id)
    _may_write(viewer)
    values = _checked(changes)
    if values.get("active") and not row.active:
        values |= {"failing_since": None, "disabled_reason": None}
    if values:
        _update(session, viewer, webhook_id, values)
    if values.get("active") is False:
        end_pending(session, viewer.company_id, webhook_id)
    _audit(session, viewer, "webhook.change", webhook_id, now)
    return get_webhook(session, viewer, webhook_id)


def rotate_secret(session: Session, viewer: Viewer, keys: Keys, webhook_id: int, now: datetime) -> str:
    """Make a new secret and answer it; the old one signs beside it for a day. Raise Missing, Forbidden."""
    row = find_webhook(session, viewer, webhook_id)
    _may_write(viewer)
    secret = make_secret()
    values = {
        "secret": seal_secret(keys, webhook_id, secret),
        "old_secret": row.secret,
        "old_until": now + OLD_SECRET_SIGNS,
    }
    _update(session, viewer, webhook_id, values)
    _audit(session, viewer, "webhook.rotate", webhook_id, now)
    return secret


def remove_webhook(session: Session, viewer: Viewer, webhook_id: int, now: datetime) -> None:
    """Remove a webhook with its log; raise Missing."""
    find_webhook(session, viewer, webhook_id)
    this = (WebhookDelivery.company_id == viewer.company_id, WebhookDelivery.webhook_id == webhook_id)
    session.execute(delete(WebhookDelivery).where(*this))
    session.execute(delete(Webhook).where(*_own(viewer), Webhook.id == webhook_id))
    _audit(session, viewer, "webhook.remove", webhook_id, now)


def end_pending(session: Session, company_id: int, webhook_id: int) -> None:
    """Let nothing wait for a webhook that is off; it can be replayed."""
    session.execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.company_id == company_id,
            WebhookDelivery.webhook_id == webhook_id,
            WebhookDelivery.status == "pending",
        )
        .values(status="failed", error=SWITCHED_OFF, lease_token=None, lease_until=None),
        execution_options={"synchronize_session": False},
    )


def _checked(given: dict[str, Any]) -> dict[str, Any]:
    """Answer the values as they are kept; raise Invalid."""
    wrong = {}
    values = dict(given)
    if "url" in values and not _is_address(values["url"]):
        wrong["url"] = _("an https address without user, password or fragment")
    if "events" in values:
        events = list(dict.fromkeys(values["events"]))
        if not events or not set(events) <= set(LISTENED):
            wrong["events"] = _("one or more of the kinds of events")
        values["events"] = [str(one) for one in events]
    if len(values.get("description", "")) > LONGEST_DESCRIPTION:
        wrong["description"] = _("at most {most} characters").format(most=LONGEST_DESCRIPTION)
    if wrong:
        raise Invalid(wrong)
    return values


def _is_address(url: str) -> bool:
    """Tell whether it can be posted to; plain HTTP reaches only hosts that the operator opened, which is seen then."""
    if len(url) > LONGEST_URL or any(char <= " " or char in "\\\x7f" or not char.isprintable() for char in url):
        return False
    try:
        parts = urlsplit(url)
        read_host(parts.hostname or "")
        return (
            parts.scheme in ("https", "http")
            and "@" not in parts.netloc
            and not parts.fragment
            and (parts.port is None or parts.port > 0)
        )
    except (ValueError, HostUnreadable):
        return False


def _update(session: Session, viewer: Viewer, webhook_id: int, values: dict[str, Any]) -> None:
    session.execute(update(Webhook).where(*_own(viewer), Webhook.id == webhook_id).values(**values))


def _own(viewer: Viewer) -> tuple[Any, ...]:
    return Webhook.company_id == viewer.company_id, Webhook.user_id == viewer.user_id


def _may_write(viewer: Viewer) -> None:
    if not viewer.may_write:
        raise Forbidden(_("A read-only user makes no webhooks."))


def _view(row: Webhook) -> WebhookView:
    return WebhookView(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        description=row.description,
        active=row.active,
        disabled_reason=row.disabled_reason,
        failing_since=row.failing_since,
        old_until=row.old_until,
        created_at=row.created_at,
    )


def _audit(session: Session, viewer: Viewer, act: str, webhook_id: int, now: datetime) -> None:
    # Where somebody sends what he alone may see is his own affair.
    record_event(session, viewer.company_id, viewer.user_id, f"{OWN}{act}", now=now, target=("webhook", webhook_id))
