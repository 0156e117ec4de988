"""What our own mail server in front found out, and what only looks like it (RFC 8601, SECURITY P8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mail.envelope import Envelope
from mailauth.results import Method, Verdict
from mailauth.submission import submitted
from mailauth.verdict import authenticate
from tests.kit.judging import EVIL, NOW, PLAIN, SELLER, SIGNED, ZONE, broken, handed_over, judge
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import PEER, Signer, sender_zone

RECEIVED = (
    b"Received: from out.seller.example (out.seller.example [192.0.2.10])\r\n\tby mx.ours.example with ESMTPS id 1\r\n"
)
FOOTER = SIGNED.replace(b"Hello", b"[checked] Hello")


def told(results: str, raw: bytes = PLAIN) -> bytes:
    """A mail as our server hands it over: its results above its Received."""
    return f"Authentication-Results: {results}\r\n".encode() + RECEIVED + raw


DMARC = "mx.ours.example; dmarc=pass header.from=seller.example"
DKIM = "mx.ours.example; dkim=pass header.d=seller.example header.s=s1"
SPF = "mx.ours.example; spf=pass smtp.mailfrom=rita@seller.example"


class TestCounts:
    """What the server in front saw and we cannot see any more."""

    def test_a_dmarc_pass_for_exactly_this_domain(self) -> None:
        proof = handed_over(told(DMARC))
        assert (proof.verdict, proof.method, proof.dmarc.result) == (Verdict.PROVED, Method.UPSTREAM, "fail")
        assert proof.sentence == (
            "Proved: your own mail server mx.ours.example found seller.example to be the sender (DMARC pass)."
        )

    def test_a_signature_whose_mail_the_server_changed(self) -> None:
        proof = handed_over(told(DKIM, FOOTER))
        assert (proof.verdict, proof.method, proof.dkim[0].result) == (Verdict.PROVED, Method.UPSTREAM, "fail")

    def test_a_signature_whose_key_we_cannot_look_up(self) -> None:
        proof = handed_over(told(DKIM, SIGNED), broken(SELLER.name))
        assert (proof.verdict, proof.method) == (Verdict.PROVED, Method.UPSTREAM)

    def test_a_signature_of_the_organisation(self) -> None:
        mailer = Signer("mail.seller.example")
        changed = mailer.sign(PLAIN).replace(b"Hello", b"Hallo")
        results = "mx.ours.example; dkim=pass header.d=mail.seller.example"
        assert handed_over(told(results, changed), ZONE + mailer.line()).verdict is Verdict.PROVED
        strict = ZONE.replace("p=reject", "p=reject; adkim=s") + mailer.line()
        assert handed_over(told(results, changed), strict).verdict is Verdict.UNPROVED

    def test_spf_of_a_client_that_we_were_not_told(self) -> None:
        proof = handed_over(told(SPF))
        assert (proof.verdict, proof.method) == (Verdict.PROVED, Method.UPSTREAM)
        assert (proof.spf.result, proof.spf.counts) == ("none", False)
        assert proof.spf.reason == "handed over by our own mail server, which did not tell the client"

    def test_one_field_of_several(self) -> None:
        fields = b"".join(
            f"Authentication-Results: mx.ours.example; {one}\r\n".encode() for one in ("none", "arc=none")
        )
        assert handed_over(b"X-Virus: no\r\n" + fields + told(DMARC)).verdict is Verdict.PROVED

    def test_whatever_case_the_server_writes_its_name_in(self) -> None:
        assert handed_over(told(DMARC.replace("mx.ours", "MX.Ours"))).verdict is Verdict.PROVED
        assert handed_over(told(DMARC), authserv_id="MX.ours.example").verdict is Verdict.PROVED

    def test_our_own_pass_comes_first(self) -> None:
        assert handed_over(told(DMARC, SIGNED)).method is Method.DKIM
        assert handed_over(told(SPF), peer=PEER).method is Method.SPF


FORGED = {
    "below the server's Received": RECEIVED + b"Authentication-Results: " + DMARC.encode() + b"\r\n" + PLAIN,
    "far below": told("mx.ours.example; none", b"Authentication-Results: " + DMARC.encode() + b"\r\n" + PLAIN),
    "without any Received": b"Authentication-Results: " + DMARC.encode() + b"\r\n" + PLAIN,
    "of another server": told(DMARC.replace("mx.ours", "mx.theirs")),
    "of a server whose name begins alike": told(DMARC.replace("mx.ours.example", "mx.ours.example.evil.example")),
    "of a nearly equal name": told(DMARC.replace("mx.ours", "mx.оurs")),
    "with another field name": told(DMARC).replace(b"Authentication-Results", b"X-Authentication-Results"),
    "in a comment": told("mx.ours.example; none (dmarc=pass header.from=seller.example)"),
    "that cannot be read": told(DMARC + "; dmarc"),
    "of another domain": told(DMARC.replace("=seller.example", "=evil.example")),
    "of a sub-domain": told(DMARC.replace("=seller.example", "=mail.seller.example")),
    "that says fail as well": told(DMARC + "; dmarc=fail header.from=seller.example"),
    "a signature beside a failing DMARC": told(DKIM + "; dmarc=fail header.from=seller.example", FOOTER),
    "a signature that is not there": told(DKIM),
    "a stranger's signature": told("mx.ours.example; dkim=pass header.d=evil.example", EVIL.sign(PLAIN)),
    "a signature that we refuse for what it is": told(DKIM, SELLER.sign(PLAIN, l="10")),
    "the signature's identity alone": told("mx.ours.example; dkim=pass header.i=@seller.example", FOOTER),
    "SPF of another envelope": told(SPF.replace("rita@seller", "rita@mail.seller")),
    "SPF of a HELO name": told("mx.ours.example; spf=pass smtp.helo=seller.example"),
    "another method": told("mx.ours.example; iprev=pass header.d=seller.example; auth=pass smtp.auth=rita"),
}


@pytest.mark.parametrize("raw", FORGED.values(), ids=FORGED)
def test_what_does_not_count(raw: bytes) -> None:
    proof = handed_over(raw)
    assert (proof.verdict, proof.method) == (Verdict.UNPROVED, Method.NOTHING)


def test_nobody_is_believed_who_is_no_relay_of_ours() -> None:
    assert handed_over(told(DMARC), authserv_id="").verdict is Verdict.UNPROVED
    plain = judge(told(DMARC), sender="rita@seller.example")
    assert (plain.verdict, plain.method) == (Verdict.UNPROVED, Method.NOTHING)
    named = Envelope(
        reverse_path="x@evil.example",
        forward_paths=(),
        helo="mx.ours.example",
        peer="203.0.113.66",
        tls=True,
        received_at=NOW,
        authserv_id="mx.ours.example",
    )
    assert authenticate(told(DMARC), named, ZoneResolver(ZONE), now=NOW).verdict is Verdict.UNPROVED


def test_spf_that_we_can_check_ourselves_is_ours() -> None:
    assert handed_over(told(SPF), peer="203.0.113.66").verdict is Verdict.UNPROVED
    assert handed_over(told(SPF), sender="x@evil.example").verdict is Verdict.UNPROVED
    assert handed_over(told(SPF), sender="").verdict is Verdict.UNPROVED


def test_the_server_s_own_address_is_never_asked_about() -> None:
    zone = ZoneResolver(sender_zone("seller.example", SELLER, peer="192.0.2.99"))
    proof = handed_over(a_message(), zone)
    assert (proof.verdict, proof.spf.result) == (Verdict.UNPROVED, "none")
    assert not [kind for _, kind in zone.queries if kind != "TXT"]


class TestSubmission:
    """Who signed in needs no DNS (SECURITY 4.3)."""

    ENVELOPE = Envelope(
        reverse_path="rita@seller.example",
        forward_paths=(),
        helo="laptop",
        peer="203.0.113.5",
        tls=True,
        received_at=NOW + timedelta(days=1),
        submitted_by=7,
    )

    def test_is_proved(self) -> None:
        proof = submitted(self.ENVELOPE, "rita@seller.example")
        assert (proof.verdict, proof.method, proof.from_address) == (
            Verdict.PROVED,
            Method.SUBMISSION,
            "rita@seller.example",
        )
        assert proof.sentence == (
            "Proved: the owner of rita@seller.example signed in to hand this mail over (submission)."
        )

    @pytest.mark.parametrize("given", [{"submitted_by": None}, {"tls": False}])
    def test_needs_a_user_and_tls(self, given: dict[str, bool | None]) -> None:
        fields = {name: getattr(self.ENVELOPE, name) for name in Envelope.__slots__}
        with pytest.raises(ValueError, match="signed in over TLS"):
            submitted(Envelope(**fields | given), "rita@seller.example")
