"""Claim one delivery of a webhook: fair by company, one at a time of each webhook."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session, aliased

from accounts.viewer import Role, Viewer
from db.events import EventKind
from db.lease import LEASE, Claimed, Lease, LeasedTable
from db.models import User, Webhook, WebhookDelivery
from db.models.webhook import DUE
from db.session import Database

_busy: Final = aliased(WebhookDelivery, name="busy_delivery")
_IS_FREE: Final[ColumnElement[bool]] = ~exists().where(
    _busy.company_id == WebhookDelivery.company_id,
    _busy.webhook_id == WebhookDelivery.webhook_id,
    _busy.id != WebhookDelivery.id,
    _busy.status == "pending",
    _busy.lease_token.is_not(None),
)
DELIVERIES: Final = LeasedTable(WebhookDelivery, DUE, (_IS_FREE,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery that is ours to make; `secrets` are sealed, the newest first."""

    lease: Lease
    row: Claimed
    webhook_id: int
    viewer: Viewer
    kind: EventKind
    about: dict[str, int]
    at: datetime
    url: str
    secrets: tuple[str, ...]


class Claimer:
    """Claims for one process, taking the companies in turn."""

    def __init__(self, database: Database, make_token: Callable[[], str] = secrets.token_hex) -> None:
        self._database = database
        self._make_token = make_token
        self._last_company = 0

    def claim(self) -> Parcel | None:
        """Claim the next delivery; None where nothing can be done now."""
        if not DELIVERIES.is_anything_due(self._database):
            return None
        with self._database.write() as session:
            now = self._database.now(session)
            for company_id in DELIVERIES.companies_in_turn(session, now, self._last_company):
                if (parcel := self._take(session, company_id, now)) is not None:
                    self._last_company = company_id
                    return parcel
        return None

    def _take(self, session: Session, company_id: int, now: datetime) -> Parcel | None:
        due = (WebhookDelivery.company_id == company_id, DELIVERIES.is_due(now), _IS_FREE)
        first = select(WebhookDelivery.webhook_id).where(*due).order_by(WebhookDelivery.next_attempt_at).limit(1)
        webhook_id = session.scalar(first)
        if webhook_id is None:
            return None
        hook = _lock(session, company_id, webhook_id)
        # Looked at again under the lock of the webhook: another may have taken one of its deliveries meanwhile.
        row = session.execute(
            select(*WebhookDelivery.__table__.columns)
            .where(*due, WebhookDelivery.webhook_id == webhook_id)
            .order_by(WebhookDelivery.next_attempt_at, WebhookDelivery.id)
            .limit(1)
        ).first()
        if row is None or hook is None:
            return None
        if not hook.active or hook.state != "active":
            _change(session, row, status="dropped", lease_token=None, lease_until=None)
            return None
        return self._lease(session, row, hook, now)

    def _lease(self, session: Session, row: Any, hook: Any, now: datetime) -> Parcel:
        token, until, attempts = self._make_token(), now + LEASE, row.attempts + 1
        _change(session, row, attempts=attempts, lease_token=token, lease_until=until, next_attempt_at=until)
        claimed = Claimed(id=row.id, attempts=attempts)
        is_old_used = hook.old_secret is not None and hook.old_until is not None and hook.old_until > now
        return Parcel(
            lease=Lease(company_id=row.company_id, token=token, rows=(claimed,)),
            row=claimed,
            webhook_id=hook.id,
            viewer=Viewer(row.company_id, hook.user_id, Role(hook.role)),
            kind=EventKind(row.kind),
            about=dict(row.about),
            at=row.at,
            url=hook.url,
            secrets=(hook.secret, hook.old_secret) if is_old_used else (hook.secret,),
        )


def _lock(session: Session, company_id: int, webhook_id: int) -> Any:
    query = (
        select(*Webhook.__table__.columns, User.state, User.role)
        .join(User, and_(User.company_id == Webhook.company_id, User.id == Webhook.user_id))
        .where(Webhook.company_id == company_id, Webhook.id == webhook_id)
        .with_for_update(of=Webhook)
    )
    return session.execute(query).first()


def _change(session: Session, row: Any, **values: Any) -> None:
    session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.company_id == row.company_id, WebhookDelivery.id == row.id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
