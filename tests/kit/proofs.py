"""Proofs as the door would have found them, without DNS and without cryptography."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mail.envelope import Envelope
from mail.parse import parse
from mailauth.results import ArcResult, DkimResult, DmarcResult, Proof, SpfResult, Verdict

SIGNED: Final = ("from", "to", "cc", "subject", "date", "message-id")


def a_proof(
    from_address: str, verdict: Verdict = Verdict.PROVED, *, signed: Sequence[str] = SIGNED, publishes: bool = True
) -> Proof:
    """Answer what the door would have found: one aligned signature over these fields where it is proved."""
    domain = from_address.rpartition("@")[2]
    signature = DkimResult(
        result="pass",
        domain=domain,
        selector="s1",
        algorithm="rsa-sha256",
        aligned=True,
        counts=True,
        reason="",
        signed_fields=tuple(signed),
    )
    return Proof(
        verdict=verdict,
        from_address=from_address,
        spf=SpfResult(result="none", domain=domain, counts=False, reason=""),
        dkim=(signature,) if verdict is Verdict.PROVED else (),
        dmarc=DmarcResult(result="pass" if verdict is Verdict.PROVED else "none", policy="none", domain=domain),
        arc=ArcResult(),
        sentence="",
        publishes_nothing=not publishes,
    )


@dataclass(frozen=True, slots=True)
class Signatures:
    """Authenticates without DNS: the From domains named here sign everything, `only_crlf` as it was sent."""

    domains: frozenset[str] = frozenset()
    only_crlf: bool = False

    def __call__(self, raw: bytes, envelope: Envelope, *, now: datetime) -> Proof:
        message = parse(raw)
        address = message.from_[0].address if message.from_ else ""
        signs = address.rpartition("@")[2] in self.domains and (b"\r\n" in raw or not self.only_crlf)
        return a_proof(address, Verdict.PROVED if signs else Verdict.UNPROVED)
