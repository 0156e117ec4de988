"""The base subject (RFC 5256 §2.1) and prefixes of other languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.subject import base_subject, is_forward, is_reply, without_prefix

BASES = [
    ("Offer", "Offer"),
    ("Re: Offer", "Offer"),
    ("RE: re[2]: Offer (fwd)", "Offer"),
    ("[sales] Re: [sales] Offer", "Offer"),
    ("[sales] [x]", "[x]"),
    ("[sales]", "[sales]"),
    ("[Fwd: [sales] Re: Offer]", "Offer"),
    ("Fwd: [Fwd: Offer (fwd)]", "Offer"),
    ("AW: WG: Offer", "Offer"),
    ("Antw: Offer", "Offer"),
    ("SV: VS: Offer", "Offer"),
    ("TR : RE : Offer", "Offer"),
    ("RV: Offer", "Offer"),
    ("R: I: Offer", "Offer"),
    ("Odp: PD: Offer", "Offer"),
    ("Ynt: İLT: Offer", "Offer"),
    ("回复：转发：Offer", "Offer"),
    ("答复: Offer", "Offer"),
    ("Re(3): Offer", "Offer"),
    ("Re^2: Offer", "Offer"),
    ("  lots \t of   space ", "lots of space"),
    ("Reply: Offer", "Reply: Offer"),
    ("Regarding: Offer", "Regarding: Offer"),
    ("Re:", ""),
    ("", ""),
]


@pytest.mark.parametrize(("subject", "expected"), BASES, ids=[subject for subject, _ in BASES])
def test_base_subject(subject: str, expected: str) -> None:
    assert base_subject(subject) == expected


@given(st.text(max_size=200))
def test_base_of_base_is_base(subject: str) -> None:
    base = base_subject(subject)
    assert base_subject(base) == base


def test_reply_and_forward_are_told_apart() -> None:
    assert is_reply("AW: Offer")
    assert not is_forward("AW: Offer")
    assert is_forward("WG: Offer")
    assert is_forward("[Fwd: Offer]")
    assert not is_reply("WG: Offer")
    assert not is_reply("VS: Offer")
    assert not is_forward("VS: Offer")


def test_one_prefix_goes() -> None:
    assert without_prefix("Fwd: Re: Offer") == "Re: Offer"
    assert without_prefix("Offer") == "Offer"
