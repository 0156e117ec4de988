"""What belongs to the letters of a page: each kind in one query, however many letters (no N+1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.viewer import Viewer
from db.models import Attachment, Decision, Link, MessageAddress, MessageCopy, Record, Unresolved
from linking.letter import (
    Candidate,
    LetterAttachment,
    LetterCopy,
    LetterDecision,
    LetterLink,
    LetterQuestion,
)
from linking.own_questions import own_open
from linking.record_view import names_of
from linking.rule import Rule
from linking.visibility import counted_link, may_see, visible_copy
from mail.address import address_key
from mail.message import Address

RECORD_ARGS: Final = ("record", "records", "through")
"""The arguments of rules that are ids of records (linking.sentences)."""

OWNERS_ALONE: Final = frozenset({str(Rule.BLOCKED_BY_OWNER)})
"""Decisions that are told to the copy's owner alone."""


@dataclass(slots=True)
class Parts:
    """By letter id, but decisions, which are by copy id."""

    addresses: defaultdict[tuple[int, str], list[Address]] = field(default_factory=lambda: defaultdict(list))
    attachments: defaultdict[int, list[LetterAttachment]] = field(default_factory=lambda: defaultdict(list))
    links: defaultdict[int, list[LetterLink]] = field(default_factory=lambda: defaultdict(list))
    hidden_links: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    copies: defaultdict[int, list[LetterCopy]] = field(default_factory=lambda: defaultdict(list))
    questions: dict[int, LetterQuestion] = field(default_factory=dict)
    decisions: dict[int, tuple[LetterDecision, ...]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    dropboxes: frozenset[str] = frozenset()

    def without_dropboxes(self, addresses: Iterable[Address]) -> tuple[Address, ...]:
        """Answer the addresses but for ours: a secret is not shown around (RULES R12, R13)."""
        return tuple(one for one in addresses if address_key(one.address) not in self.dropboxes)


def load_parts(session: Session, viewer: Viewer, copies: Sequence[MessageCopy]) -> Parts:
    """Load everything that belongs to the letters of these chosen copies."""
    parts = Parts()
    if not copies:
        return parts
    letters = [copy.message_id for copy in copies]
    _load_addresses(session, viewer, letters, parts)
    _load_attachments(session, viewer, letters, parts)
    _load_links(session, viewer, letters, parts)
    _load_copies(session, viewer, letters, parts)
    _load_questions(session, viewer, letters, parts)
    _load_decisions(session, viewer, copies, parts)
    parts.names = names_of(session, viewer, sorted(_named_records(parts)))
    parts.questions = {letter: only_seen(asked, parts.names) for letter, asked in parts.questions.items()}
    return parts


def hide_dropboxes(session: Session, viewer: Viewer, parts: Parts, shown: Iterable[Address]) -> None:
    """Find out which of the addresses that will be shown are ours."""
    keys = frozenset(address_key(one.address) for one in shown)
    parts.dropboxes |= own_address_keys(session, viewer.company_id, keys)


def _load_addresses(session: Session, viewer: Viewer, letters: Sequence[int], parts: Parts) -> None:
    rows = session.scalars(
        select(MessageAddress)
        .where(
            MessageAddress.company_id == viewer.company_id,
            MessageAddress.message_id.in_(letters),
            MessageAddress.field.in_(("to", "cc")),
        )
        .order_by(MessageAddress.message_id, MessageAddress.field, MessageAddress.position)
    )
    for row in rows:
        parts.addresses[row.message_id, row.field].append(Address(row.name, row.address))


def _load_attachments(session: Session, viewer: Viewer, letters: Sequence[int], parts: Parts) -> None:
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.company_id == viewer.company_id, Attachment.message_id.in_(letters))
        .order_by(Attachment.message_id, Attachment.position)
    )
    for row in rows:
        parts.attachments[row.message_id].append(
            LetterAttachment(
                id=row.id,
                position=row.position,
                filename=row.filename,
                content_type=row.content_type,
                size=row.size,
                inline=row.inline,
                content_id=row.content_id,
                scan=row.scan,
                scan_name=row.scan_name or "",
            )
        )


def _load_links(session: Session, viewer: Viewer, letters: Sequence[int], parts: Parts) -> None:
    """Load the links in view; one record is shown once, by the viewer's own link where he has one."""
    query = (
        select(Link, Record.type, Record.name, may_see(viewer).label("seen"))
        .join(
            Record,
            and_(Record.company_id == viewer.company_id, Record.id == Link.target_id, Record.deleted_at.is_(None)),
        )
        .where(counted_link(viewer, Link, Record), Link.message_id.in_(letters))
        .order_by(Link.message_id, Link.copy_id.is_(None), Link.id)
    )
    met: set[tuple[int, int]] = set()
    for link, record_type, name, seen in session.execute(query):
        if (link.message_id, link.target_id) in met:
            continue
        met.add((link.message_id, link.target_id))
        if seen:
            parts.links[link.message_id].append(_link(link, record_type, name))
        else:
            parts.hidden_links[link.message_id] += 1


def _link(row: Link, record_type: str, name: str) -> LetterLink:
    return LetterLink(
        id=row.id,
        type=record_type,
        target_id=row.target_id,
        target_name=name,
        origin=row.origin,
        rule=row.rule,
        args=row.args or {},
        created_by=row.created_by,
        created_at=row.created_at,
    )


def _load_copies(session: Session, viewer: Viewer, letters: Sequence[int], parts: Parts) -> None:
    query = (
        select(MessageCopy.message_id, MessageCopy.id, MessageCopy.owner_id, MessageCopy.origin, MessageCopy.sharing)
        .where(visible_copy(viewer), MessageCopy.message_id.in_(letters))
        .order_by(MessageCopy.message_id, MessageCopy.id)
    )
    for letter, copy_id, owner_id, origin, sharing in session.execute(query):
        shown = "smtp" if origin == "lmtp" else origin
        parts.copies[letter].append(LetterCopy(id=copy_id, user_id=owner_id, origin=shown, sharing=sharing))


def _load_questions(session: Session, viewer: Viewer, letters: Sequence[int], parts: Parts) -> None:
    query = select(Unresolved).where(*own_open(viewer), Unresolved.message_id.in_(letters))
    for row in session.scalars(query.order_by(Unresolved.id.desc())):
        parts.questions[row.message_id] = question_of(row)


def question_of(row: Unresolved) -> LetterQuestion:
    """Answer the question with all its candidates; leave out those that the viewer may not see afterwards."""
    candidates = tuple(
        Candidate(type=one["type"], id=one["id"], rule=one["rule"], args=one.get("args") or {})
        for one in row.candidates or ()
    )
    return LetterQuestion(id=row.id, rule=row.question, args=row.args or {}, candidates=candidates)


def _load_decisions(session: Session, viewer: Viewer, copies: Sequence[MessageCopy], parts: Parts) -> None:
    """Load the steps of the last run over the mail of each copy, its own letter's and the whole mail's."""
    last = (
        select(func.max(Decision.id))
        .where(Decision.company_id == viewer.company_id, Decision.inbound_id.in_({copy.inbound_id for copy in copies}))
        .group_by(Decision.inbound_id)
    )
    rows = session.scalars(select(Decision).where(Decision.company_id == viewer.company_id, Decision.id.in_(last)))
    steps = {row.inbound_id: row.steps for row in rows}
    for copy in copies:
        parts.decisions[copy.id] = tuple(
            _decision(one)
            for one in steps.get(copy.inbound_id, ())
            if one.get("letter") in (None, copy.inner_path)
            and one.get("owner") in (None, copy.owner_id)
            and (one["rule"] not in OWNERS_ALONE or copy.owner_id == viewer.user_id)
        )


def _decision(step: Mapping[str, Any]) -> LetterDecision:
    return LetterDecision(
        step=step["step"],
        outcome=step["outcome"],
        rule=step["rule"],
        args=step.get("args") or {},
        losers=tuple(step.get("losers") or ()),
    )


def _named_records(parts: Parts) -> set[int]:
    said: list[Mapping[str, Any]] = [link.args for links in parts.links.values() for link in links]
    named: set[int] = set()
    for decisions in parts.decisions.values():
        said += [decision.args for decision in decisions]
        named.update(loser for decision in decisions for loser in decision.losers)
    for question in parts.questions.values():
        said += [question.args, *(candidate.args for candidate in question.candidates)]
        named.update(candidate.id for candidate in question.candidates)
    return named | {number for args in said for number in records_in(args)}


def records_in(args: Mapping[str, Any]) -> set[int]:
    """Answer the ids of records among the arguments of a rule."""
    values = [args[name] for name in RECORD_ARGS if name in args]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    return {one for one in flat if isinstance(one, int)}


def only_seen(question: LetterQuestion, names: Mapping[int, str]) -> LetterQuestion:
    """Leave out the candidates that the viewer may not see."""
    seen = tuple(one for one in question.candidates if one.id in names)
    return LetterQuestion(id=question.id, rule=question.rule, args=question.args, candidates=seen)
