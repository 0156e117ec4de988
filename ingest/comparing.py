"""Compares a plan made anew with the copies and letters that stand; touches only what rules made (RULES R52)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from db.models import InboundMessage, Message, MessageCopy
from ingest.applying import apply, file_letter
from ingest.comparing_links import compare_links
from ingest.comparing_questions import compare_questions
from ingest.deleting import FORGOTTEN
from ingest.difference import Change, Difference
from ingest.letter import Letter
from ingest.plan import Plan
from ingest.rewriting import rewrite_letter
from ingest.writing import forwarded_of, msg_ids
from linking.buckets import find_buckets
from linking.rule import Rule

Key = tuple[int, int]
"""Owner and inner path: which copy of a mail."""
PLAIN_FIELDS: Final = ("direction", "kind", "marks", "forwarded")


def compare(session: Session, plan: Plan, owner_id: int | None = None) -> tuple[Change, ...]:
    """Answer everything that differs, for one owner alone where he is given: copies of others are theirs (R30b)."""
    copies = _copies(session, plan)
    if not copies:
        return tuple(_compare_status(session, plan))
    planned = {(letter.owner_id, letter.inner_path): letter for letter in plan.letters}
    if owner_id is not None:
        copies = {key: copy for key, copy in copies.items() if key[0] == owner_id}
        planned = {key: letter for key, letter in planned.items() if key[0] == owner_id}
    return tuple(_compare_letters(session, plan, copies, planned))


def _compare_status(session: Session, plan: Plan) -> Iterator[Change]:
    """A mail that gave no letter: it is as it would be, or it is worked on as if it had just come."""
    query = select(InboundMessage.status, InboundMessage.reason, InboundMessage.owner_id).where(
        InboundMessage.company_id == plan.inbound.company_id, InboundMessage.id == plan.inbound.id
    )
    before = session.execute(query).one()
    after = (str(plan.status), str(plan.reason), plan.owner_id)
    for field, old, new in zip(("status", "reason", "owner_id"), before, after, strict=True):
        if old != new:
            difference = Difference(field=field, before=old, after=new, rule=str(plan.reason))
            yield Change(difference, partial(apply, plan))
            return


def _compare_letters(
    session: Session, plan: Plan, copies: Mapping[Key, MessageCopy], planned: Mapping[Key, Letter]
) -> Iterator[Change]:
    for key, copy in copies.items():
        letter = planned.get(key)
        yield from _compare_presence(copy, found=letter is not None)
        if letter is not None:
            yield from _compare_copy(plan, copy, letter)
            yield from _compare_content(session, copy, letter)
            yield from compare_links(session, copy, letter)
            yield from compare_questions(session, copy, letter)
    forgotten = _forgotten(session, plan)
    for key, letter in planned.items():
        if key not in copies and letter.inner_path not in forgotten:
            difference = Difference(field="letter", before=None, after="found", rule=str(Rule.ONE_LETTER))
            yield Change(difference, partial(_add, plan, letter))


def _forgotten(session: Session, plan: Plan) -> frozenset[int]:
    """Answer the inner paths of letters that are gone for good with a user who left (RULES R55)."""
    query = select(InboundMessage.reason_args).where(
        InboundMessage.company_id == plan.inbound.company_id, InboundMessage.id == plan.inbound.id
    )
    return frozenset((session.scalars(query).one() or {}).get(FORGOTTEN, ()))


def _compare_presence(copy: MessageCopy, *, found: bool) -> Iterator[Change]:
    if found is (copy.missing_since is None):
        return
    words = ("not found", "found") if found else ("found", "not found")
    difference = Difference(
        field="letter", before=words[0], after=words[1], rule=Rule.NOT_FOUND_AGAIN, message_id=copy.message_id
    )
    yield Change(difference, _set(copy, "missing_since", None) if found else partial(_set_missing, copy))


def _compare_copy(plan: Plan, copy: MessageCopy, letter: Letter) -> Iterator[Change]:
    after: dict[str, Any] = {
        "direction": str(letter.direction),
        "kind": str(letter.kind),
        "marks": [str(mark) for mark in letter.marks],
        "forwarded": forwarded_of(plan, letter),
    }
    for field in PLAIN_FIELDS:
        before = getattr(copy, field)
        kept = [mark for mark in before or () if mark == "other_text"] if field == "marks" else []
        value = [*after[field], *kept] if field == "marks" else after[field]
        if before != value:
            difference = Difference(
                field=field, before=before, after=value, rule=_rule_of(letter), message_id=copy.message_id
            )
            yield Change(difference, _set(copy, field, value))


def _compare_content(session: Session, copy: MessageCopy, letter: Letter) -> Iterator[Change]:
    """What is read of the bytes: the letter's row follows where this mail is its only witness."""
    message = session.scalars(
        select(Message).where(Message.company_id == copy.company_id, Message.id == copy.message_id)
    ).one()
    shows_the_letter = copy.content_digest == message.content_digest
    moved = copy.content_digest != letter.content_digest
    reprinted = shows_the_letter and message.fingerprint != letter.fingerprint
    if moved or reprinted:
        difference = Difference(
            field="content" if moved else "fingerprint",
            before=copy.content_digest if moved else message.fingerprint,
            after=letter.content_digest if moved else letter.fingerprint,
            rule=str(Rule.ONE_LETTER),
            message_id=copy.message_id,
        )
        yield Change(difference, partial(rewrite_letter, copy, letter))


def _copies(session: Session, plan: Plan) -> dict[Key, MessageCopy]:
    query = select(MessageCopy).where(
        MessageCopy.company_id == plan.inbound.company_id, MessageCopy.inbound_id == plan.inbound.id
    )
    rows: Sequence[MessageCopy] = session.scalars(query.order_by(MessageCopy.id)).all()
    return {(row.owner_id, row.inner_path): row for row in rows}


def _rule_of(letter: Letter) -> str | None:
    return next((str(step.rule) for step in letter.steps if step.step == "screen"), None)


def _set(copy: MessageCopy, field: str, value: Any) -> Update:
    this = (MessageCopy.company_id == copy.company_id, MessageCopy.id == copy.id)
    return update(MessageCopy).where(*this).values({field: value})


def _set_missing(copy: MessageCopy, session: Session, now: datetime) -> None:
    session.execute(_set(copy, "missing_since", now), execution_options={"synchronize_session": False})


def _add(plan: Plan, letter: Letter, session: Session, now: datetime) -> None:
    # What this replay wrote before may have joined buckets.
    found = find_buckets(session, plan.inbound.company_id, msg_ids(letter.message))
    conversation = replace(letter.conversation, buckets=found)
    file_letter(session, plan, replace(letter, conversation=conversation), now)
