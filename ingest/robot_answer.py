"""Puts the robot's answer into the outbox: to the proved and approved sender alone, within his budget (R39, R40)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from ingest.plan import Plan
from mail.address import address_key
from outbox.budget import Account, Budget, Spent, spend
from outbox.letterhead import Letterhead
from outbox.notices import tell_of_pause
from outbox.queue import Kind, Outgoing, enqueue
from outbox.writing import write_mail

TEMPLATE: Final = "answer"


def send_answer(session: Session, plan: Plan, answer: Mapping[str, Any], letterhead: Letterhead, now: datetime) -> None:
    """Answer one mail once."""
    inbound, sender = plan.inbound, plan.proof.from_address
    account = Account(company_id=inbound.company_id, user_id=plan.owner_id)
    spent = spend(session, account, Budget.ANSWERS, address_key(sender), now)
    if spent is Spent.TRIPPED:
        tell_of_pause(session, account, Budget.ANSWERS, sender, letterhead=letterhead, now=now)
    if spent is not Spent.WITHIN:
        return
    said = dict(answer)
    in_reply_to, language = str(said.pop("message_id")), str(said.pop("language"))
    content = write_mail(
        letterhead,
        TEMPLATE,
        language,
        sender,
        said,
        now=now,
        auto_submitted="auto-replied",
        in_reply_to=in_reply_to,
    )
    mail = Outgoing(
        company_id=inbound.company_id,
        key=f"answer:{inbound.id}",
        kind=Kind.ANSWER,
        forward_path=sender,
        content=content,
        user_id=plan.owner_id,
    )
    enqueue(session, mail, now)
