"""Authenticated submission (RFC 6409): the author proved himself by signing in (SECURITY 4.3)."""

from __future__ import annotations

from mail.envelope import Envelope
from mailauth.results import Method, Proof, Verdict
from mailauth.said import BY_SUBMISSION


def submitted(envelope: Envelope, from_address: str) -> Proof:
    """Answer the proof of mail whose author signed in; its caller knows that From is a confirmed address of his.

    Raises ValueError for an envelope for which nobody signed in, or that came without TLS.
    """
    if envelope.submitted_by is None or not envelope.tls:
        raise ValueError("submission is by a user who signed in over TLS")
    sentence = BY_SUBMISSION.format(address=from_address)
    return Proof.unchecked(Verdict.PROVED, from_address, sentence, Method.SUBMISSION)
