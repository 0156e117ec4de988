"""Who must try again, and who must not."""

from __future__ import annotations

from mailauth.results import Verdict
from tests.kit.judging import EVIL, PLAIN, SELLER, SIGNED, ZONE, broken, judge
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, ed25519_key


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
