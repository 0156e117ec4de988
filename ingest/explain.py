"""What would happen to a mail, storing nothing (INTERFACE 2, `explain`); never raises on any bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from ingest.assumed import ASSUMED, AssumedReader
from ingest.authenticate import Tools
from ingest.classify import classify, look_up
from ingest.inbound import Inbound
from ingest.letter import Direction, Kind, Letter
from ingest.pipeline import process
from ingest.plan import Plan
from ingest.reader import Reader
from linking.decision import LinkMade, Step
from linking.parties import Whose
from linking.sentences import Names, sentence
from mail.address import address_key
from mail.envelope import Envelope
from mail.message import Forwarded, ParsedMessage
from mail.parse import parse
from mail.rendering import forwarded_json, message_json
from mailauth.results import Proof

Json = dict[str, Any]
Seal = Callable[[str, int], str]
NOTHING_STORED: Final = 0
NO_NAMES: Final[Mapping[int, str]] = {}


def explain(
    raw: bytes,
    envelope: Envelope,
    proof: Proof,
    tools: Tools,
    *,
    look: Reader | None = None,
    company_id: int = NOTHING_STORED,
    names: Names = NO_NAMES.get,
    seal: Seal | None = None,
    assumed: tuple[str, ...] = (),
) -> Json:
    """Answer everything of INTERFACE 2 but `reply`.

    `proof` is what the door found. Without `look` it answers for the company that INTERFACE assumes.
    `names` are those of records in the sentences; `seal` makes public ids, without it there are none.
    `assumed`: what else the caller had to assume (`peer`, `helo` …).
    """
    message = parse(raw)
    reader = look or AssumedReader(address_key(proof.from_address))
    inbound = _inbound(raw, envelope, proof, company_id)
    plan = process(inbound, reader, tools)
    mail = look_up(reader, inbound, message, proof)
    kind = classify(mail)
    messages = [_letter_json(letter) for letter in plan.letters] or [_whole(message, _direction(reader, kind, message))]
    return {
        "authentication": proof.as_json(),
        "kind": str(kind),
        "message": messages[0],
        "messages": messages,
        "thread": {"evidence": _evidence(plan, message)},
        "links": [_link_json(made, names, seal) for letter in plan.letters for made in letter.outcome.links],
        "decisions": [_step_json(step, names) for step in plan.all_steps()],
        "assumed": [*assumed, *(() if look else ASSUMED)],
    }


def without_envelope(received_at: datetime) -> Envelope:
    """Answer the envelope of a mail of which nothing but the bytes is known."""
    return Envelope(reverse_path=None, forward_paths=(), helo="", peer="", tls=False, received_at=received_at)


def _inbound(raw: bytes, envelope: Envelope, proof: Proof, company_id: int) -> Inbound:
    return Inbound(
        company_id=company_id,
        id=NOTHING_STORED,
        origin="smtp",
        owner_id=None,
        envelope=envelope,
        raw=raw,
        sha256="",
        received_at=envelope.received_at,
        proof=proof,
    )


def _whole(message: ParsedMessage, direction: Direction) -> Json:
    """Answer a mail that gives no letter, as far as it can be read."""
    return message_json(message) | {"direction": str(direction), "marks": []}


def _direction(look: Reader, kind: Kind, message: ParsedMessage) -> Direction:
    """Answer which way a mail went that is not let in: by what its From, or the original's, says."""
    if kind is Kind.NOTE:
        return Direction.NOTE
    authors = message.forwarded[:1] if kind is Kind.FORWARD else (message,)
    said = [author.from_ if isinstance(author, Forwarded) else next(iter(author.from_), None) for author in authors]
    keys = {address_key(one.address) for one in said if one is not None}
    ours = Whose.US in look.whose(keys).values()
    return Direction.OUTGOING if ours else Direction.INCOMING


def _letter_json(letter: Letter) -> Json:
    """Answer a letter; one out of a forward carries what the forward says of it."""
    told = message_json(letter.message)
    if letter.original is not None:
        proof = "proven" if letter.original_proven else "claimed"
        told["forwarded"] = forwarded_json(letter.original, proof=proof)
    return told | {"direction": str(letter.direction), "marks": [str(mark) for mark in letter.marks]}


def _evidence(plan: Plan, message: ParsedMessage) -> list[Json]:
    """Answer what the first letter names and by which rule it joins a conversation."""
    first = plan.letters[0].message if plan.letters else message
    named = [{"field": "in_reply_to", "msg_id": one} for one in first.in_reply_to]
    named += [{"field": "references", "msg_id": one} for one in first.references]
    return named


def _link_json(made: LinkMade, names: Names, seal: Seal | None) -> Json:
    return {
        "type": made.target.type,
        "target_id": seal(made.target.type, made.target.id) if seal else None,
        "rule": str(made.rule),
        "sentence": sentence(made.rule, made.args, names),
    }


def _step_json(step: Step, names: Names) -> Json:
    told: Mapping[str, Any] = {
        "step": step.step,
        "outcome": step.outcome,
        "rule": str(step.rule),
        "sentence": sentence(step.rule, step.args, names),
    }
    return dict(told) if step.letter is None else {**told, "letter": step.letter}
