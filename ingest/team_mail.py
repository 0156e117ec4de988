"""Mail from a team's address: whose of its members it becomes (RULES R10).

Who signed in to hand it over; else who Sender names, where what proves From covers that field too; else whose personal
address was used. Only a member is ever one of these. Where nobody is, the mail waits in the team's queue: it is held,
belongs to no user, and every member sees it whole and may let it in, who then has it.
"""

from __future__ import annotations

from typing import Final

from accounts.addresses import AddressKind
from ingest.letter import Mail
from ingest.plan import Plan, Status
from ingest.reader import Reader
from linking.decision import Step
from linking.rule import Rule
from mail.address import address_key
from mailauth.results import Verdict

SENDER: Final = "sender"
TEAM: Final = "team"
"""The argument of the rule that names the team; the queue is found by it."""


def author_of(look: Reader, mail: Mail) -> int | None:
    """Answer the user whose mail this is by its approved From, None where there is none."""
    author = mail.author
    if author is None or not author.approved:
        return None
    submitted_by = mail.inbound.envelope.submitted_by
    if author.team_id is None:
        # Signing in proved that From was his own then; it may be another's by now.
        return author.user_id if submitted_by in (None, author.user_id) else None
    if submitted_by is not None:
        return submitted_by if submitted_by in author.members else None
    named = (_named_by_sender(look, mail), *_by_address(mail))
    return next((one for one in named if one in author.members), None)


def queued(mail: Mail, steps: tuple[Step, ...]) -> Plan | None:
    """Answer the plan that lays a team's proved mail into its queue, None for mail that is no team's."""
    author = mail.author
    if author is None or author.team_id is None or not author.approved or mail.proof.verdict is not Verdict.PROVED:
        return None
    used = mail.recipients[0].address if mail.recipients else ""
    args = {"from": mail.from_key, "verdict": str(mail.proof.verdict), "to": used, TEAM: author.team_id}
    return Plan(
        inbound=mail.inbound,
        proof=mail.proof,
        status=Status.HELD,
        reason=Rule.TEAM_QUEUE,
        reason_args=args,
        steps=(*steps, Step(step="admit", outcome="hold", rule=Rule.TEAM_QUEUE, args=args)),
    )


def _named_by_sender(look: Reader, mail: Mail) -> int | None:
    sender = mail.message.sender
    if sender is None or not _is_covered(mail):
        return None
    standing = look.standing(address_key(sender.address))
    return standing.user_id if standing is not None and standing.approved else None


def _is_covered(mail: Mail) -> bool:
    """Tell whether whoever vouches for From vouches for Sender as well: a signature does so field by field."""
    counting = [one for one in mail.proof.dkim if one.counts]
    return not counting or any(SENDER in one.signed_fields for one in counting)


def _by_address(mail: Mail) -> tuple[int | None, ...]:
    return tuple(one.user_id for one in mail.recipients if one.kind is AddressKind.PERSONAL)
