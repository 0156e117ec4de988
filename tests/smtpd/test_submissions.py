"""Submission with TLS from the first octet (RFC 8314 §3.3), and what signing in changes for a network."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from smtpd.limits import Limits
from smtpd.service import SUBMISSIONS
from tests.kit.certificate import server_context
from tests.kit.door import APPROVED, PASSWORD, open_door
from tests.kit.mails import a_message


@pytest.mark.parametrize("event_loop", ["uvloop", "asyncio"])
def test_a_program_that_begins_with_tls_hands_a_mail_over(tmp_path: Path, event_loop: str) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # made for this run
    with (
        open_door(Limits(), service=SUBMISSIONS, tls_context=server_context(tmp_path), event_loop=event_loop) as door,
        smtplib.SMTP_SSL("127.0.0.1", door.port, timeout=20, context=context) as client,
    ):
        client.login(APPROVED, PASSWORD)
        client.sendmail(APPROVED, ["rita@bcc.example"], a_message(from_=APPROVED))
    (delivery,) = door.store.deliveries
    assert delivery.envelope.tls
    assert delivery.envelope.submitted_by == 7
    assert delivery.proof is not None
    assert delivery.proof.method == "submission"


def test_a_client_without_tls_is_let_go(tmp_path: Path) -> None:
    limits = replace(Limits(), command_seconds=1)
    with open_door(limits, service=SUBMISSIONS, tls_context=server_context(tmp_path)) as door:
        with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
            smtplib.SMTP("127.0.0.1", door.port, timeout=20).ehlo()
        assert not door.store.deliveries


def test_a_renewed_certificate_is_shown_from_the_next_handshake_on(tmp_path: Path) -> None:
    (tmp_path / "renewed").mkdir()
    with open_door(Limits(), service=SUBMISSIONS, tls_context=server_context(tmp_path)) as door:
        before = ssl.get_server_certificate(("127.0.0.1", door.port), timeout=20)
        assert ssl.get_server_certificate(("127.0.0.1", door.port), timeout=20) == before
        door.door.tls_context = server_context(tmp_path / "renewed")
        assert ssl.get_server_certificate(("127.0.0.1", door.port), timeout=20) != before
