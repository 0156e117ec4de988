"""Whom a decision about a mail is told to, in the transaction that decides (RULES R9b, R13, R34, R38 to R40).

Never the customer, never because of automatic mail, never by a replay. A mail of ours travels in clear: it says who
wrote and when, never what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from ingest.letter import Kind, Letter, Mark
from ingest.noticing_pauses import Tripped
from ingest.plan import Plan, Status
from ingest.robot_answer import send_answer
from ingest.team_mail import TEAM
from ingest.team_queue import deciders
from languages.speech import _
from linking.rule import Rule
from linking.sentences import sentence
from mailauth.results import Verdict
from outbox.budget import Budget
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, notify, tell_of_pause
from outbox.notices_once import tell_how_to_get_approved

AUTOMATIC: Final = frozenset({str(Kind.AUTOMATIC), str(Kind.DSN)})
FROM_OUTSIDE: Final = frozenset({"smtp", "lmtp", "imap"})
"""What came by itself: who uploads files looks at the page meanwhile."""
NO_NAMES: Final[Mapping[int, str]] = {}


@dataclass(frozen=True, slots=True)
class Telling:
    """One decided mail: its plan, its letters as they were written, until when it is held.

    `from_us`: the sender's domain is the company's own. `tripped`: whose budget it has spent.
    """

    plan: Plan
    letters: Sequence[Letter] = ()
    held_until: datetime | None = None
    from_us: bool = False
    tripped: Sequence[Tripped] = ()


def tell(session: Session, told: Telling, letterhead: Letterhead, now: datetime) -> None:
    """Write the notices that this mail gives rise to."""
    plan = told.plan
    for one in told.tripped:
        tell_of_pause(session, one.account, Budget.CREATIONS, one.peer, letterhead=letterhead, now=now)
    if plan.cause == "replay" or plan.inbound.origin not in FROM_OUTSIDE or _is_automatic(plan):
        return
    match plan.status:
        case Status.HELD:
            _tell_of_held(session, told, letterhead, now)
        case Status.DISCARDED if plan.reason is Rule.NEVER_STORE:
            args = _args(plan) | {"why": _why(plan, plan.reason_args)}
            _tell(session, plan, plan.owner_id, Notice.NEVER_STORED, args, letterhead, now)
        case Status.DISCARDED if plan.answer is not None:
            send_answer(session, plan, plan.answer, letterhead, now)
        case Status.FILED:
            for letter in told.letters:
                _tell_of_letter(session, plan, letter, letterhead, now)


def _tell_of_held(session: Session, told: Telling, letterhead: Letterhead, now: datetime) -> None:
    plan = told.plan
    # The address that was used is a secret, and this mail travels in clear.
    args = _args(plan) | {"why": _why(plan, plan.reason_args, hidden=True), "until": told.held_until}
    for user_id in _who_decides(session, plan):
        _tell(session, plan, user_id, Notice.SENDER_HELD, args, letterhead, now, own=False)
    if told.from_us and plan.reason is Rule.NOT_APPROVED and plan.proof.verdict is Verdict.PROVED:
        tell_how_to_get_approved(
            session, plan.inbound.company_id, plan.proof.from_address, letterhead=letterhead, now=now
        )


def _who_decides(session: Session, plan: Plan) -> tuple[int | None, ...]:
    if plan.reason is Rule.TEAM_QUEUE and plan.owner_id is None:
        return deciders(session, plan.inbound.company_id).get(plan.reason_args[TEAM], ())
    return (plan.owner_id,)


def _tell_of_letter(session: Session, plan: Plan, letter: Letter, letterhead: Letterhead, now: datetime) -> None:
    if letter.outcome.questions:
        args = {"with": _other_side(letter), "received": plan.inbound.received_at}
        _tell(session, plan, letter.owner_id, Notice.UNRESOLVED, args, letterhead, now)
    if Mark.DROPBOX_VISIBLE in letter.marks:
        args = {"visible": True, "received": plan.inbound.received_at}
        _tell(session, plan, letter.owner_id, Notice.ADDRESS_LEAKED, args, letterhead, now)


def _tell(
    session: Session,
    plan: Plan,
    owner_id: int | None,
    kind: Notice,
    args: Mapping[str, Any],
    letterhead: Letterhead,
    now: datetime,
    *,
    own: bool = True,
) -> None:
    if owner_id is not None:
        to = NoticeTo(plan.inbound.company_id, owner_id)
        about = plan.proof.from_address
        notify(session, to, kind, args, letterhead=letterhead, now=now, about=about, own=own)


def _why(plan: Plan, args: Mapping[str, Any], *, hidden: bool = False) -> Callable[[], str]:
    """Answer what says the reason once the language of who is told is spoken; `hidden`: without the Bcc address."""

    def said() -> str:
        given = dict(args) | ({"to": _("an old Bcc address")} if hidden else {})
        return sentence(str(plan.reason), given, NO_NAMES.get)

    return said


def _args(plan: Plan) -> dict[str, Any]:
    return {"from": plan.proof.from_address, "received": plan.inbound.received_at}


def _other_side(letter: Letter) -> str:
    """Answer the first party, else who wrote."""
    parties = letter.parties.outside
    if parties:
        return parties[0].address.address
    return letter.message.from_[0].address if letter.message.from_ else ""


def _is_automatic(plan: Plan) -> bool:
    return any(step.step == "classify" and step.outcome in AUTOMATIC for step in plan.steps)
