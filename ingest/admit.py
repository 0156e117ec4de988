"""Step 3: whose mail it is; hold what nobody vouches for (RULES R3, R8a, R9, R9b, R10a, R11, R14a, R18, R56)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from accounts.addresses import AddressKind
from accounts.asks import Asks, all_asked, by_own_address
from ingest.authenticate import RECEIVED
from ingest.confirming import confirmed
from ingest.gateway import TAKEN as GATEWAY_TAKEN
from ingest.gateway import dropped, takers, why_held
from ingest.letter import Mail
from ingest.plan import Plan, Status
from ingest.reader import Reader
from ingest.team_mail import author_of, queued
from linking.decision import Step
from linking.rule import Rule
from mailauth.results import Verdict

BELIEVED: Final = frozenset({Verdict.PROVED, Verdict.WEAK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Why a mail is let in, and whose it becomes; `is_private`: whatever its owner prefers."""

    owner_id: int
    rule: Rule
    is_private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """The mail becomes these owners', a copy each, the first before all others."""

    owned: tuple[Owned, ...]
    steps: tuple[Step, ...]

    @property
    def owner_id(self) -> int:
        """Answer whose mail it is in the first place."""
        return self.owned[0].owner_id

    @property
    def by(self) -> Rule:
        """Answer why."""
        return self.owned[0].rule


def admit(look: Reader, mail: Mail, steps: tuple[Step, ...]) -> Admitted | Plan:
    """Answer whose the mail is, or the plan that holds it, shows it or lets it go."""
    if (asked := confirmed(mail, steps)) is not None:
        return asked  # R18
    owned = _filed_before(look, mail) or let_in(look, mail)
    if owned:
        return Admitted(owned=owned, steps=tuple(_step(mail, one, several=len(owned) > 1) for one in owned))
    return dropped(look, mail, steps) or queued(mail, steps) or hold(look, mail, steps)


def let_in(look: Reader, mail: Mail) -> tuple[Owned, ...]:
    """Answer whose the mail becomes by the first reason to let it in, nobody's where there is none."""
    inbound, author = mail.inbound, mail.author
    asks = all_asked(mail.recipients, author)
    if inbound.origin not in RECEIVED:
        return (Owned(owner_id=_owner(inbound.owner_id), rule=Rule.UPLOADED),)
    approved = author_of(look, mail)
    if inbound.released_by is not None:
        # R10a: the mail of another stays his; else today's author has it, else who let it in.
        owner_id = inbound.owner_id or approved or inbound.released_by
        return (Owned(owner_id=owner_id, rule=Rule.RELEASED, is_private=asks == {Asks.GATEWAY}),)
    found: tuple[Owned, ...] = ()
    if asks == {Asks.GATEWAY}:
        pass
    elif approved is not None and _is_believed(mail):
        # R3, R8a: mail of another user at a personal address is the author's copy alone.
        found = (Owned(owner_id=approved, rule=Rule.APPROVED),)
    elif mail.proof.verdict is Verdict.PROVED and asks - {Asks.GATEWAY} == {Asks.FORWARDED}:
        found = tuple(Owned(owner_id=one, rule=Rule.FORWARDED_HERE) for one in _personal(mail))
    if not found and asks != {Asks.GATEWAY}:
        return ()  # R3: the strictest decides, a copy for the gateway does not let in what is held
    have = {one.owner_id for one in found}
    by_gateway = (one for one in takers(look, mail) if one not in have)
    return (*found, *(Owned(owner_id=one, rule=GATEWAY_TAKEN, is_private=True) for one in by_gateway))


def hold(look: Reader, mail: Mail, steps: tuple[Step, ...]) -> Plan:
    """Answer the plan that holds the mail for whom it seems to belong to."""
    outcome, rule = _why_held(look, mail)
    used = mail.recipients[0].address if mail.recipients else ""
    args = {"from": mail.from_key, "verdict": str(mail.proof.verdict), "to": used}
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
    """Answer the owner of the personal address used, else who signed in, else who From seems to be, else None (R9b)."""
    for recipient in mail.recipients:
        if recipient.kind is AddressKind.PERSONAL:
            return recipient.successor_id or recipient.user_id
    if mail.inbound.envelope.submitted_by is not None:
        return mail.inbound.envelope.submitted_by
    if any(recipient.kind is AddressKind.GATEWAY for recipient in mail.recipients):
        return next(iter(takers(look, mail, proved_only=False)), None)
    if not mail.from_key:
        return None
    name = mail.message.from_[0].name if mail.message.from_ else ""
    return look.seeming_user(name, mail.from_key)


def _is_believed(mail: Mail) -> bool:
    """Tell whether From is its author's; the address may have become another's since the door took it without proof."""
    weak = mail.proof.verdict is Verdict.WEAK and by_own_address(mail.recipients, mail.author)
    return weak or mail.proof.verdict is Verdict.PROVED


def _filed_before(look: Reader, mail: Mail) -> tuple[Owned, ...]:
    """R52: who was approved when the mail came is what people decided; a replay does not decide it again."""
    kept = look.kept_owners(mail.inbound.id) if mail.inbound.cause == "replay" else ()
    return tuple(Owned(owner_id=one, rule=Rule.KEPT_OWNER) for one in kept)


def _why_held(look: Reader, mail: Mail) -> tuple[str, Rule]:
    """Answer what becomes of it and why; what the door refuses or puts off is held where it slips by (R9)."""
    proof, asks = mail.proof, all_asked(mail.recipients, mail.author)
    policies = look.policies()
    if proof.verdict is Verdict.DEFERRED:
        return "defer", Rule.TRY_AGAIN
    if asks <= {Asks.FORWARDED, Asks.GATEWAY}:
        return "hold", Rule.FORWARDED_UNPROVED if Asks.FORWARDED in asks else why_held(mail)
    if proof.verdict not in BELIEVED and not proof.publishes_nothing:
        return "refuse", Rule.REFUSED
    if proof.verdict not in BELIEVED and policies.unprovable_senders == "refuse":
        return "refuse", Rule.UNPROVABLE_REFUSED
    if Asks.INSIDE in asks:
        return "refuse", Rule.OUTSIDER
    if any(recipient.successor_id is not None for recipient in mail.recipients):
        return "hold", Rule.FOR_SUCCESSOR
    if proof.verdict not in BELIEVED:
        return "hold", Rule.UNPROVABLE
    refuses = policies.unapproved_senders == "refuse"
    return ("refuse", Rule.NOT_APPROVED_REFUSED) if refuses else ("hold", Rule.NOT_APPROVED)


def _personal(mail: Mail) -> tuple[int, ...]:
    """Answer the owners of the personal addresses, each once."""
    owners = (one.user_id for one in mail.recipients if one.kind is AddressKind.PERSONAL)
    return tuple(dict.fromkeys(one for one in owners if one is not None))


def _step(mail: Mail, one: Owned, *, several: bool) -> Step:
    args = {"from": mail.from_key}
    return Step(step="admit", outcome="file", rule=one.rule, args=args, owner=one.owner_id if several else None)


def _owner(owner_id: int | None) -> int:
    if owner_id is None:
        raise ValueError("mail that was not received has an owner")
    return owner_id
