"""The whole verdict, as a table of stories: who is proved, who is not, and who must try again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mail.envelope import Envelope
from mailauth.results import Proof, Verdict
from mailauth.verdict import authenticate, given_up, not_evaluated
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import PEER, Signer, ed25519_key, rsa_key, sender_zone, signed_mail

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
SELLER = Signer("seller.example")
EVIL = Signer("evil.example", key=rsa_key(serial=1))
ZONE = sender_zone("seller.example", SELLER) + sender_zone("evil.example", EVIL, peer="203.0.113.66")
PLAIN = a_message()
SIGNED = SELLER.sign(PLAIN)


def judge(
    raw: bytes,
    zone: str | ZoneResolver = ZONE,
    *,
    peer: str = "203.0.113.66",
    sender: str | None = "x@evil.example",
    helo: str = "mx.evil.example",
    now: datetime = NOW,
    seconds: float = 20,
) -> Proof:
    resolver = ZoneResolver(zone) if isinstance(zone, str) else zone
    envelope = Envelope(reverse_path=sender, forward_paths=("b@bcc",), helo=helo, peer=peer, tls=True, received_at=now)
    return authenticate(raw, envelope, resolver, now=now, deadline_seconds=seconds)


class TestProved:
    """An aligned pass stands."""

    def test_by_a_signature_whatever_the_way(self) -> None:
        proof = judge(SIGNED)
        assert proof.verdict is Verdict.PROVED
        assert proof.from_address == "rita@seller.example"
        assert (proof.dkim[0].aligned, proof.dkim[0].counts) == (True, True)
        assert (proof.dmarc.result, proof.dmarc.policy, proof.dmarc.domain) == ("pass", "reject", "seller.example")
        assert (proof.spf.result, proof.spf.counts) == ("pass", False)
        assert proof.sentence == (
            "Proved: a DKIM signature of seller.example (selector s1) vouches for seller.example."
        )

    def test_by_spf_alone(self) -> None:
        proof = judge(PLAIN, peer=PEER, sender="bounce@seller.example")
        assert (proof.verdict, proof.spf.counts, proof.dmarc.result) == (Verdict.PROVED, True, "pass")
        assert "SPF" in proof.sentence

    def test_by_a_signature_of_the_same_organisation(self) -> None:
        mailer = Signer("mail.seller.example")
        assert judge(mailer.sign(PLAIN), ZONE + mailer.line()).verdict is Verdict.PROVED
        strict = ZONE.replace("p=reject", "p=reject; adkim=s")
        assert judge(mailer.sign(PLAIN), strict + mailer.line()).verdict is Verdict.UNPROVED
        assert judge(SIGNED, strict).verdict is Verdict.PROVED

    def test_by_any_one_of_several_signatures(self) -> None:
        assert judge(EVIL.sign(SIGNED)).verdict is Verdict.PROVED
        assert judge(b"DKIM-Signature: rubbish\r\n" + SIGNED).verdict is Verdict.PROVED

    def test_without_any_dmarc_record(self) -> None:
        zone = "\n".join(line for line in ZONE.splitlines() if "_dmarc" not in line)
        proof = judge(SIGNED, zone)
        assert (proof.verdict, proof.dmarc.result, proof.dmarc.policy) == (Verdict.PROVED, "none", "")

    def test_for_an_international_domain(self) -> None:
        signer = Signer("xn--bcher-kva.example")
        raw = signer.sign("From: <j@bücher.example>\r\nSubject: x\r\n\r\nHi.\r\n".encode(), fields=("from", "subject"))
        proof = judge(raw, sender_zone("xn--bcher-kva.example", signer))
        assert (proof.verdict, proof.from_address) == (Verdict.PROVED, "j@bücher.example")

    def test_by_ed25519(self) -> None:
        signer = Signer("seller.example", selector="ed", key=ed25519_key())
        assert judge(signer.sign(PLAIN), sender_zone("seller.example", signer)).verdict is Verdict.PROVED


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


def broken(*names: str, zone: str = ZONE) -> ZoneResolver:
    """The zone with names that fail for now."""
    resolver = ZoneResolver(zone)
    for name in names:
        resolver.add(name, "*", FAILS)
    return resolver


class TestDeferred:
    """RULES R8: only where another answer could change the outcome."""

    KEY, DMARC, SPF = SELLER.name, "_dmarc.seller.example", "seller.example"

    def test_the_key_of_an_aligned_signature(self) -> None:
        proof = judge(SIGNED, broken(self.KEY))
        assert (proof.verdict, proof.dkim[0].result) == (Verdict.DEFERRED, "temperror")
        assert f"({self.KEY} TXT)" in proof.sentence

    def test_not_the_key_of_a_stranger_s_signature(self) -> None:
        assert judge(EVIL.sign(PLAIN), broken(EVIL.name)).verdict is Verdict.UNPROVED

    def test_not_where_a_pass_stands_already(self) -> None:
        both = Signer("seller.example", selector="s2", key=ed25519_key()).sign(SIGNED)
        assert judge(both, broken("s2._domainkey.seller.example")).verdict is Verdict.PROVED
        assert judge(SIGNED, broken(self.SPF, self.DMARC, "evil.example")).verdict is Verdict.PROVED

    def test_not_where_the_body_is_changed_anyway(self) -> None:
        assert judge(SIGNED.replace(b"Hello", b"Hallo"), broken(self.KEY)).verdict is Verdict.UNPROVED

    def test_spf_of_an_aligned_envelope(self) -> None:
        proof = judge(PLAIN, broken(self.SPF), sender="x@seller.example")
        assert (proof.verdict, proof.spf.result) == (Verdict.DEFERRED, "temperror")

    def test_not_spf_of_a_stranger_or_of_nobody(self) -> None:
        assert judge(PLAIN, broken("evil.example")).verdict is Verdict.UNPROVED
        assert (
            judge(PLAIN, broken("mx.seller.example"), sender="", helo="mx.seller.example").verdict is Verdict.UNPROVED
        )

    def test_the_mode_of_alignment_where_it_matters(self) -> None:
        mailer = Signer("mail.seller.example")
        zone = ZONE + mailer.line()
        assert judge(mailer.sign(PLAIN), broken(self.DMARC, zone=zone)).verdict is Verdict.DEFERRED
        assert judge(SIGNED, broken(self.DMARC)).verdict is Verdict.PROVED

    def test_whether_the_domain_publishes_anything(self) -> None:
        assert judge(PLAIN, broken(self.SPF, zone="")).verdict is Verdict.DEFERRED
        assert judge(PLAIN, broken(self.DMARC, zone="")).verdict is Verdict.DEFERRED
        policy = "_dmarc.seller.example TXT v=DMARC1; p=reject"
        assert judge(PLAIN, broken(self.SPF, zone=policy)).verdict is Verdict.UNPROVED
        spf = "seller.example TXT v=spf1 -all"
        assert judge(PLAIN, broken(self.DMARC, zone=spf)).verdict is Verdict.UNPROVED

    def test_when_the_time_is_up(self) -> None:
        zone = ZoneResolver(ZONE)
        proof = judge(SIGNED, zone, seconds=0)
        assert proof.verdict is Verdict.DEFERRED
        assert zone.queries == []

    def test_the_dmarc_result_says_so(self) -> None:
        assert judge(SIGNED, broken(self.KEY)).dmarc.result == "temperror"
        assert judge(PLAIN, broken(self.DMARC)).dmarc.result == "temperror"


def test_the_questions_of_one_mail_are_bounded() -> None:
    hosts = "".join(
        f"evil{term}.example MX 10 h{host}.evil{term}.example\n" for term in range(10) for host in range(10)
    )
    record = "evil.example TXT v=spf1 " + " ".join(f"mx:evil{term}.example" for term in range(10)) + " -all\n"
    some = [Signer(f"{number}.a.b.c.d.e.f.seller.example", key=ed25519_key(number)) for number in range(10)]
    zone = ZoneResolver(record + hosts + "".join(signer.line() for signer in some))
    raw = PLAIN
    for signer in some:
        raw = signer.sign(raw)
    judge(raw, zone)
    assert len(zone.queries) <= 60


def test_the_evidence_is_kept() -> None:
    records = dict(judge(SIGNED, peer=PEER, sender="x@seller.example").records)
    assert records["seller.example TXT"] == (f"v=spf1 ip4:{PEER} -all",)
    assert records[f"{SELLER.name} TXT"] == (SELLER.record,)
    assert records["_dmarc.seller.example TXT"] == ("v=DMARC1; p=reject",)


def test_the_verdict_is_the_same_for_the_same_answers() -> None:
    assert judge(SIGNED) == judge(SIGNED)


def test_mail_that_nobody_handed_us_is_not_evaluated() -> None:
    proof = not_evaluated("rita@seller.example", "Imported from the Sent mailbox.")
    assert (proof.verdict, proof.from_address) == (Verdict.NOT_EVALUATED, "rita@seller.example")
    assert proof.sentence == "Imported from the Sent mailbox."


def proofs() -> Iterator[Proof]:
    yield judge(SIGNED)
    yield judge(PLAIN)
    yield judge(PLAIN, "")
    yield judge(b"")
    yield judge(SIGNED, broken(SELLER.name))


@pytest.mark.parametrize("proof", list(proofs()), ids=lambda proof: proof.sentence[:30])
def test_the_answer_of_the_interface(proof: Proof) -> None:
    answer = json.loads(json.dumps(proof.as_json()))
    assert list(answer) == ["verdict", "spf", "dkim", "dmarc", "arc", "sentence"]
    assert list(answer["spf"]) == ["result", "domain", "counts", "reason"]
    assert answer["spf"]["result"] in {"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"}
    assert answer["dmarc"]["result"] in {"none", "pass", "fail", "temperror", "permerror"}
    assert answer["arc"] == {"result": "none", "sealers": []}
    assert answer["sentence"].endswith(".")
    for one in answer["dkim"]:
        assert list(one) == ["result", "domain", "selector", "algorithm", "aligned", "counts", "reason"]


def test_the_kit_makes_a_proved_mail() -> None:
    assert judge(signed_mail(subject="Offer")).verdict is Verdict.PROVED
