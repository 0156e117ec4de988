"""What a decision leaves behind beside letters: what a forwarding service asks, that an address was proved."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.forwarding import ForwardAsked, keep_asked
from accounts.ratchet import note_proved
from ingest.authenticate import RECEIVED
from ingest.plan import Plan
from linking.rule import Rule
from mail.address import address_key
from mailauth.results import Verdict


def leave_behind(session: Session, plan: Plan, now: datetime) -> None:
    """Write it in the transaction that ends the mail; a replay counts nothing anew."""
    company_id = plan.inbound.company_id
    if plan.confirmation is not None and plan.owner_id is not None:
        found = plan.confirmation
        asked = ForwardAsked(
            user_id=plan.owner_id,
            inbound_id=plan.inbound.id,
            service=found.service,
            account=found.account,
            code=found.code,
            link=found.link,
            received_at=plan.inbound.received_at,
        )
        keep_asked(session, company_id, asked, now)
    if _was_proved_by_signature(plan):
        note_proved(session, company_id, address_key(plan.proof.from_address))


def _was_proved_by_signature(plan: Plan) -> bool:
    """SECURITY 4.8: DKIM alone turns the ratchet; SPF may pass for many customers of one cloud."""
    return (
        plan.cause == "arrival"
        and plan.reason is Rule.APPROVED
        and plan.inbound.origin in RECEIVED
        and plan.proof.verdict is Verdict.PROVED
        and any(one.counts for one in plan.proof.dkim)
    )
