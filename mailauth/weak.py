"""Weak: what a company takes without proof from a domain that publishes nothing (SECURITY 4.8)."""

from __future__ import annotations

from dataclasses import replace

from mail.address import domain_of
from mailauth.results import Proof, Verdict
from mailauth.said import WEAK


def can_be_weak(proof: Proof) -> bool:
    """Tell whether nothing proves the mail and its domain publishes nothing that could."""
    return proof.verdict is Verdict.UNPROVED and proof.publishes_nothing


def weakened(proof: Proof) -> Proof:
    """Answer the proof of a mail that is taken with a mark; raise ValueError where the domain publishes something."""
    if not can_be_weak(proof):
        raise ValueError("only what cannot be proved is weak")
    domain = domain_of(proof.from_address)
    sentence = WEAK.format(domain=domain)
    return replace(proof, verdict=Verdict.WEAK, sentence=sentence)
