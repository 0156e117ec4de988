"""Step 1: who really sent this; kept from the door, asked again only where no stranger handed the mail over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol

from ingest.inbound import Inbound
from languages.speech import marked
from linking.decision import Step
from linking.rule import Rule
from mail.envelope import Envelope
from mail.message import ParsedMessage
from mailauth.results import Method, Proof, Verdict
from mailauth.verdict import not_evaluated, without_chain
from mailauth.weak import can_be_weak, weakened
from outbox.return_path import Returned

RULES: Final = {
    Verdict.PROVED: Rule.PROVED,
    Verdict.WEAK: Rule.WEAK,
    Verdict.UNPROVED: Rule.UNPROVED,
    Verdict.DEFERRED: Rule.DEFERRED,
    Verdict.NOT_EVALUATED: Rule.NOT_EVALUATED,
}
RECEIVED: Final = ("smtp", "lmtp")
UPLOADED: Final = marked("The mail was uploaded by its owner, not received from a stranger.")


class Authenticate(Protocol):
    """Judges raw bytes; asks DNS, never raises: `mailauth.verdict.authenticate` with its resolver given."""

    def __call__(self, raw: bytes, envelope: Envelope, *, now: datetime) -> Proof:
        """Answer the proof as of now."""
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What thinking needs of the world outside."""

    authenticate: Authenticate
    read_return: Callable[[str], Returned | None] = lambda _path: None
    """Which mail of ours a forward-path names, where it is a return address of the outbox (R8a)."""
    read_tags: Callable[[str], tuple[int, ...]] = lambda _text: ()
    """Which records the reference tags of a text name (R20)."""


def authenticate(inbound: Inbound, message: ParsedMessage, tools: Tools) -> Proof:
    """Answer the proof kept from the door; an upload's signatures are checked now (RULES R14a)."""
    if inbound.proof is not None:
        return inbound.proof
    from_address = message.from_[0].address if len(message.from_) == 1 else ""
    if inbound.origin == "upload":
        checked = tools.authenticate(as_sent(inbound.raw), inbound.envelope, now=inbound.received_at)
        return signatures_alone(checked, from_address)
    return not_evaluated(from_address, UPLOADED)


def signatures_alone(proof: Proof, from_address: str) -> Proof:
    """Take of a fresh check what a file can still prove: its DKIM signatures, not where it came from."""
    if proof.verdict is Verdict.PROVED and any(one.counts for one in proof.dkim):
        return proof
    unproved = not_evaluated(proof.from_address or from_address, UPLOADED)
    return replace(unproved, dkim=proof.dkim, dmarc=proof.dmarc, records=proof.records)


def check_again(inbound: Inbound, tools: Tools, now: datetime) -> Proof:
    """Ask DNS anew about a mail that is kept (RULES R52, `--reauthenticate`).

    Signing in cannot be asked about again, and a forwarder's word counts only where the door took it. What was
    taken without proof stays weak as long as its domain publishes nothing.
    """
    kept = inbound.proof
    if kept is not None and kept.method is Method.SUBMISSION:
        return kept
    if inbound.origin in RECEIVED:
        checked = tools.authenticate(inbound.raw, inbound.envelope, now=now)
        checked = checked if kept is not None and kept.method is Method.ARC else without_chain(checked)
        taken_so = kept is not None and kept.verdict is Verdict.WEAK and can_be_weak(checked)
        return weakened(checked) if taken_so else checked
    checked = tools.authenticate(as_sent(inbound.raw), inbound.envelope, now=now)
    return signatures_alone(checked, checked.from_address)


def as_sent(raw: bytes) -> bytes:
    """Answer a file with the line ends that it had when it was signed (RFC 6376 §3.4: lines end with CRLF)."""
    return raw if b"\r" in raw else raw.replace(b"\n", b"\r\n")


def steps_of(inbound: Inbound, proof: Proof) -> tuple[Step, ...]:
    """Say what the proof is, and that the mail is old where it came from a stranger."""
    said = Step(
        step="authenticate",
        outcome=str(proof.verdict),
        rule=RULES[proof.verdict],
        args={"from": proof.from_address, "verdict": str(proof.verdict)},
    )
    if not is_old(inbound, proof):
        return (said,)
    args = {"days": proof.days_old}
    return (said, Step(step="authenticate", outcome="old", rule=Rule.WRITTEN_LONG_AGO, args=args))


def is_old(inbound: Inbound, proof: Proof) -> bool:
    """Tell whether a mail that was sent to us is older than mail is on its way (SECURITY 4.10); files may be."""
    return proof.days_old > 0 and inbound.origin in RECEIVED
