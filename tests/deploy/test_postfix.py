"""The Postfix snippets: Postfix takes them, and a mail that it relays by them is proved and filed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.postfix import instance
from outbox.transport import submit
from tests.deploy.tools import DEPLOY, need, run
from tests.kit.mails import a_message
from tests.kit.running import Api, free_port, wait_for
from tests.kit.sales import CUSTOMER, REP, SPF_CLIENT, SPF_REP, SalesWorld, sales_world
from tests.kit.smtp_client import SmtpClient

DOMAIN = "bcc.test.example"
AROUND = """
myhostname = mx.northwind.example
address_verify_poll_delay = 1s
"""


@contextmanager
def _relay(directory: Path, transport: str) -> Iterator[tuple[int, Path]]:
    """Run Postfix with both snippets and this transport; answer its port and its files."""
    need("postfix", "postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix runs as root alone")
    table = directory / "smartbcc_transport"
    table.write_text(f"{DOMAIN} {transport}\n", encoding="utf-8")
    main = _adapted("main.cf").replace("/etc/postfix/smartbcc_transport", str(table))
    port = free_port()
    with instance(port, lambda _: AROUND + main) as files:
        directory.chmod(0o755)
        yield port, files


def _adapted(name: str) -> str:
    return (DEPLOY / "postfix" / name).read_text(encoding="utf-8").replace("bcc.example.com", DOMAIN)


@pytest.fixture(scope="module")
def lmtp_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, lmtp_port: int) -> Iterator[SalesWorld]:
    need("postfix", "postfix")
    data = tmp_path_factory.mktemp("postfix") / "data"
    with sales_world(data, lmtp_listen=f"127.0.0.1:{lmtp_port}", trusted_mtas="127.0.0.1") as made:
        made.running.start()
        yield made


@pytest.fixture(params=["lmtp", "smtp"])
def transport(request: pytest.FixtureRequest, world: SalesWorld, lmtp_port: int) -> str:
    """The lines of deploy/postfix/transport, with the ports of this run."""
    lines = (DEPLOY / "postfix/transport").read_text(encoding="utf-8").splitlines()
    ways = [line.split()[-1] for line in lines if "bcc.example.com" in line]
    (way,) = (one for one in ways if one.startswith(request.param))
    return way.replace(":2525", f":{world.running.smtp_port}").replace(":2424", f":{lmtp_port}")


def _sent(world: SalesWorld, port: int, content: bytes, from_: str, to: str, api: Api) -> tuple[dict[str, Any], bytes]:
    """Send by Postfix, wait for the letter, and answer it with its raw bytes."""
    before = {one["id"] for one in api.get("messages")["data"]}
    with SmtpClient(port, source=SPF_CLIENT, seconds=60) as client:
        client.hello()
        assert client.send_mail(content, to, sender=from_).startswith("250")
    message = wait_for(lambda: _newest(api, before), "the mail to come through")
    return message, api.call("GET", f"messages/{message['id']}/raw").body


def _newest(api: Api, before: set[str]) -> dict[str, Any] | None:
    return next((one for one in api.get("messages")["data"] if one["id"] not in before), None)


@pytest.mark.slow
def test_a_relayed_mail_keeps_its_proof_and_its_bytes(world: SalesWorld, tmp_path: Path, transport: str) -> None:
    way = transport.partition(":")[0]
    adventure = world.company(f"Adventure by {way}", f"{way}-{SPF_REP}", "adventure.example")
    text = f"by {way}\n.\n..two dots\n{'x' * (5000 if way == 'lmtp' else 900)}\nå ü\n"
    with _relay(tmp_path, transport) as (port, files):
        assert run("postfix", "-c", files, "check") == ""
        assert "warning" not in run("postconf", "-c", files, "-n")
        signed = world.signed(a_message(from_=REP, to=CUSTOMER, subject=way, text=text), "northwind.example")
        message, raw = _sent(world, port, signed, REP, world.northwind.bcc_address, world.northwind.api)
        assert raw.endswith(signed)
        assert message["authentication"]["verdict"] == "proved"
        assert [one["counts"] for one in message["authentication"]["dkim"]] == [True]

        rep = f"{way}-{SPF_REP}"
        unsigned = a_message(from_=rep, to=CUSTOMER, subject=way, text=text)
        message, raw = _sent(world, port, unsigned, rep, adventure.bcc_address, adventure.api)
        assert raw.endswith(unsigned)
        assert message["authentication"]["verdict"] == "proved"
        assert message["authentication"]["spf"]["counts"]


@pytest.mark.slow
def test_an_unknown_address_is_refused_while_the_sender_waits(
    world: SalesWorld, tmp_path: Path, transport: str
) -> None:
    with _relay(tmp_path, transport) as (port, _):
        answer = submit(b"Subject: x\r\n\r\nx\r\n", REP, [f"nobody@{DOMAIN}"], host="127.0.0.1", port=port, helo="pc")
    assert answer.code == 550
    assert re.search(r"550 5\.1\.1 No such address", answer.text)
