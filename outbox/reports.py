"""What comes back to a mail of ours is written down with it; nothing is answered, nothing else is made (RULES R14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from db.ids import new_id
from db.models import DeliveryAttempt, OutboxMessage
from mail.delivery_report import Action, DeliveryReport
from outbox.outcome import clean
from outbox.return_path import Returned


class Heard(StrEnum):
    """What a returned mail says of ours."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    UNREADABLE = "unreadable"
    ANSWERED = "answered"


BY_ACTION: Final = {
    Action.FAILED: Heard.FAILED,
    Action.DELAYED: Heard.DELAYED,
    Action.DELIVERED: Heard.DELIVERED,
    Action.RELAYED: Heard.DELIVERED,
    Action.EXPANDED: Heard.DELIVERED,
}
UNREAD: Final = "A report came that cannot be read"
AN_ANSWER: Final = "An automatic answer came"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedMail:
    """A mail to a return address: which of ours it is about, and what it says."""

    about: Returned
    heard: Heard
    host: str = ""
    code: int | None = None
    reply: str = ""


def read_returned(about: Returned, report: DeliveryReport | None, *, is_answer: bool) -> ReturnedMail:
    """Judge a report, or an answer by a machine; of several recipients the worst news counts."""
    if is_answer:
        return ReturnedMail(about=about, heard=Heard.ANSWERED, reply=AN_ANSWER)
    if report is None:
        return ReturnedMail(about=about, heard=Heard.UNREADABLE, reply=UNREAD)
    worst = report.worst
    reply = worst.diagnostic or worst.status or str(worst.action)
    return ReturnedMail(
        about=about,
        heard=BY_ACTION[worst.action],
        host=clean(report.reporter)[:255],
        code=worst.code,
        reply=clean(reply),
    )


def attach(session: Session, returned: ReturnedMail, inbound_id: int, now: datetime) -> bool:
    """Write it down with our mail, once however often the inbound mail is worked on; False where ours is gone.

    A failure ends the mail as failed; any other word shows that the other side has it.
    """
    about = returned.about
    this = OutboxMessage.company_id == about.company_id, OutboxMessage.id == about.outbox_id
    values: dict[str, Any] = {"last_reply": returned.reply}
    change = update(OutboxMessage).where(*this, OutboxMessage.reports.is_(True))
    if returned.heard is Heard.FAILED:
        session.execute(
            change.where(OutboxMessage.status.in_(("sent", "unknown", "failed"))).values(
                status="failed", ended_at=now, **values
            )
        )
    elif returned.heard is not Heard.UNREADABLE:
        session.execute(change.where(OutboxMessage.status == "unknown").values(status="sent", ended_at=now, **values))
    mine = DeliveryAttempt.company_id == about.company_id, DeliveryAttempt.outbox_id == about.outbox_id
    session.execute(delete(DeliveryAttempt).where(*mine, DeliveryAttempt.inbound_id == inbound_id))
    there = session.scalars(change.values(attempts=OutboxMessage.attempts).returning(OutboxMessage.id)).first()
    if there is None:
        return False
    session.execute(
        insert(DeliveryAttempt).values(
            company_id=about.company_id,
            id=new_id(session),
            outbox_id=about.outbox_id,
            source="answer" if returned.heard is Heard.ANSWERED else "report",
            inbound_id=inbound_id,
            at=now,
            host=returned.host,
            code=returned.code,
            reply=returned.reply,
        )
    )
    return True
