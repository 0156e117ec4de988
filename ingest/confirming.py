"""A forwarding service asks to confirm a personal address: shown to its owner, never filed as a letter (RULES R18)."""

from __future__ import annotations

from accounts.asks import Asks, asked_by
from ingest.authenticate import RECEIVED
from ingest.letter import Mail
from ingest.plan import Plan, Status
from linking.decision import Step
from linking.rule import Rule
from mail.confirmation import read_confirmation
from mail.message import Automatic


def confirmed(mail: Mail, steps: tuple[Step, ...]) -> Plan | None:
    """Answer the plan that shows it; None for other mail, and for what only looks like one: an outsider's as any.

    The service's own signature is what proves it. That its owner's mailbox forwards here is not asked: before he
    has confirmed it, it cannot.
    """
    if mail.inbound.origin not in RECEIVED or mail.inbound.released_by is not None:
        return None
    if mail.message.automatic is not Automatic.FORWARDING_CONFIRMATION or not any(
        one.counts for one in mail.proof.dkim
    ):
        return None
    found = read_confirmation(mail.message)
    owner_id = next(
        (one.user_id for one in mail.recipients if asked_by(one, mail.author) in (Asks.INSIDE, Asks.FORWARDED)), None
    )
    if found is None or owner_id is None:
        return None
    args = {"service": found.service}
    step = Step(step="admit", outcome="show", rule=Rule.CONFIRMATION, args=args)
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.FILED,
        reason=Rule.CONFIRMATION,
        reason_args=args,
        owner_id=owner_id,
        steps=(*steps, step),
        confirmation=found,
    )
