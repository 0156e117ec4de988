"""DNS that fails, lies, loops, hangs or is huge, over real sockets: it never turns a mail into a proved one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final

import pytest

from mail.envelope import Envelope
from mailauth.results import Proof, Verdict
from mailauth.verdict import authenticate
from net.budget import QUESTIONS
from net.resolver import DnsResolver, Resolver
from smtpd.examine import examine
from smtpd.limits import Limits
from tests.kit.door import open_door
from tests.kit.hostile_dns import HostileDns, Lie
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, rsa_key, sender_zone
from tests.kit.smtp_client import SmtpClient

NOW: Final = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
OWNER: Final = Signer("seller.example")
STRANGER: Final = Signer("seller.example", key=rsa_key(serial=1))
"""Signs in the owner's name with a key that only a liar publishes."""
HONEST: Final = ZoneResolver(sender_zone("seller.example", OWNER))
GENUINE: Final = OWNER.sign(a_message())
FORGED: Final = STRANGER.sign(a_message())
ENVELOPE: Final = Envelope(
    reverse_path="rita@seller.example",
    forward_paths=("all@bcc.example",),
    helo="mail.seller.example",
    peer="203.0.113.66",
    tls=True,
    received_at=NOW,
)
TEMPORARY: Final = frozenset(
    {
        Lie.SERVFAIL, Lie.REFUSED, Lie.FORMERR, Lie.NOTIMP, Lie.WRONG_ID, Lie.WRONG_QUESTION, Lie.NO_QUESTION,
        Lie.IS_A_QUERY, Lie.OTHER_OPCODE, Lie.OTHER_SOURCE, Lie.SILENT, Lie.TCP_CLOSED, Lie.TCP_HALF, Lie.TCP_DRIP,
        Lie.TCP_SILENT, Lie.EMPTY, Lie.GARBAGE, Lie.CUT_SHORT, Lie.NXDOMAIN_WITH_DATA,
        Lie.TRAILING,
    }
)  # fmt: skip
"""Another try may give the owner's answer: the mail is deferred."""


class Divided:
    """Asks the liar over the wire about one name, and the honest zone at hand about every other."""

    def __init__(self, server: HostileDns, about: str, lie: Lie) -> None:
        seconds = 0.03 if lie in TEMPORARY else 5.0
        self._liar = DnsResolver([server.address], attempt_seconds=seconds, question_seconds=2 * seconds)
        self._about = about

    def _of(self, name: str) -> Resolver:
        return self._liar if name.rstrip(".").lower() == self._about else HONEST

    def txt(self, name: str) -> tuple[bytes, ...]:
        return self._of(name).txt(name)

    def addresses(self, name: str, family: int) -> tuple[str, ...]:
        return self._of(name).addresses(name, family)

    def mx(self, name: str) -> tuple[tuple[int, str], ...]:
        return self._of(name).mx(name)

    def ptr(self, address: str) -> tuple[str, ...]:
        return HONEST.ptr(address)

    def exists(self, name: str) -> bool:
        return self._of(name).exists(name)


def judged(lie: Lie, about: str, claim: str, *mails: bytes) -> list[Proof]:
    """Judge mails where DNS lies about one name."""
    with HostileDns(HONEST, lie, about=(about,), claim=claim) as server:
        dns = Divided(server, about, lie)
        return [authenticate(raw, ENVELOPE, dns, now=NOW) for raw in mails]


def test_what_honest_dns_says() -> None:
    assert authenticate(GENUINE, ENVELOPE, HONEST, now=NOW).verdict is Verdict.PROVED
    assert authenticate(FORGED, ENVELOPE, HONEST, now=NOW).verdict is Verdict.UNPROVED


@pytest.mark.parametrize("lie", Lie)
def test_a_key_that_is_no_answer_proves_nothing(lie: Lie) -> None:
    forged, genuine = judged(lie, OWNER.name, STRANGER.record, FORGED, GENUINE)
    expected = Verdict.DEFERRED if lie in TEMPORARY else Verdict.UNPROVED
    assert forged.verdict is genuine.verdict is expected
    assert not any(one.counts for one in forged.dkim)


@pytest.mark.parametrize("lie", Lie)
def test_an_spf_record_that_is_no_answer_proves_nothing(lie: Lie) -> None:
    [proof] = judged(lie, "seller.example", f"v=spf1 ip4:{ENVELOPE.peer} -all", a_message())
    assert proof.verdict is (Verdict.DEFERRED if lie in TEMPORARY else Verdict.UNPROVED)
    assert not proof.spf.counts


@pytest.mark.parametrize("lie", Lie)
def test_a_policy_that_is_no_answer_makes_nobody_less_strict(lie: Lie) -> None:
    """The owner says p=reject; whoever hides that gets a forged mail no further than UNPROVED."""
    claim = "v=DMARC1; p=none; adkim=r; aspf=r"
    forged, genuine = judged(lie, "_dmarc.seller.example", claim, FORGED, GENUINE)
    assert forged.verdict in (Verdict.UNPROVED, Verdict.DEFERRED)
    assert genuine.verdict is Verdict.PROVED  # the exact domain needs no policy (RULES R8)


def test_an_answer_about_one_name_says_nothing_about_another() -> None:
    """The mail makes us ask a stranger's server first, whose answer carries a key for the owner's name."""
    decoy = Signer("stranger.example")
    raw = decoy.sign(STRANGER.sign(a_message()))

    poison = HostileDns(HONEST, Lie.OTHER_NAME, about=(decoy.name,), claim=STRANGER.record, elsewhere=f"{OWNER.name}.")
    with poison as server:
        dns = DnsResolver([server.address])
        proofs = [authenticate(raw, ENVELOPE, dns, now=NOW) for _ in range(2)]
        assert server.times(decoy.name) == server.times(OWNER.name) == 1
    assert [one.verdict for one in proofs] == [Verdict.UNPROVED] * 2


def test_one_mail_asks_no_more_than_its_share() -> None:
    zone = ZoneResolver(sender_zone("seller.example"))
    zone.records.pop(("seller.example", "TXT"))
    includes = " ".join(f"include:s{number}.example mx:m{number}.example" for number in range(20))
    zone.add("seller.example", "TXT", f"v=spf1 ptr exists:%{{i}}.x.example {includes} -all")
    for number in range(20):
        zone.add(f"m{number}.example", "MX", *(f"10 h{number}-{one}.example." for one in range(10)))
        zone.add(f"s{number}.example", "TXT", f"v=spf1 mx:m{number}.example ?all")
    raw = a_message()
    for number in range(30):
        raw = Signer(f"a.b.c.d.e.f{number}.seller.example", selector=f"k{number}").sign(raw)
    with HostileDns(zone, Lie.SERVFAIL, about=(), claim="") as server:
        proof = authenticate(raw, ENVELOPE, DnsResolver([server.address]), now=NOW)
        assert proof.verdict is not Verdict.PROVED
        assert 20 < len(server.asked) <= QUESTIONS


def test_who_waits_for_dns_keeps_nobody_else_waiting() -> None:
    asked = threading.Event()

    class Hanging(HostileDns):
        def answers(self, query, transport):  # type: ignore[no-untyped-def]
            asked.set()
            self.let_go.wait(30)
            return super().answers(query, transport)

    with (
        Hanging(HONEST, Lie.SERVFAIL, about=(), claim="") as server,
        open_door(Limits()) as door,
        ThreadPoolExecutor(1) as other,
    ):
        slow = DnsResolver([server.address], attempt_seconds=20, question_seconds=20)
        known = HONEST
        door.examine = lambda raw, envelope, now: examine(raw, envelope, slow if b"X-Slow" in raw else known, now)
        waiting = other.submit(_send, door.port, OWNER.sign(a_message(extra={"X-Slow": "yes"})))
        assert asked.wait(10)
        assert _send(door.port, GENUINE) == "250"
        assert not waiting.done()
        server.let_go.set()
        assert waiting.result(10) == "250"


def _send(port: int, raw: bytes) -> str:
    with SmtpClient(port) as client:
        client.hello()
        return client.send_mail(raw, "all@bcc.example")[:3]
