"""The company's gateway: who gets a copy of what its own server sends in, and on whose word (RULES R56).

A refusal would bounce to the author of the mail, who knows nothing of us, so nothing is refused here:

- Nobody who takes part and accepted it has a known outside party in it: dropped before it is stored. Who would be
  promised safe keeping by a 250 (R2) is the company's own server, and what it promises is that we never keep this.
- From is proved: a private copy for each who accepted.
- From is an outsider's and is not proved: as in a mailbox (R14a), where the company's own server handed it over
  (TRUSTED_MTAS) and the author's domain does not ask to refuse it. From is a user's: never without proof, because
  the server passes on what strangers send in our name as well.
- All else is held for the first of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from accounts.asks import Asks, all_asked, is_inside
from ingest.letter import Mail
from ingest.plan import Plan, Status
from ingest.reader import Reader
from linking.decision import Step
from linking.parties import Addressed
from linking.rule import Rule
from mail.address import address_key
from mailauth.results import Verdict

TAKEN: Final = Rule.GATEWAY
ENFORCING: Final = frozenset({"quarantine", "reject"})


def takers(look: Reader, mail: Mail, *, proved_only: bool = True) -> tuple[int, ...]:
    """Answer who gets a copy through the gateway; without `proved_only`, whose it would be if it were believed."""
    if Asks.GATEWAY not in all_asked(mail.recipients, mail.author) or (proved_only and not is_believed(mail)):
        return ()
    message = mail.message
    return takers_of(look, Addressed(from_=message.from_, to=message.to, cc=message.cc))


def takers_of(look: Reader, fields: Addressed) -> tuple[int, ...]:
    """Answer which users accepted it, take part, and have a contact or organisation in it whom they do not block."""
    keys = tuple(dict.fromkeys(address_key(one.address) for one in (*fields.from_, *fields.to, *fields.cc)))
    members = look.gateway_members(keys)
    if not members:
        return ()
    ours = look.whose(keys)
    outside = [key for key in keys if key not in ours]
    taking = dict.fromkeys(members[key] for key in keys if key in members)
    return tuple(user_id for user_id in taking if _knows_one(look, user_id, outside))


def is_believed(mail: Mail) -> bool:
    """Tell whether the mail is filed on the word of its author's domain, or of the company's own server."""
    if mail.proof.verdict is Verdict.PROVED:
        return True
    refused = mail.proof.dmarc.result == "fail" and mail.proof.dmarc.policy in ENFORCING
    return not is_inside(mail.author) and bool(mail.inbound.envelope.relay) and not refused


def dropped(look: Reader, mail: Mail, steps: tuple[Step, ...]) -> Plan | None:
    """Answer the plan that keeps nothing, where the door still knew a party and nobody does now; None where one does.

    It is nobody's to look at but a user's who takes part.
    """
    if all_asked(mail.recipients, mail.author) != {Asks.GATEWAY} or takers(look, mail, proved_only=False):
        return None
    step = Step(step="admit", outcome="discard", rule=Rule.GATEWAY_NOBODY)
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.DISCARDED,
        reason=Rule.GATEWAY_NOBODY,
        owner_id=next(_users_in(look, mail), None),
        steps=(*steps, step),
    )


def why_held(mail: Mail) -> Rule:
    """Answer why a copy of the gateway's waits."""
    return Rule.GATEWAY_NOT_HIM if is_inside(mail.author) else Rule.GATEWAY_UNPROVED


def _knows_one(look: Reader, user_id: int, outside: list[str]) -> bool:
    blocked = look.blocked(user_id, outside)
    left = [key for key in outside if key not in blocked.company and key not in blocked.own]
    if not left:
        return False
    return bool(look.contacts(user_id, left) or look.organizations(user_id, {key.rpartition("@")[2] for key in left}))


def _users_in(look: Reader, mail: Mail) -> Iterator[int]:
    message = mail.message
    for one in (*message.from_, *message.to, *message.cc)[:100]:
        if (standing := look.standing(address_key(one.address))) is not None and standing.user_id is not None:
            yield standing.user_id
