"""`smartbcc explain` sees mail as the door does with these settings: whom the operator trusts, it trusts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cli.explaining import Explainer, Question
from config.settings import Settings
from tests.kit.judging import PLAIN, ZONE
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.sealing import Sealer

SEALER = Sealer()
SEALED = SEALER.seal(PLAIN, "mx.forwarder.example; dmarc=pass header.from=seller.example")
TOLD = (
    b"Authentication-Results: mx.ours.example; spf=pass smtp.mailfrom=seller.example\r\n"
    b"Received: from out.seller.example by mx.ours.example\r\n" + PLAIN
)


def told(tmp_path: Path, raw: bytes, *, peer: str | None = None, **settings: Any) -> dict[str, Any]:
    """The proof of a file, with these settings."""
    path = tmp_path / "mail.eml"
    path.write_bytes(raw)
    zone = ZoneResolver(ZONE + SEALER.signer.line())
    explainer = Explainer(Settings(data_dir=tmp_path / "none", **settings), zone)
    answer = explainer.answer(Question(str(path), peer=peer, helo="mx", mail_from="rita@seller.example"))
    authentication: dict[str, Any] = answer["authentication"]
    return authentication


def test_a_chain_counts_by_its_sealers(tmp_path: Path) -> None:
    assert told(tmp_path, SEALED)["verdict"] == "unproved"
    assert told(tmp_path, SEALED, trusted_sealers=("other.example",))["verdict"] == "unproved"
    proof = told(tmp_path, SEALED, trusted_sealers=("forwarder.example",))
    assert (proof["verdict"], proof["arc"]) == ("proved", {"result": "pass", "sealers": ["forwarder.example"]})
    assert "forwarder.example" in proof["sentence"]


@pytest.mark.parametrize(
    ("peer", "mtas", "verdict"),
    [
        ("192.0.2.77", ("192.0.2.0/24=mx.ours.example",), "proved"),
        ("2001:db8::7", ("192.0.2.0/24=mx.theirs.example", "2001:db8::/64=mx.ours.example"), "proved"),
        ("192.0.2.77", ("192.0.2.0/24",), "unproved"),
        ("192.0.2.77", ("192.0.2.0/24=mx.theirs.example",), "unproved"),
        ("203.0.113.1", ("192.0.2.0/24=mx.ours.example",), "unproved"),
        (None, ("192.0.2.0/24=mx.ours.example",), "unproved"),
    ],
)
def test_results_count_of_a_peer_among_the_trusted(
    tmp_path: Path, peer: str | None, mtas: tuple[str, ...], verdict: str
) -> None:
    assert told(tmp_path, TOLD, peer=peer, trusted_mtas=mtas)["verdict"] == verdict


def test_the_address_of_a_trusted_server_is_not_asked_about(tmp_path: Path) -> None:
    """192.0.2.10 may send for seller.example, but here it is the server in front, not the client."""
    assert told(tmp_path, PLAIN, peer="192.0.2.10")["spf"]["result"] == "pass"
    spf = told(tmp_path, PLAIN, peer="192.0.2.10", trusted_mtas=("192.0.2.10/32=mx.ours.example",))["spf"]
    assert (spf["result"], spf["reason"]) == (
        "none",
        "handed over by our own mail server, which did not tell the client",
    )


def test_of_refused_mail_the_chain_is_shown_and_proves_nothing(tmp_path: Path) -> None:
    refused = b"Subject: a second one\r\n" + SEALER.seal(
        a_message(), "mx.forwarder.example; dmarc=pass header.from=seller.example", covered=("from", "to")
    )
    proof = told(tmp_path, refused, trusted_sealers=("forwarder.example",))
    assert (proof["verdict"], proof["arc"]["result"]) == ("unproved", "pass")
    assert proof["sentence"].startswith("Not judged")
