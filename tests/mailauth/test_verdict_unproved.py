"""Who is not proved, and whose domain gives no means to prove anything."""

from __future__ import annotations

import pytest

from mailauth.results import Verdict
from mailauth.verdict import given_up
from tests.kit.judging import EVIL, PLAIN, SELLER, SIGNED, ZONE, judge
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import PEER, Signer, ed25519_key


class TestUnproved:
    """Everything that is data, not evidence (SECURITY 5, P1-P11)."""

    def test_unsigned_from_somewhere_else(self) -> None:
        proof = judge(PLAIN)
        assert (proof.verdict, proof.dmarc.result, proof.publishes_nothing) == (Verdict.UNPROVED, "fail", False)
        assert proof.sentence.startswith("Not proved that this is from seller.example: it carries no DKIM signature;")
        assert "asks to reject such mail" in proof.sentence

    def test_a_stranger_s_good_signature_and_spf(self) -> None:
        proof = judge(EVIL.sign(PLAIN))
        assert (proof.dkim[0].result, proof.dkim[0].aligned, proof.dkim[0].counts) == ("pass", False, False)
        assert (proof.verdict, proof.dmarc.result) == (Verdict.UNPROVED, "fail")

    def test_a_display_name_proves_nothing(self) -> None:
        raw = EVIL.sign(a_message(from_='"rita@seller.example" <x@evil.example>'))
        proof = judge(raw)
        assert (proof.verdict, proof.from_address) == (Verdict.PROVED, "x@evil.example")

    def test_headers_of_others_prove_nothing(self) -> None:
        forged = (
            b"Authentication-Results: mx.seller.example; dkim=pass header.d=seller.example; spf=pass; dmarc=pass\r\n"
            b"Received-SPF: pass\r\nARC-Seal: i=1; a=rsa-sha256; cv=none; d=seller.example; s=s1; b=AAAA\r\n"
            b"Sender: rita@seller.example\r\nReply-To: rita@seller.example\r\nResent-From: rita@seller.example\r\n"
        )
        assert judge(forged + PLAIN).verdict is Verdict.UNPROVED
        assert judge(forged + a_message(from_="x@other.example")).from_address == "x@other.example"

    def test_a_null_sender_with_a_good_helo(self) -> None:
        proof = judge(PLAIN, peer=PEER, sender="", helo="seller.example")
        assert (proof.spf.result, proof.spf.counts, proof.verdict) == ("pass", False, Verdict.UNPROVED)

    def test_a_pass_that_half_the_world_gets(self) -> None:
        zone = ZONE.replace(f"seller.example TXT v=spf1 ip4:{PEER} -all", "seller.example TXT v=spf1 +all")
        proof = judge(PLAIN, zone, sender="x@seller.example")
        assert (proof.spf.result, proof.spf.counts, proof.verdict) == ("pass", False, Verdict.UNPROVED)

    @pytest.mark.parametrize("tags", [{"l": "10"}, {"x": "1"}, {"a": "rsa-sha1"}, {"i": "@evil.example"}])
    def test_a_signature_that_proves_nothing(self, tags: dict[str, str]) -> None:
        assert judge(SELLER.sign(PLAIN, **tags)).verdict is Verdict.UNPROVED

    def test_five_hundred_signatures(self) -> None:
        short = Signer("seller.example", selector="ed", key=ed25519_key()).sign(PLAIN)
        forged = short.partition(b"\r\nFrom")[0].replace(b"bh=", b"bh=AA") + b"\r\n"
        zone = ZoneResolver(ZONE)
        proof = judge(forged * 500 + PLAIN, zone)
        assert proof.verdict is Verdict.UNPROVED
        assert len(proof.dkim) == 10
        assert len(zone.queries) < 20

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"From: Rita Rep <rita@seller.example>", b"From: <rita@seller.example>, <x@evil.example>"),
            (b"From: Rita Rep <rita@seller.example>", b"From: x@evil.example <rita@seller.example>"),
            (b"From:", b"From :"),
            (b"From: Rita", b"X: y\rFrom: Rita"),
            (b"From:", b"X-From:"),
            (b"Subject:", b"From: x@evil.example\r\nSubject:"),
            (b"Subject:", b"Subject: on top\r\nSubject:"),
            (b"Hello", b"Hel\nlo"),
        ],
    )
    def test_what_the_gate_refuses_is_not_judged_and_asks_nothing(self, old: bytes, new: bytes) -> None:
        zone = ZoneResolver(ZONE)
        proof = judge(SIGNED.replace(old, new, 1), zone)
        assert (proof.verdict, proof.from_address, proof.publishes_nothing) == (Verdict.UNPROVED, "", False)
        assert proof.sentence.startswith("Not judged: ")
        assert zone.queries == []


class TestPublishesNothing:
    """SECURITY 4.8: then the company's policy decides, not the door."""

    def test_a_domain_with_nothing(self) -> None:
        proof = judge(PLAIN, "")
        assert (proof.verdict, proof.publishes_nothing, proof.dmarc.result) == (Verdict.UNPROVED, True, "none")
        assert "publishes no SPF, DKIM or DMARC" in proof.sentence

    @pytest.mark.parametrize(
        ("zone", "nothing"),
        [
            ("_dmarc.seller.example TXT v=DMARC1; p=none", True),
            ("_dmarc.seller.example TXT v=DMARC1; p=reject; t=y", True),
            ("_dmarc.seller.example TXT v=DMARC1; p=quarantine", False),
            ("_dmarc.example TXT v=DMARC1; p=reject; psd=y", False),
            ("seller.example TXT v=spf1 -all", False),
            ("seller.example TXT V=SPF1", False),
            ("seller.example TXT v=spf10 nothing of the kind", True),
            ("other.example TXT v=spf1 -all", True),
        ],
    )
    def test_each_of_the_three(self, zone: str, nothing: bool) -> None:
        assert judge(PLAIN, zone).publishes_nothing is nothing

    def test_a_signature_of_the_domain_is_something_even_broken(self) -> None:
        assert not judge(SIGNED, "").publishes_nothing
        assert not judge(Signer("mail.seller.example").sign(PLAIN), "").publishes_nothing
        assert judge(EVIL.sign(PLAIN), "").publishes_nothing

    def test_after_hours_of_trouble(self) -> None:
        deferred = judge(SIGNED, ZoneResolver().add(SELLER.name, "TXT", FAILS))
        proof = given_up(deferred)
        assert (proof.verdict, proof.publishes_nothing) == (Verdict.UNPROVED, True)
        assert proof.dkim == deferred.dkim
