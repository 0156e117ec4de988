"""Examine one mail: its shape and who proves to have sent it. Waits for DNS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mail.envelope import Envelope
from mail.shape import ShapeFault, check_shape
from mailauth.arriving import BodyHashes, header_part
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


def examine(
    raw: bytes,
    envelope: Envelope,
    resolver: Resolver,
    now: datetime,
    trust: Trust = NOBODY,
    body_hashes: BodyHashes | None = None,
) -> Examined:
    """Answer what the bytes and the DNS say; never raises on any bytes.

    A body that was hashed while it arrived is not looked at again: of its octets the framing has taken only
    those that the shape gate would take, so a mail of 25 MB costs as much as its header.
    """
    judged = raw if body_hashes is None else header_part(raw)
    proof = authenticate(
        judged,
        envelope,
        resolver,
        now=now,
        trust=trust,
        deadline_seconds=DEADLINE_SECONDS,
        body_hashes=body_hashes,
    )
    # The proof itself went through the gate; which fault it was is asked only where one was found.
    return Examined(None if proof.from_address else check_shape(judged), proof)
