"""A verdict made again from what was kept with it: keys rotate, evidence stays (SECURITY 4.12)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mail.envelope import Envelope
from mailauth.results import Method, Proof, Verdict
from mailauth.trust import NOBODY, Trust
from mailauth.verdict import authenticate, given_up, without_chain
from net.budget import FAILED, LONGEST_EVIDENCE
from net.resolver import LookupFailed


class KeptResolver:
    """Answers like net.resolver.Resolver from `Proof.records` alone; what is not there, or was cut, fails for now."""

    def __init__(self, records: Sequence[tuple[str, Sequence[str]]]) -> None:
        self._records = {question: tuple(texts) for question, texts in records}

    def txt(self, name: str) -> tuple[bytes, ...]:
        """TXT records, the strings of each joined; octets that are no UTF-8 were replaced when they were kept."""
        return tuple(text.encode("utf-8", "replace") for text in self._find(name, "TXT"))

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        """A (family 4) or AAAA (family 6) records as text."""
        return self._find(name, "A" if family == 4 else "AAAA")

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        """MX records: (preference, exchange without trailing dot)."""
        pairs = (text.partition(" ") for text in self._find(name, "MX"))
        return tuple((int(preference), host) for preference, _, host in pairs)

    def ptr(self, address: str) -> tuple[str, ...]:
        """Names of an IP address, without trailing dot."""
        return self._find(address, "PTR")

    def exists(self, name: str) -> bool:
        """Whether the name existed at all."""
        return bool(self._find(name, "exists"))

    def _find(self, name: str, kind: str) -> tuple[str, ...]:
        question = f"{name.rstrip('.').lower()} {kind}"
        texts = self._records.get(question)
        if texts is None or texts == (FAILED,) or any(len(text) >= LONGEST_EVIDENCE for text in texts):
            raise LookupFailed(f"{question}: its answer was not kept")
        return texts


def rerun(raw: bytes, envelope: Envelope, proof: Proof, at: datetime, trust: Trust = NOBODY) -> Proof:
    """Judge a mail as it was judged at that moment, by the answers that DNS gave then; asks nobody.

    A forwarder's word counts where it did then, what was given up then is given up again, and who had signed in has.
    """
    if proof.method is Method.SUBMISSION:
        return proof
    again = authenticate(raw, envelope, KeptResolver(proof.records), now=at, trust=trust)
    if proof.method is not Method.ARC:
        again = without_chain(again)
    return given_up(again) if again.verdict is Verdict.DEFERRED and proof.verdict is Verdict.UNPROVED else again
