"""Step 3: whose mail it is; hold what nobody vouches for (RULES R3, R9, R9b, R10a, R11, R14a)."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.addresses import AddressKind
from ingest.letter import Mail
from ingest.plan import Plan, Status
from ingest.reader import Reader
from linking.decision import Step
from linking.rule import Rule
from mailauth.results import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The mail becomes the owner's; `by` says why."""

    owner_id: int
    by: Rule
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Why a mail is let in, and whose it becomes."""

    owner_id: int
    rule: Rule


def admit(look: Reader, mail: Mail, steps: tuple[Step, ...]) -> Admitted | Plan:
    """Answer whose the mail is, or the plan that holds it."""
    owned = _filed_before(look, mail) or let_in(mail)
    if owned is None:
        return hold(look, mail, steps)
    step = Step(step="admit", outcome="file", rule=owned.rule, args={"from": mail.from_key})
    return Admitted(owner_id=owned.owner_id, by=owned.rule, step=step)


def _filed_before(look: Reader, mail: Mail) -> Owned | None:
    """R52: who was approved when the mail came is what people decided; a replay does not decide it again."""
    kept = look.kept_owner(mail.inbound.id) if mail.inbound.cause == "replay" else None
    return Owned(owner_id=kept, rule=Rule.KEPT_OWNER) if kept is not None else None


def let_in(mail: Mail) -> Owned | None:
    """Answer the first reason to let the mail in, None where there is none."""
    inbound, author = mail.inbound, mail.author
    if inbound.origin not in ("smtp", "lmtp"):
        return Owned(owner_id=_owner(inbound.owner_id), rule=Rule.UPLOADED)
    approved = author.user_id if author and author.approved else None
    if inbound.released_by is not None:
        # R10a: the mail of another stays his; else today's author has it, else who let it in.
        return Owned(owner_id=inbound.owner_id or approved or inbound.released_by, rule=Rule.RELEASED)
    if approved is not None and mail.proof.verdict in (Verdict.PROVED, Verdict.WEAK):
        # R3, R8a: mail of another user at a personal address is the author's copy alone.
        return Owned(owner_id=approved, rule=Rule.APPROVED)
    return None


def hold(look: Reader, mail: Mail, steps: tuple[Step, ...]) -> Plan:
    """Answer the plan that holds the mail for whom it seems to belong to."""
    rule = _why_held(mail)
    used = mail.recipients[0].address if mail.recipients else ""
    args = {"from": mail.from_key, "verdict": str(mail.proof.verdict), "to": used}
    outcome = "refuse" if rule is Rule.REFUSED else "hold"
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.HELD,
        reason=rule,
        reason_args=args,
        owner_id=mail.inbound.owner_id or belongs_to(look, mail),
        steps=(*steps, Step(step="admit", outcome=outcome, rule=rule, args=args)),
    )


def belongs_to(look: Reader, mail: Mail) -> int | None:
    """Answer the owner of the personal address used, else the user who From seems to be, else None (R9b)."""
    for recipient in mail.recipients:
        if recipient.kind is AddressKind.PERSONAL:
            return recipient.successor_id or recipient.user_id
    if not mail.from_key:
        return None
    name = mail.message.from_[0].name if mail.message.from_ else ""
    return look.seeming_user(name, mail.from_key)


def _why_held(mail: Mail) -> Rule:
    proved = mail.proof.verdict in (Verdict.PROVED, Verdict.WEAK)
    if not proved and not mail.proof.publishes_nothing:
        # What publishes something and is not proved is refused at the door (R9c); a copy that slips by is held.
        return Rule.REFUSED
    if any(recipient.successor_id is not None for recipient in mail.recipients):
        return Rule.FOR_SUCCESSOR
    return Rule.NOT_APPROVED if proved else Rule.UNPROVABLE


def _owner(owner_id: int | None) -> int:
    if owner_id is None:
        raise ValueError("mail that was not received has an owner")
    return owner_id
