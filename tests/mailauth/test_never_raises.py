"""Whatever the bytes, the records or the envelope: an answer, and never `proved` by luck."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mail.envelope import Envelope
from mailauth.results import Verdict
from mailauth.trust import Trust
from mailauth.verdict import authenticate
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.sealing import Sealer
from tests.kit.signing import PEER, Signer, sender_zone

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SELLER = Signer("seller.example")
SIGNED = SELLER.sign(a_message())
ZONE = sender_zone("seller.example", SELLER)
NOBODY = Envelope(
    reverse_path="x@y.example", forward_paths=(), helo="h", peer="203.0.113.1", tls=False, received_at=NOW
)
HEAD_END = SIGNED.index(b"\r\n\r\n")


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes(raw: bytes) -> None:
    assert authenticate(raw, NOBODY, ZoneResolver(ZONE), now=NOW).verdict is Verdict.UNPROVED


@given(st.integers(0, len(SIGNED) - 1), st.binary(min_size=1, max_size=4), st.integers(0, 4))
@settings(max_examples=300, deadline=None)
def test_mutated_mail(position: int, inserted: bytes, removed: int) -> None:
    raw = SIGNED[:position] + inserted + SIGNED[position + removed :]
    proof = authenticate(raw, NOBODY, ZoneResolver(ZONE), now=NOW)
    if proof.verdict is Verdict.PROVED:
        assert proof.from_address == "rita@seller.example"
        assert any(one.counts for one in proof.dkim)


TAG = st.sampled_from(
    ["v=1", "a=rsa-sha256", "d=seller.example", "s=s1", "h=from", "c=relaxed/relaxed", "bh=AAAA", "b=AAAA"]
)
ODD = st.text(max_size=30).map(lambda text: text.replace("\r", "").replace("\n", "").replace("\0", ""))


@given(st.lists(TAG | ODD, max_size=12).map("; ".join))
@settings(deadline=None)
def test_odd_signatures(value: str) -> None:
    raw = b"DKIM-Signature: " + value.encode("utf-8", "replace") + b"\r\n" + a_message()
    assert authenticate(raw, NOBODY, ZoneResolver(ZONE), now=NOW).verdict is not Verdict.PROVED


@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(max_size=120))
@settings(max_examples=200, deadline=None)
def test_odd_records(key: bytes, spf: bytes, dmarc: bytes) -> None:
    zone = ZoneResolver()
    for name, start, tail in (
        (SELLER.name, b"v=DKIM1; p=", key),
        ("seller.example", b"v=spf1 ", spf),
        ("_dmarc.seller.example", b"v=DMARC1; ", dmarc),
    ):
        zone.add(name, "TXT", (start + tail).decode("utf-8", "surrogateescape"))
    envelope = Envelope(
        reverse_path="a@seller.example", forward_paths=(), helo="h.example", peer=PEER, tls=True, received_at=NOW
    )
    authenticate(SIGNED, envelope, zone, now=NOW)


SPF_TERM = st.sampled_from(
    ["all", "-all", "a", "mx", "ptr", "ip4:1.2.3.4/8", "ip6:::/0", "include:seller.example", "redirect=seller.example",
     "exists:%{ir}.%{v}.%{l1r-}.%{d2}", "exp=%{p}", "a:%{h}", "a//64", "mx:%{o}/33", "unknown=%{s}", "+", "?", "%"]
)  # fmt: skip


@given(st.lists(SPF_TERM, max_size=8).map(" ".join), st.text(max_size=20), st.text(max_size=20))
@settings(deadline=None)
def test_odd_envelopes(terms: str, local_part: str, helo: str) -> None:
    zone = ZoneResolver(f"seller.example TXT v=spf1 {terms}\nseller.example A 192.0.2.1\nseller.example MX 1 m.example")
    for sender in (f"{local_part}@seller.example", local_part, ""):
        for peer in (PEER, "2001:db8::1", "fe80::1%eth0", helo):
            envelope = Envelope(reverse_path=sender, forward_paths=(), helo=helo, peer=peer, tls=False, received_at=NOW)
            authenticate(a_message(), envelope, zone, now=NOW)


CHAIN = Sealer().seal(a_message(), "mx.forwarder.example; dmarc=pass header.from=seller.example")
CHAIN_ZONE = ZONE + Sealer().signer.line()
FORWARDER = Trust(frozenset({"forwarder.example"}))
SEALS_END = CHAIN.index(b"From:")
CHANGED_ANYWHERE = st.integers(0, SEALS_END - 1)


@given(CHANGED_ANYWHERE, st.binary(min_size=1, max_size=4), st.integers(0, 4))
@settings(max_examples=300, deadline=None)
def test_mutated_chains(position: int, inserted: bytes, removed: int) -> None:
    raw = CHAIN[:position] + inserted + CHAIN[position + removed :]
    proof = authenticate(raw, NOBODY, ZoneResolver(CHAIN_ZONE), now=NOW, trust=FORWARDER)
    if proof.verdict is Verdict.PROVED:
        # white space and the case of a field name are not covered by a seal
        assert (proof.from_address, proof.arc.result) == ("rita@seller.example", "pass")


ARC_TAG = st.sampled_from(
    ["i=1", "i=2", "cv=none", "cv=pass", "a=rsa-sha256", "d=forwarder.example", "s=arc", "h=from", "bh=AAAA", "b=AAAA"]
)
ARC_FIELD = st.sampled_from(["ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"])
ARC_LINE = st.tuples(ARC_FIELD, st.lists(ARC_TAG | ODD, max_size=10).map("; ".join)).map(": ".join)


@given(st.lists(ARC_LINE, max_size=6))
@settings(deadline=None)
def test_odd_chains(lines: list[str]) -> None:
    raw = "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace") + a_message()
    proof = authenticate(raw, NOBODY, ZoneResolver(CHAIN_ZONE), now=NOW, trust=FORWARDER)
    assert proof.verdict is not Verdict.PROVED


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_odd_results_of_the_server_in_front(value: bytes) -> None:
    relayed = replace(NOBODY, peer="", relay="192.0.2.99", authserv_id="mx")
    raw = b"Authentication-Results: mx; " + value + b"\r\nReceived: from x by mx\r\n" + a_message()
    assert authenticate(raw, relayed, ZoneResolver(ZONE), now=NOW).verdict is not Verdict.PROVED
