"""Writes a plan in the session it is given; everything that a race could have changed is decided again inside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from db.ids import new_id
from db.models import Decision, InboundMessage
from ingest.asking import any_seen
from ingest.heralding import CopyFiled, herald
from ingest.leaving_behind import leave_behind
from ingest.letter import Letter, Mark
from ingest.noticing import Telling, tell
from ingest.noticing_pauses import Tripped, within_budget
from ingest.pipeline import settle
from ingest.plan import Plan, Status
from ingest.reader import Reader
from ingest.reading import reader_in
from ingest.same_letter import find_same
from ingest.writing import CopyWritten, write_copy, write_message
from ingest.written_links import insert_links, insert_questions, write_links, write_questions
from linking.created import Source, create_from_mail
from linking.decision import Step
from linking.hidden_contacts import ask_contact_owner
from linking.in_turn import file_in_turn
from linking.parties import Whose
from linking.rule import Rule
from linking.visibility import ids_of
from outbox.letterhead import Letterhead
from outbox.reports import attach

INSERT_DECISION: Final = insert(Decision)
END_INBOUND: Final = update(InboundMessage).where(
    InboundMessage.company_id == bindparam("of_company"), InboundMessage.id == bindparam("this_id")
)


@dataclass(frozen=True, slots=True)
class Filed:
    """A letter as it was filed, the owner's copy of it, and whose budgets it has spent."""

    letter: Letter
    copy: CopyFiled
    tripped: tuple[Tripped, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A letter and the owner's copy of it as they stand now; `is_new`: the letter was not here before."""

    company_id: int
    message_id: int
    copy: CopyWritten
    is_new: bool


def apply(plan: Plan, session: Session, now: datetime, letterhead: Letterhead | None = None) -> None:
    """Write letters, copies, links, questions, the decision and the inbound row's end, and tell whom it concerns.

    Without a letterhead nobody is told.
    """
    file_in_turn(session, plan.inbound.company_id)
    look = reader_in(session, plan.inbound.company_id)
    filed = tuple(file_letter(session, plan, settle(look, letter), now) for letter in plan.letters)
    letters = tuple(one.letter for one in filed)
    steps = tuple(replace(plan, letters=letters).all_steps())
    write_decision(session, plan, steps, now)
    this = {"of_company": plan.inbound.company_id, "this_id": plan.inbound.id}
    ended = _ended(plan, look, now)
    session.connection().execute(END_INBOUND, this | ended)
    leave_behind(session, plan, now)
    if plan.returned is not None:
        attach(session, plan.returned, plan.inbound.id, now)
    if letterhead is not None:
        tripped = tuple(one for each in filed for one in each.tripped)
        told = Telling(plan, letters, ended["held_until"], _is_from_us(plan, look), tripped)
        tell(session, told, letterhead, now)
        herald(session, plan, [one.copy for one in filed], now)


def write_decision(
    session: Session, plan: Plan, steps: Collection[Step], now: datetime, kept: Collection[Mapping[str, Any]] = ()
) -> None:
    """Keep what was decided, as ids and values; `kept` are steps of an earlier decision that still hold."""
    row = {
        "company_id": plan.inbound.company_id,
        "id": new_id(session),
        "inbound_id": plan.inbound.id,
        "cause": plan.cause,
        "steps": [*(step.as_json() for step in steps), *kept],
        "made_at": now,
    }
    session.connection().execute(INSERT_DECISION, row)


def file_letter(session: Session, plan: Plan, letter: Letter, now: datetime) -> Filed:
    """Write one letter of a plan: the letter once, the owner's copy, links and questions."""
    company_id = plan.inbound.company_id
    same = find_same(session, company_id, plan.inbound.id, letter)
    told = same.others and _is_any_seen(session, letter, company_id, same.others)
    marked = _with_flag(letter) if told else letter
    message_id = write_message(session, company_id, marked, same, now)
    copy = write_copy(session, plan, marked, message_id)
    made, tripped = _create(session, plan, marked, message_id, copy, now)
    _write_outcome(session, made, Written(company_id, message_id, copy, is_new=same.message_id is None), now)
    return Filed(made, CopyFiled(message_id, copy.id, copy.is_new), tripped)


def _write_outcome(session: Session, letter: Letter, written: Written, now: datetime) -> None:
    """Write links and questions; what is new has none, so nobody has to look."""
    company_id, message_id, copy = written.company_id, written.message_id, written.copy
    level = None if letter.sharing is Sharing.SHARED else copy.id
    if written.is_new or (copy.is_new and level is not None):
        insert_links(session, company_id, message_id, level, letter.outcome.links, now)
    else:
        write_links(session, company_id, message_id, level, letter, now)
    if copy.is_new:
        insert_questions(session, company_id, message_id, copy.id, letter.owner_id, letter.outcome.questions, now)
        if level is None and any(one.rule is Rule.UNKNOWN_ADDRESS for one in letter.outcome.questions):
            ask_contact_owner(session, reader_in(session, company_id).viewer(letter.owner_id), copy.id, now)
    else:
        write_questions(session, company_id, message_id, copy.id, letter, now)


def _create(
    session: Session, plan: Plan, letter: Letter, message_id: int, copy: CopyWritten, now: datetime
) -> tuple[Letter, tuple[Tripped, ...]]:
    """Make the records that the letter is to make (R24), as far as their budgets go (R40), and link it to them."""
    if not letter.outcome.creations or not copy.is_new:
        return letter, ()
    letter, tripped = within_budget(session, plan.inbound.company_id, letter, now)
    outcome = letter.outcome
    source = Source(
        inbound_id=plan.inbound.id,
        message_id=message_id,
        copy_id=copy.id,
        is_private=letter.sharing is not Sharing.SHARED,
    )
    owner = reader_in(session, plan.inbound.company_id).viewer(letter.owner_id)
    links = create_from_mail(session, owner, outcome.creations, source, now)
    return replace(letter, outcome=replace(outcome, links=(*outcome.links, *links))), tripped


def _with_flag(letter: Letter) -> Letter:
    step = Step(step="file", outcome="separate", rule=Rule.SAME_ID_OTHER_TEXT, letter=letter.inner_path)
    return replace(letter, marks=(*letter.marks, Mark.OTHER_TEXT), steps=(*letter.steps, step))


def _is_any_seen(session: Session, letter: Letter, company_id: int, others: Collection[int]) -> bool:
    """Tell whether the owner sees one of the other mails, so that those may know who will see this one."""
    viewer = reader_in(session, company_id).viewer(letter.owner_id)
    query = any_seen(viewer.role, letter.sharing)
    return session.connection().scalars(query, {**ids_of(viewer), "letters": list(others)}).first() is not None


def _is_from_us(plan: Plan, look: Reader) -> bool:
    """Tell whether a held mail comes from a domain of the company's."""
    sender = plan.proof.from_address
    return plan.status is Status.HELD and look.whose({sender}).get(sender) is Whose.US


def _ended(plan: Plan, look: Reader, now: datetime) -> dict[str, Any]:
    held = plan.status is Status.HELD
    return {
        "status": plan.status,
        "reason": plan.reason,
        "reason_args": dict(plan.reason_args),
        "owner_id": plan.owner_id,
        "held_until": now + timedelta(days=look.policies().hold_days) if held else None,
        "discarded_at": now if plan.status is Status.DISCARDED else None,
    }
