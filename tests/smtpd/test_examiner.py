"""Who examines a mail: without asking where DNS told before, without its body where that was hashed on arrival."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mail.envelope import Envelope
from mail.shape import HEADER_LIMIT, ShapeFault
from mailauth.arriving import SMALL_OCTETS
from mailauth.results import Verdict
from net.resolver import DnsResolver
from net.zone_server import ZoneServer, quoted
from smtpd.examine import Examined, examine
from smtpd.examiner import Examiner
from smtpd.framing import MailData
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, sender_zone, signed_mail

NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
ENVELOPE = Envelope(
    reverse_path="rita@seller.example",
    forward_paths=("all@bcc.example",),
    helo="mail.seller.example",
    peer="203.0.113.9",
    tls=True,
    received_at=NOW,
)
SIGNER = Signer("seller.example")
RESOLVER = ZoneResolver(sender_zone("seller.example", SIGNER))
LARGE = signed_mail(SIGNER, text="a line of a large mail\n.and one with a dot\n" * 5_000)


@pytest.fixture
def zone() -> Iterator[ZoneServer]:
    lines = (line.split(maxsplit=2) for line in sender_zone("seller.example", SIGNER).splitlines())
    records = {(name, kind): [quoted(text) if kind == "TXT" else text] for name, kind, text in lines}
    server = ZoneServer(records)
    yield server
    server.close()


def received(raw: bytes, chunk: int = 10_000) -> MailData:
    """A mail that came over the wire."""
    data = MailData(limit=10_000_000)
    wire = (b"." if raw.startswith(b".") else b"") + raw.replace(b"\r\n.", b"\r\n..") + b".\r\n"
    for start in range(0, len(wire), chunk):
        data.feed(wire[start : start + chunk])
    assert data.complete
    assert data.fault is None
    return data


def examined_on_arrival(raw: bytes) -> Examined:
    data = received(raw)
    assert data.content() == raw
    return examine(raw, ENVELOPE, RESOLVER, NOW, body_hashes=data.body.hashes())


def test_what_dns_told_before_is_judged_without_asking(zone: ZoneServer) -> None:
    asking = Examiner(DnsResolver([zone.address]))
    hashes = received(LARGE).body.hashes()
    mail = signed_mail(SIGNER)
    assert asking.examine_known(mail, ENVELOPE, NOW) is None
    proved = asking.examine(mail, ENVELOPE, NOW)

    zone.close()

    assert proved.proof.verdict is Verdict.PROVED
    assert asking.examine_known(mail, ENVELOPE, NOW) == proved
    assert asking.examine_known(signed_mail(SIGNER, from_="x@unknown.example"), ENVELOPE, NOW) is None
    large = asking.examine_known(LARGE, ENVELOPE, NOW, hashes)
    assert large is not None
    assert large.proof.verdict is Verdict.PROVED


def test_a_proof_and_a_fault_are_told_apart() -> None:
    good = examine(signed_mail(SIGNER), ENVELOPE, RESOLVER, NOW)
    assert good.fault is None
    assert good.proof.verdict is Verdict.PROVED
    bad = examine(b"From: a@b.example, c@d.example\r\n\r\n", ENVELOPE, RESOLVER, NOW)
    assert bad.fault is ShapeFault.NOT_ONE_AUTHOR


@pytest.mark.parametrize(
    "canonical", ["relaxed/relaxed", "simple/simple", "simple/relaxed", "relaxed/simple", "relaxed"]
)
def test_a_large_mail_is_judged_by_what_was_hashed_as_it_came(canonical: str) -> None:
    raw = SIGNER.sign(LARGE, canonical=canonical)
    assert len(raw) > SMALL_OCTETS
    arrived = examined_on_arrival(raw)
    assert arrived == examine(raw, ENVELOPE, RESOLVER, NOW)
    assert [one.result for one in arrived.proof.dkim] == ["pass", "pass"]


def test_a_large_mail_that_was_changed_is_found_out() -> None:
    for changed in (LARGE + b"One more line.\r\n", LARGE.replace(b"a large", b"a small", 1)):
        arrived = examined_on_arrival(changed)
        assert arrived == examine(changed, ENVELOPE, RESOLVER, NOW)
        assert [one.result for one in arrived.proof.dkim] == ["fail"]


BODY = b"\r\n\r\n" + b"A body of some length.\r\n" * 20_000


@pytest.mark.parametrize(
    "raw",
    [
        b"From: a@b.example\r\nFrom: c@d.example" + BODY,
        b"From: a@b.example" + BODY,
        b"\r\nFrom: a@b.example" + BODY,
        b"From: a@b.example\r\n" + b"X: y\r\n" * (HEADER_LIMIT // 6 + 1) + BODY,
        b"From: a@b.example\r\n" + b"X: %s\r\n" % (b"y" * 60_000) * 5 + BODY,
        b"no header here\r\n" * 40_000,
    ],
)
def test_a_large_mail_has_the_faults_that_it_would_have_as_a_whole(raw: bytes) -> None:
    arrived = examined_on_arrival(raw)
    assert arrived == examine(raw, ENVELOPE, RESOLVER, NOW)
    assert arrived.proof.verdict is not Verdict.PROVED


def test_a_small_mail_is_left_for_the_end() -> None:
    assert received(signed_mail(SIGNER)).body.hashes() is None


def test_what_nobody_signed_is_not_hashed() -> None:
    assert received(b"From: a@b.example" + BODY).body.hashes() == {}
