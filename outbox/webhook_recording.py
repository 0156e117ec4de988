"""Write down what became of a delivery; switch off a webhook that is gone, or took nothing for days."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import Webhook, WebhookDelivery
from languages.speech import marked
from net.post import Answered
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, notify
from outbox.webhook_claim import DELIVERIES, Parcel
from outbox.webhook_schedule import GIVEN_UP_AFTER, next_try
from outbox.webhooks import end_pending

REDIRECTED: Final = marked("It answered with a redirect, which is not followed.")
NOT_FOR_YOU: Final = marked("You may not see this any more.")
SECRET_FIELDS: Final = frozenset(
    {"set-cookie", "set-cookie2", "authorization", "proxy-authorization", "authentication-info", "x-api-key"}
)
"""Of an answer these are never written down."""
MOST_FIELDS: Final = 30
LONGEST_FIELD: Final = 300
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`hidden`: the user may not know of the event any more, so nothing was sent. `error`: why no answer came."""

    answer: Answered | None = None
    error: str | None = None
    hidden: bool = False

    @property
    def is_sent(self) -> bool:
        """Tell whether it was taken."""
        return self.answer is not None and 200 <= self.answer.status < 300

    @property
    def is_gone(self) -> bool:
        """Tell whether nobody wants any more of it."""
        return self.answer is not None and self.answer.status == HTTPStatus.GONE


def record(
    session: Session,
    parcel: Parcel,
    outcome: Outcome,
    now: datetime,
    chance: Callable[[], float],
    letterhead: Letterhead,
) -> bool:
    """Write an outcome down and give the lease up; answer whether it was still ours to write."""
    again = next_try(parcel.row.attempts, now, chance)
    ours = session.execute(
        update(WebhookDelivery)
        .where(*DELIVERIES.held(parcel.lease, [parcel.row.id]))
        .values(lease_token=None, lease_until=None, **_values(outcome, now, again))
        .returning(WebhookDelivery.id)
        .execution_options(synchronize_session=False)
    ).first()
    if ours is None or outcome.hidden:
        return ours is not None
    if outcome.is_sent:
        _change(session, parcel, failing_since=None)
    else:
        _note_failure(session, parcel, outcome, now, letterhead, is_last=again is None)
    return True


def _values(outcome: Outcome, now: datetime, again: datetime | None) -> dict[str, Any]:
    if outcome.hidden:
        return {"status": "dropped", "error": NOT_FOR_YOU}
    answer = outcome.answer
    values: dict[str, Any] = {
        "tried_at": now,
        "answer_status": answer.status if answer else None,
        "answer": _CONTROLS.sub("", answer.body.decode("utf-8", "replace")) if answer else None,
        "answer_fields": _fields(answer) if answer else None,
        "error": REDIRECTED if answer and 300 <= answer.status < 400 else outcome.error,
    }
    if outcome.is_sent:
        return {**values, "status": "sent"}
    if outcome.is_gone or again is None:
        return {**values, "status": "failed"}
    return {**values, "status": "pending", "next_attempt_at": again}


def _fields(answer: Answered) -> str:
    """Answer the fields of an answer, one a line, without those that open something."""
    shown = [(name, value) for name, value in answer.fields if name.lower() not in SECRET_FIELDS]
    lines = (f"{name}: {value}"[:LONGEST_FIELD] for name, value in shown[:MOST_FIELDS])
    return "\n".join(_CONTROLS.sub("", line).replace("\n", " ") for line in lines)


def _note_failure(
    session: Session, parcel: Parcel, outcome: Outcome, now: datetime, letterhead: Letterhead, *, is_last: bool
) -> None:
    company_id = parcel.lease.company_id
    query = select(Webhook.failing_since).where(Webhook.company_id == company_id, Webhook.id == parcel.webhook_id)
    since = session.scalar(query) or now
    if not outcome.is_gone and not (is_last and now - since >= GIVEN_UP_AFTER):
        _change(session, parcel, failing_since=since)
        return
    reason = "gone" if outcome.is_gone else "failing"
    _change(session, parcel, failing_since=since, active=False, disabled_reason=reason)
    end_pending(session, company_id, parcel.webhook_id)
    to = NoticeTo(company_id, parcel.viewer.user_id)
    args = {"url": parcel.url, "reason": reason, "since": since}
    notify(session, to, Notice.WEBHOOK_STOPPED, args, letterhead=letterhead, now=now)


def _change(session: Session, parcel: Parcel, **values: Any) -> None:
    session.execute(
        update(Webhook)
        .where(Webhook.company_id == parcel.lease.company_id, Webhook.id == parcel.webhook_id)
        .values(**values),
        execution_options={"synchronize_session": False},
    )
