"""What a mail would make of strangers asks their budget first; the rest is asked about instead (RULES R24, R40)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.policies import Sharing
from ingest.letter import Letter
from linking.decision import Creation, Question, a_step
from linking.rule import Rule
from outbox.budget import Account, Budget, Spent, spend


@dataclass(frozen=True, slots=True)
class Tripped:
    """The budget of a peer is spent since now."""

    account: Account
    peer: str


def within_budget(
    session: Session, company_id: int, letter: Letter, now: datetime
) -> tuple[Letter, tuple[Tripped, ...]]:
    """Answer the letter with no more creations than their peers have left, and whose budget was spent just now."""
    own = letter.sharing is not Sharing.SHARED
    account = Account(company_id=company_id, user_id=letter.owner_id, own=own)
    spent = [(one, spend(session, account, Budget.CREATIONS, one.address, now)) for one in letter.outcome.creations]
    tripped = tuple(Tripped(account, one.address) for one, how in spent if how is Spent.TRIPPED)
    kept = tuple(one for one, how in spent if how is Spent.WITHIN)
    left = [one for one, how in spent if how is not Spent.WITHIN]
    return (_with_question(letter, kept, left) if left else letter), tripped


def _with_question(letter: Letter, kept: tuple[Creation, ...], left: Sequence[Creation]) -> Letter:
    addresses = [one.address for one in left]
    steps = [one for one in letter.steps if one.rule is not Rule.CREATED or one.args.get("address") not in addresses]
    paused = replace(a_step("paused", Rule.CREATION_PAUSED, {"addresses": addresses}), letter=letter.inner_path)
    changed = replace(letter.outcome, creations=kept, questions=_asked_too(letter.outcome.questions, addresses))
    return replace(letter, outcome=changed, steps=(*steps, paused))


def _asked_too(questions: tuple[Question, ...], addresses: Sequence[str]) -> tuple[Question, ...]:
    """Ask about these addresses, in the one question about unknown ones."""
    asked = [one for one in questions if one.rule is Rule.UNKNOWN_ADDRESS]
    before = [address for one in asked for address in one.args.get("addresses", ())]
    question = Question(rule=Rule.UNKNOWN_ADDRESS, args={"addresses": [*before, *addresses]})
    return (*(one for one in questions if one not in asked), question)
