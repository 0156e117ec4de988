"""Networks, limits, early talkers."""

from __future__ import annotations

import pytest

from smtpd import replies
from smtpd.policy.connection import check_connection, check_greeting, network_of


@pytest.mark.parametrize(
    ("peer", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.1", None),
        ("127.9.9.9", None),
        ("::1", None),
        ("::ffff:127.0.0.1", None),
        ("", None),
        ("/run/smtp.sock", None),
    ],
)
def test_network(peer: str, network: str | None) -> None:
    assert network_of(peer) == network


def test_the_limit_is_the_most_that_a_network_may_have() -> None:
    assert check_connection(49, 50, vouched=False) is None
    assert check_connection(50, 50, vouched=False) is replies.TOO_MANY_CONNECTIONS


def test_a_network_that_brought_proved_mail_is_never_locked_out() -> None:
    assert check_connection(500, 50, vouched=True) is None


def test_who_speaks_first_is_refused() -> None:
    assert check_greeting(spoke_early=True) is replies.EARLY_TALKER
    assert check_greeting(spoke_early=False) is None
