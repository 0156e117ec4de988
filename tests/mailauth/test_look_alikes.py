"""Domains that look like seller.example: none of them vouches for it, however it is named (SECURITY P6, P10)."""

from __future__ import annotations

import pytest

from mail.address import address_key
from mailauth.results import Verdict
from tests.kit.judging import PLAIN, ZONE, handed_over, judge
from tests.kit.resolver import ZoneResolver
from tests.kit.sealing import Sealer
from tests.kit.signing import Signer

LOOK_ALIKES = [
    "seller.example.evil.example",
    "evil-seller.example",
    "sellerexample",
    "seller-example",
    "eller.example",
    "ssller.example",
    "sell3r.example",
    "seIIer.example",
    "seller.examp1e",
    "seller.exampIe",
    "seller.exаmple",
    "ѕeller.example",
    "sеller.example",
    "seⅼler.example",
    "seller.exam\u00adple",
    "sel\u200bler.example",
    "seller\u3002example",
    "seller．example",
    "ｓeller.example",
    "SELLER.EXAMPLE\u202e",
    "seller.example.",
    ".seller.example",
    "seller..example",
    "seller .example",
    "seller.example\\.evil.example",
    "seller.example@evil.example",
    "@seller.example",
    "example",
    "xn--seller-.example",
    "xn--eller-tqd.example",
    "[192.0.2.10]",
    "192.0.2.10",
    "seller.example:25",
    "seller_.example",
]
SEALER = Sealer()
SIGNERS = Signer("seller.example", selector="fake")
PEER = "203.0.113.9"


def the_zone(name: str) -> ZoneResolver:
    """All that the look-alike's owner can publish, under the name as written."""
    zone = ZoneResolver(ZONE + SEALER.signer.line())
    for written in {name, name.lower(), name.rstrip(".")}:
        zone.add(written, "TXT", f"v=spf1 ip4:{PEER} -all").add(f"_dmarc.{written}", "TXT", "v=DMARC1; p=reject")
        zone.add(f"fake._domainkey.{written}", "TXT", SIGNERS.record)
    return zone


@pytest.mark.parametrize("name", LOOK_ALIKES, ids=ascii)
class TestLookAlike:
    """Each gets all the proof that its owner can make."""

    def test_its_signature_and_envelope_prove_nothing(self, name: str) -> None:
        tags = {"d": name.encode().decode("latin-1")}
        raw = SIGNERS.sign(PLAIN, **tags) if tags["d"].isascii() else PLAIN
        proof = judge(raw, the_zone(name), peer=PEER, sender=f"x@{name}")
        assert proof.verdict is Verdict.UNPROVED

    def test_as_author_it_is_nobody_known(self, name: str) -> None:
        raw = PLAIN.replace(b"rita@seller.example", f"rita@{name}".encode(), 1)
        proof = judge(raw, the_zone(name), peer=PEER, sender=f"x@{name}")
        assert address_key(proof.from_address) != address_key("rita@seller.example")

    def test_nobody_vouches_by_it(self, name: str) -> None:
        said = f'mx.ours.example; dmarc=pass header.from="{name}"'
        sealed = SEALER.seal(PLAIN, said)
        assert judge(sealed, the_zone(name), sealers=("forwarder.example",)).verdict is Verdict.UNPROVED
        told = f"Authentication-Results: {said}\r\nReceived: from x by mx.ours.example\r\n".encode() + PLAIN
        assert handed_over(told, the_zone(name)).verdict is Verdict.UNPROVED
