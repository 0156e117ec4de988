"""After the dot: loop, shape, and what the proof is worth here (RULES R7, R8, R8a, R9; SECURITY 4.11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from accounts.asks import ANYBODY, Asks
from mail.shape import HEADER_LIMIT, ShapeFault
from mailauth.results import Proof, Verdict
from smtpd import replies
from smtpd.framing import Fault
from smtpd.reply import Reply

MOST_HOPS: Final = 30
TROUBLE_LIMIT: Final = timedelta(hours=4)
SIGNATURES_TRIED: Final = 10
ENFORCING: Final = ("quarantine", "reject")
_TRACE_ID: Final = re.compile(rb"\bid[ \t\r\n]+([a-z2-7]{26})\b")
_FAULTS: Final = {
    Fault.BARE_LINE_END: replies.BARE_LINE_END,
    Fault.TOO_LONG: replies.LINE_TOO_LONG,
    Fault.CROWDED: replies.TOO_MUCH_AT_ONCE,
    Fault.TOO_BIG: replies.TOO_BIG,
    Fault.ENDLESS: replies.TOO_MUCH_DATA,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFacts:
    """What the company decided, what its addresses ask, and what it knows of From; `explain` assumes them.

    `confirms_forwarding`: a proved forwarding service asks for a confirmation (RULES R18).
    """

    unprovable_senders: str = "hold"
    unapproved_senders: str = "hold"
    asks: frozenset[Asks] = ANYBODY
    approved: bool = False
    confirms_forwarding: bool = False


def check_framing(fault: Fault | None) -> Reply | None:
    """Refuse what the framing found while reading."""
    return None if fault is None else _FAULTS[fault]


def check_loop(raw: bytes, is_our_id: Callable[[str], bool]) -> Reply | None:
    """Refuse a mail that was passed on too often, or that we have stored before and sent on (SECURITY S17).

    RFC 5321 §6.3. `is_our_id` tells our sealed ids from others'.
    """
    head = b"\n" + header_of(raw).lower()
    hops = head.count(b"\nreceived:")
    if hops > MOST_HOPS:
        return replies.LOOP
    traces = (found[1].decode("ascii") for found in _TRACE_ID.finditer(head)) if hops else ()
    return replies.LOOP if any(is_our_id(trace) for trace in traces) else None


def header_of(raw: bytes) -> bytes:
    """Answer the header; of one without an end no more than may be one."""
    end = raw.find(b"\r\n\r\n", 0, HEADER_LIMIT + 4)
    return raw[: end if end >= 0 else HEADER_LIMIT]


def check_shape(fault: ShapeFault | None) -> Reply | None:
    """Refuse what programs would read differently (SECURITY 4.1)."""
    if fault is None:
        return None
    return replies.BAD_FROM if fault.kind == "from" else replies.BAD_CONTENT


def is_given_up(failing_for: timedelta) -> bool:
    """Tell whether a domain whose look-ups fail for so long counts as one that publishes nothing (R8)."""
    return failing_for > TROUBLE_LIMIT


def decide(proof: Proof, facts: DoorFacts) -> Reply | None:
    """Refuse or defer, or answer None to keep; the strictest of what the addresses ask (R3)."""
    if proof.verdict is Verdict.DEFERRED:
        return replies.CANNOT_TELL_YET
    answers = (_ANSWERS[one](proof, facts) for one in Asks if one in facts.asks)
    return next((reply for reply in answers if reply is not None), None)


def _ask_for_approved(proof: Proof, facts: DoorFacts) -> Reply | None:
    """R9: universal and record addresses, personal ones of mail from inside."""
    if (refusal := _refuse_doubtful(proof, facts)) is not None:
        return refusal
    # Only of proved mail: else a forged From would tell who is approved (DESIGN 6).
    if proof.verdict is Verdict.PROVED and facts.unapproved_senders == "refuse" and not facts.approved:
        return replies.NOT_APPROVED
    return None


def _ask_for_insider(proof: Proof, facts: DoorFacts) -> Reply | None:
    """R8a: an outsider at the personal address of somebody whose mailbox does not forward here."""
    if proof.verdict is Verdict.PROVED and facts.confirms_forwarding:
        return None
    return _refuse_doubtful(proof, facts) or replies.OUTSIDER


def _ask_nothing(_proof: Proof, _facts: DoorFacts) -> Reply | None:
    """R8a, R56: it is filed or held; a refusal would bounce to the customer."""
    return None


def _refuse_doubtful(proof: Proof, facts: DoorFacts) -> Reply | None:
    if proof.verdict is not Verdict.UNPROVED:
        return None
    if not proof.publishes_nothing:
        return refuse_unproved(proof)
    return replies.UNPROVABLE if facts.unprovable_senders == "refuse" else None


_ANSWERS: Final[Mapping[Asks, Callable[[Proof, DoorFacts], Reply | None]]] = {
    Asks.APPROVED: _ask_for_approved,
    Asks.INSIDE: _ask_for_insider,
    Asks.FORWARDED: _ask_nothing,
    Asks.GATEWAY: _ask_nothing,
}


def refuse_unproved(proof: Proof) -> Reply:
    """Say which check failed (RFC 7372), so that an honest sender's admin can mend it."""
    if any(one.aligned and one.result == "policy" for one in proof.dkim):
        return replies.NO_AUTHOR_SIGNATURE
    if len(proof.dkim) >= SIGNATURES_TRIED:
        return replies.NO_PASSING_SIGNATURE
    if proof.dmarc.result == "fail" and proof.dmarc.policy in ENFORCING:
        return replies.FAILED_CHECKS
    spf_failed = proof.spf.result in ("fail", "softfail")
    if spf_failed and proof.dkim:
        return replies.FAILED_CHECKS
    if spf_failed:
        return replies.SPF_FAILED
    passes = any(one.result == "pass" for one in proof.dkim)
    return replies.NO_AUTHOR_SIGNATURE if passes else replies.NO_PASSING_SIGNATURE
