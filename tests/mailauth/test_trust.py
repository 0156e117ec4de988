"""Forwarders whom the operator named: when their word proves the author, and when it does not (SECURITY 4.7)."""

from __future__ import annotations

import pytest

from config.settings import Settings
from mailauth.results import Method, Proof, Verdict
from mailauth.trust import NOBODY, trust_of
from mailauth.verdict import given_up, without_chain
from tests.kit.judging import EVIL, PLAIN, SELLER, SIGNED, ZONE, broken, judge
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.sealing import Sealer, a_signer
from tests.kit.signing import PEER

SEEN = "mx.forwarder.example; dkim=pass header.d=seller.example; dmarc=pass (p=reject) header.from=seller.example"
SECOND_SEEN = "mx.list.example; arc=pass; dmarc=fail header.from=seller.example"
FIRST = Sealer()
SECOND = Sealer(a_signer("list.example", serial=8))
ALL = ZONE + FIRST.signer.line() + SECOND.signer.line()
ONE = FIRST.seal(PLAIN, SEEN)
TWO = SECOND.seal(ONE, SECOND_SEEN)
BOTH = ("forwarder.example", "list.example")


def forwarded(raw: bytes = ONE, *sealers: str, zone: str | ZoneResolver = ALL) -> Proof:
    return judge(raw, zone, sealers=sealers or ("forwarder.example",))


class TestProved:
    """The whole chain is of named sealers, and the first saw a DMARC pass for exactly this domain."""

    def test_by_one_forwarder(self) -> None:
        proof = forwarded()
        assert (proof.verdict, proof.method) == (Verdict.PROVED, Method.ARC)
        assert (proof.dmarc.result, proof.arc.result, proof.arc.sealers) == ("fail", "pass", ("forwarder.example",))
        assert proof.sentence == (
            "Proved: forwarder.example forwarded it and vouches that seller.example was the sender (ARC)."
        )
        assert "cc" not in proof.arc.signed_fields
        assert "subject" in proof.arc.signed_fields

    def test_by_two_who_are_both_named(self) -> None:
        assert forwarded(TWO, *BOTH).verdict is Verdict.PROVED
        assert "sealed by forwarder.example, list.example" in forwarded(TWO, *BOTH).sentence

    def test_after_a_list_changed_the_mail(self) -> None:
        changed = SECOND.seal(FIRST.seal(SIGNED, SEEN).replace(b"Hello", b"[list] Hello"), SECOND_SEEN)
        proof = forwarded(changed, *BOTH)
        assert (proof.verdict, proof.dkim[0].result) == (Verdict.PROVED, "fail")

    def test_ten_sets(self) -> None:
        raw = ONE
        for _ in range(9):
            raw = FIRST.seal(raw, SEEN)
        assert forwarded(raw).verdict is Verdict.PROVED
        eleven = FIRST.seal(raw, SEEN)
        assert (forwarded(eleven).verdict, forwarded(eleven).arc.result) == (Verdict.UNPROVED, "pass")

    def test_for_an_international_domain(self) -> None:
        raw = a_message(from_="j@xn--bcher-kva.example")
        seen = "mx.forwarder.example; dmarc=pass header.from=bücher.example"
        assert forwarded(FIRST.seal(raw, seen)).verdict is Verdict.PROVED

    def test_our_own_pass_needs_no_forwarder(self) -> None:
        proof = forwarded(FIRST.seal(SIGNED, SEEN))
        assert (proof.method, proof.otherwise, proof.arc.result) == (Method.DKIM, None, "pass")
        assert without_chain(proof) is proof


UNBELIEVED = {
    "a sealer that nobody named": (ONE, ("other.example",)),
    "its parent was named": (ONE, ("example",)),
    "a sub-domain was named": (ONE, ("mx.forwarder.example",)),
    "one of two is unknown": (TWO, ("forwarder.example",)),
    "the other of two is unknown": (TWO, ("list.example",)),
    "the message signature is a stranger's": (
        Sealer(FIRST.signer, message_signer=SECOND.signer).seal(PLAIN, SEEN),
        ("forwarder.example",),
    ),
    "the body was changed": (ONE.replace(b"Hello", b"Hallo"), ("forwarder.example",)),
    "the seal is forged": (ONE.replace(b"cv=none;", b"cv=none; w=1;"), ("forwarder.example",)),
    "From was changed, and sealed again by a stranger": (
        EVIL.sign(ONE.replace(b"rita@seller", b"boss@seller")),
        ("forwarder.example",),
    ),
}


@pytest.mark.parametrize(("raw", "sealers"), UNBELIEVED.values(), ids=UNBELIEVED)
def test_who_is_not_believed(raw: bytes, sealers: tuple[str, ...]) -> None:
    proof = forwarded(raw, *sealers)
    assert (proof.verdict, proof.method, proof.otherwise) == (Verdict.UNPROVED, Method.NOTHING, None)


@pytest.mark.parametrize(
    "seen",
    [
        "mx.forwarder.example; none",
        "mx.forwarder.example; dkim=pass header.d=seller.example; spf=pass smtp.mailfrom=seller.example",
        "mx.forwarder.example; dmarc=fail header.from=seller.example",
        "mx.forwarder.example; dmarc=bestguesspass header.from=seller.example",
        "mx.forwarder.example; dmarc=pass header.from=other.example",
        "mx.forwarder.example; dmarc=pass header.from=mail.seller.example",
        "mx.forwarder.example; dmarc=pass header.from=example",
        "mx.forwarder.example; dmarc=pass header.from=rita@seller.example",
        "mx.forwarder.example; dmarc=pass header.from=seller.example header.from=other.example",
        "mx.forwarder.example; dmarc=pass header.from=seller.example; dmarc=fail header.from=other.example",
        "mx.forwarder.example; dmarc=pass (header.from=seller.example)",
        'mx.forwarder.example; spf=fail reason="x; dmarc=pass header.from=seller.example"',
        "mx.forwarder.example; dmarc=pass header.from=seller.example;; x",
        "dmarc=pass header.from=seller.example",
    ],
)
def test_results_that_do_not_vouch(seen: str) -> None:
    proof = forwarded(FIRST.seal(PLAIN, seen))
    assert (proof.verdict, proof.arc.result) == (Verdict.UNPROVED, "pass")


def test_only_the_first_hop_speaks() -> None:
    """A later forwarder cannot have seen what the author's own server did."""
    raw = SECOND.seal(FIRST.seal(PLAIN, "mx.forwarder.example; dmarc=fail header.from=seller.example"), SEEN)
    assert forwarded(raw, *BOTH).verdict is Verdict.UNPROVED


def test_part_of_a_body_is_not_enough() -> None:
    assert forwarded(FIRST.seal(PLAIN, SEEN, signature_tags={"l": "5"})).verdict is Verdict.UNPROVED


def test_a_spoofed_author_behind_a_trusted_forwarder() -> None:
    """An attacker mails himself through the forwarder: it vouches for his own domain only."""
    spoofed = a_message(from_="rita@seller.example")
    seen = "mx.forwarder.example; spf=pass smtp.mailfrom=evil.example; dmarc=fail header.from=seller.example"
    assert forwarded(FIRST.seal(spoofed, seen)).verdict is Verdict.UNPROVED


class TestWithoutChain:
    """The door takes the word of a chain only where a forwarder was expected."""

    def test_a_policy_of_reject_stands(self) -> None:
        proof = without_chain(forwarded())
        assert (proof.verdict, proof.method, proof.otherwise) == (Verdict.UNPROVED, Method.NOTHING, None)
        assert "asks to reject such mail" in proof.sentence
        assert proof == judge(ONE, ALL)

    def test_a_domain_that_publishes_nothing(self) -> None:
        proof = forwarded(zone=FIRST.signer.line())
        assert (proof.verdict, proof.publishes_nothing) == (Verdict.PROVED, False)
        assert without_chain(proof).publishes_nothing

    def test_what_was_to_be_deferred(self) -> None:
        raw = FIRST.seal(SIGNED, SEEN)
        proof = forwarded(raw, zone=broken(SELLER.name, zone=ALL))
        assert (proof.verdict, without_chain(proof).verdict) == (Verdict.PROVED, Verdict.DEFERRED)


class TestDeferred:
    """Only a look-up whose answer could matter."""

    def test_the_key_of_a_trusted_sealer(self) -> None:
        proof = forwarded(zone=broken(FIRST.signer.name, zone=ALL))
        assert (proof.verdict, proof.method) == (Verdict.DEFERRED, Method.ARC)
        assert "forwarder.example" in proof.sentence
        assert without_chain(proof).verdict is Verdict.UNPROVED
        assert given_up(proof) == without_chain(proof)
        assert not given_up(proof).publishes_nothing

    def test_never_a_stranger_s(self) -> None:
        for sealers in ((), ("list.example",)):
            proof = judge(ONE, broken(FIRST.signer.name, zone=ALL), sealers=sealers)
            assert (proof.verdict, proof.arc.result) == (Verdict.UNPROVED, "fail")

    def test_not_where_the_results_vouch_for_nobody(self) -> None:
        raw = FIRST.seal(PLAIN, "mx.forwarder.example; dmarc=fail header.from=seller.example")
        assert forwarded(raw, zone=broken(FIRST.signer.name, zone=ALL)).verdict is Verdict.UNPROVED

    def test_not_where_a_pass_stands(self) -> None:
        raw = FIRST.seal(SIGNED, SEEN)
        assert forwarded(raw, zone=broken(FIRST.signer.name, zone=ALL)).method is Method.DKIM

    def test_both_given_up(self) -> None:
        zone = ZoneResolver(ALL).add(SELLER.name, "TXT", FAILS).add(FIRST.signer.name, "TXT", FAILS)
        proof = given_up(forwarded(FIRST.seal(SIGNED, SEEN), zone=zone))
        assert (proof.verdict, proof.publishes_nothing, proof.otherwise) == (Verdict.UNPROVED, True, None)


def test_the_questions_of_one_mail_stay_bounded() -> None:
    raw, lines = PLAIN, ""
    for number in range(50):
        signer = a_signer(f"f{number}.example", serial=8)
        lines += signer.line()
        raw = Sealer(signer).seal(raw, SEEN)
    zone = ZoneResolver(ZONE + lines)
    proof = judge(raw, zone, peer=PEER)
    assert (proof.verdict, proof.arc.result) == (Verdict.UNPROVED, "fail")
    assert len(zone.queries) <= 60


def test_settings_name_the_sealers() -> None:
    assert trust_of(Settings(trusted_sealers=("Google.com", "bücher.example"))).sealers == {
        "google.com",
        "xn--bcher-kva.example",
    }
    assert trust_of(Settings()) == NOBODY
