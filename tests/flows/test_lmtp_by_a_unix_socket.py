"""A mail server on the same machine hands mail over by LMTP on a UNIX socket, which all receivers share."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.kit.mails import a_message
from tests.kit.running import wait_for
from tests.kit.sales import CUSTOMER, REP, SPF_CLIENT, SPF_REP, sales_world
from tests.kit.smtp_client import SmtpClient, stuffed

pytestmark = pytest.mark.slow


def test_recipients_of_two_companies_are_judged_apart(tmp_path: Path) -> None:
    path = tmp_path / "lmtp"
    with sales_world(tmp_path / "data", smtp_processes="2", lmtp_listen=str(path), trusted_mtas="127.0.0.1") as world:
        adventure = world.company("Adventure Works", SPF_REP, "adventure.example")
        world.running.start()
        with SmtpClient(path=path) as client:
            client.reply()
            assert "250-XFORWARD" in client.ask("LHLO mx.northwind.example")
            assert client.ask(f"XFORWARD ADDR={SPF_CLIENT} HELO=pc.adventure.example").startswith("250")
            replies = _send(client, SPF_REP, adventure.bcc_address, world.northwind.personal_bcc_address)
        _, stored, inbound_id = replies[0].rpartition("Ok: stored as ")
        assert stored, replies
        assert replies[1] == "550 5.7.1 You may not send to this address"
        inbound = adventure.api.decided(inbound_id)
        assert inbound["envelope"]["peer"] == SPF_CLIENT
        assert inbound["envelope"]["forward_paths"] == [adventure.bcc_address]
        assert inbound["origin"] == "lmtp"
        assert inbound["status"] == "filed"
        assert world.northwind.api.get("inbound")["data"] == []

        assert world.running.process is not None
        world.running.process.kill()
        world.running.process.wait(20)
        wait_for(lambda: _is_stale(path) or None, "the receivers to end")
        world.running.start()
        with SmtpClient(path=path) as client:
            client.reply()
            client.ask("LHLO mx.northwind.example")
            (reply,) = _send(client, REP, world.northwind.bcc_address)
        assert reply.startswith("550 5.7."), "no signature, and of a client that is not known SPF says nothing"


def _is_stale(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) != 0 and path.is_socket()


def _send(client: SmtpClient, sender: str, *recipients: str) -> list[str]:
    assert client.ask(f"MAIL FROM:<{sender}>").startswith("250")
    for recipient in recipients:
        assert client.ask(f"RCPT TO:<{recipient}>").startswith("250")
    assert client.ask("DATA").startswith("354")
    client.raw(stuffed(a_message(from_=sender, to=CUSTOMER)))
    return [client.reply() for _ in recipients]
