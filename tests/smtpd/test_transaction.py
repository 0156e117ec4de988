"""What is remembered of a mail that was refused."""

from __future__ import annotations

from datetime import UTC, datetime

from mail.envelope import Envelope
from smtpd.transaction import Transaction
from tests.kit.proofs import a_proof


def test_a_forgery_in_capital_letters_is_still_in_that_users_name() -> None:
    envelope = Envelope(
        reverse_path="x@peer.example",
        forward_paths=(),
        helo="peer.example",
        peer="192.0.2.1",
        tls=True,
        received_at=datetime(2026, 3, 4, tzinfo=UTC),
    )
    assert Transaction().turned_away(a_proof("Rita@SELLER.example"), envelope).sender == "rita@seller.example"
