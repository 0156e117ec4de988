"""Examine one mail: its shape and who proves to have sent it. Blocking; in a thread or in a process of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mail.envelope import Envelope
from mail.shape import ShapeFault, check_shape
from mailauth.results import Proof
from mailauth.trust import NOBODY, Trust
from mailauth.verdict import authenticate
from net.resolver import Resolver

DEADLINE_SECONDS: Final = 20
"""R8: the whole verdict."""


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found; of a mail with a fault the proof says nothing."""

    fault: ShapeFault | None
    proof: Proof


def examine(raw: bytes, envelope: Envelope, resolver: Resolver, now: datetime, trust: Trust = NOBODY) -> Examined:
    """Answer what the bytes and the DNS say; never raises on any bytes."""
    proof = authenticate(raw, envelope, resolver, now=now, trust=trust, deadline_seconds=DEADLINE_SECONDS)
    # The proof itself went through the gate; which fault it was is asked only where one was found.
    return Examined(None if proof.from_address else check_shape(raw), proof)
