"""The whole verdict: who is proved, what is kept of it, what is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from mailauth.results import Proof, Verdict
from mailauth.verdict import not_evaluated
from tests.kit.judging import EVIL, PLAIN, SELLER, SIGNED, ZONE, broken, judge
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import PEER, Signer, ed25519_key, sender_zone, signed_mail


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
