"""A verdict made again from what was kept, when DNS says something else by now (SECURITY 4.12)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from mail.envelope import Envelope
from mailauth.kept import KeptResolver, rerun
from mailauth.results import Proof, Verdict
from mailauth.stored import from_stored, to_stored
from mailauth.submission import submitted
from mailauth.trust import Trust
from mailauth.verdict import authenticate, given_up, without_chain
from net.budget import LONGEST_EVIDENCE, BudgetedResolver
from net.resolver import LookupFailed
from tests.kit.judging import EVIL, NOW, PLAIN, SELLER, SIGNED, ZONE
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.sealing import Sealer
from tests.kit.signing import PEER

SEALER = Sealer()
TRUST = Trust(frozenset({"forwarder.example"}))
SEALED = SEALER.seal(PLAIN, "mx.forwarder.example; dmarc=pass header.from=seller.example")
LISTED = f"""
seller.example TXT v=spf1 mx exists:ok.seller.example a:a.seller.example ptr -all
seller.example TXT another text é
seller.example MX 10 mx.seller.example
mx.seller.example A 192.0.2.1
a.seller.example A {PEER}
{PEER} PTR out.seller.example
_dmarc.seller.example TXT v=DMARC1; p=reject
"""


def envelope(peer: str = "203.0.113.66", sender: str = "x@evil.example") -> Envelope:
    return Envelope(reverse_path=sender, forward_paths=(), helo="mx", peer=peer, tls=True, received_at=NOW)


def judged(raw: bytes, given: Envelope, zone: ZoneResolver) -> Proof:
    """The proof as it comes back from where it was kept."""
    proof = authenticate(raw, given, zone, now=NOW, trust=TRUST)
    return from_stored(json.loads(json.dumps(to_stored(proof))))


CASES = {
    "a signature": (SIGNED, envelope(), ZONE),
    "spf": (PLAIN, envelope(PEER, "rita@seller.example"), ZONE),
    "spf of every kind": (PLAIN, envelope(PEER, "rita@seller.example"), LISTED),
    "a forwarder": (SEALED, envelope(), ZONE + SEALER.signer.line()),
    "nothing": (PLAIN, envelope(), ""),
    "a stranger": (EVIL.sign(PLAIN), envelope(), ZONE),
    "a failure": (SIGNED, envelope(), f"{ZONE}{SELLER.name} TXT {FAILS}"),
}


@pytest.mark.parametrize(("raw", "given", "zone"), CASES.values(), ids=CASES)
def test_the_same_verdict_without_dns(raw: bytes, given: Envelope, zone: str) -> None:
    kept = judged(raw, given, ZoneResolver(zone))
    assert rerun(raw, given, kept, NOW, TRUST) == kept


def test_after_the_key_was_rotated_away() -> None:
    kept = judged(SIGNED, envelope(), ZoneResolver(ZONE))
    later = ZoneResolver(ZONE.replace(SELLER.line(), ""))
    assert authenticate(SIGNED, envelope(), later, now=NOW).verdict is Verdict.UNPROVED
    again = rerun(SIGNED, envelope(), kept, NOW)
    assert (again.verdict, again.sentence, again.dkim) == (Verdict.PROVED, kept.sentence, kept.dkim)


def test_as_the_door_took_it() -> None:
    zone = ZoneResolver(ZONE + SEALER.signer.line())
    refused = without_chain(judged(SEALED, envelope(), zone))
    assert rerun(SEALED, envelope(), refused, NOW, TRUST) == refused
    hopeless = given_up(judged(SIGNED, envelope(), ZoneResolver(f"{ZONE}{SELLER.name} TXT {FAILS}")))
    assert rerun(SIGNED, envelope(), hopeless, NOW, TRUST) == hopeless
    signed_in = replace(envelope(), submitted_by=7)
    proof = submitted(signed_in, "rita@seller.example")
    assert rerun(PLAIN, signed_in, proof, NOW, TRUST) == proof


def test_what_was_kept_proves_no_other_mail() -> None:
    kept = judged(SIGNED, envelope(), ZoneResolver(ZONE))
    assert rerun(SIGNED.replace(b"Hello", b"Hallo"), envelope(), kept, NOW).verdict is Verdict.UNPROVED
    expiring = SELLER.sign(PLAIN, x=str(int(NOW.timestamp()) + 60))
    kept = judged(expiring, envelope(), ZoneResolver(ZONE))
    assert rerun(expiring, envelope(), kept, NOW).verdict is Verdict.PROVED
    assert rerun(expiring, envelope(), kept, NOW + timedelta(days=1)).verdict is Verdict.UNPROVED


def test_an_answer_that_is_not_there_fails_for_now() -> None:
    kept = KeptResolver([("a.example TXT", ["x" * LONGEST_EVIDENCE]), ("b.example exists", []), ("b.example A", [])])
    for ask in (lambda: kept.txt("a.example"), lambda: kept.txt("b.example"), lambda: kept.mx("c.example")):
        with pytest.raises(LookupFailed):
            ask()
    assert (kept.exists("B.example."), kept.addresses("b.example", 4)) == (False, ())


def test_every_kind_of_answer_comes_back() -> None:
    zone = ZoneResolver(LISTED)
    dns = BudgetedResolver(zone, 1e12)
    asked = [
        lambda one: one.txt("seller.example"),
        lambda one: one.mx("Seller.example."),
        lambda one: one.addresses("mx.seller.example", 4),
        lambda one: one.addresses("mx.seller.example", 6),
        lambda one: one.ptr(PEER),
        lambda one: one.exists("seller.example"),
        lambda one: one.exists("nowhere.example"),
    ]
    answers = [ask(dns) for ask in asked]
    assert [ask(KeptResolver(dns.records)) for ask in asked] == answers
