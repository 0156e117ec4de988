"""The Postfix snippets: Postfix takes them, and a mail that it relays by them is proved and filed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.postfix import instance
from outbox.transport import submit
from tests.deploy.tools import DEPLOY, need, run
from tests.kit.mails import a_message
from tests.kit.running import free_port, wait_for
from tests.kit.sales import CUSTOMER, REP, SalesWorld, sales_world

DOMAIN = "bcc.test.example"
AROUND = """
myhostname = mx.northwind.example
address_verify_poll_delay = 1s
"""


@contextmanager
def _relay(directory: Path, smtp_port: int) -> Iterator[tuple[int, Path]]:
    """Run Postfix with both snippets, adapted to the port of the server behind; answer its port and its files."""
    need("postfix", "postfix")
    if os.geteuid() != 0:
        pytest.skip("Postfix runs as root alone")
    transport = directory / "smartbcc_transport"
    transport.write_text(_adapted("transport").replace(":2525", f":{smtp_port}"), encoding="utf-8")
    main = _adapted("main.cf").replace("/etc/postfix/smartbcc_transport", str(transport))
    port = free_port()
    with instance(port, lambda _: AROUND + main) as files:
        directory.chmod(0o755)
        yield port, files


def _adapted(name: str) -> str:
    return (DEPLOY / "postfix" / name).read_text(encoding="utf-8").replace("bcc.example.com", DOMAIN)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesWorld]:
    need("postfix", "postfix")
    with sales_world(tmp_path_factory.mktemp("postfix") / "data") as made:
        made.running.start()
        yield made


@pytest.mark.slow
def test_a_relayed_mail_is_proved_by_its_signature_and_filed(world: SalesWorld, tmp_path: Path) -> None:
    _, deal = world.customer_with_deal(CUSTOMER)
    content = world.signed(a_message(from_=f"Anna <{REP}>", to=CUSTOMER), "northwind.example")
    with _relay(tmp_path, world.running.smtp_port) as (port, files):
        assert run("postfix", "-c", files, "check") == ""
        assert "warning" not in run("postconf", "-c", files, "-n")
        answer = submit(content, REP, [world.northwind.bcc_address], host="127.0.0.1", port=port, helo="pc.example")
        assert answer.accepted
        message = wait_for(lambda: _first_message(world), "the mail to come through")
    assert message["authentication"]["verdict"] == "proved"
    assert [one["counts"] for one in message["authentication"]["dkim"]] == [True]
    assert deal["id"] in {link["target_id"] for link in message["links"]}


@pytest.mark.slow
def test_an_unknown_address_is_refused_while_the_sender_waits(world: SalesWorld, tmp_path: Path) -> None:
    with _relay(tmp_path, world.running.smtp_port) as (port, _):
        answer = submit(b"Subject: x\r\n\r\nx\r\n", REP, [f"nobody@{DOMAIN}"], host="127.0.0.1", port=port, helo="pc")
    assert answer.code == 550
    assert re.search(r"550 5\.1\.1 No such address", answer.text)


def _first_message(world: SalesWorld) -> dict[str, object] | None:
    found = world.northwind.api.get("messages")["data"]
    return found[0] if found and found[0]["links"] else None


def test_the_way_by_lmtp_is_switched_off_until_it_is_there() -> None:
    lines = (DEPLOY / "postfix/transport").read_text(encoding="utf-8").splitlines()
    assert [line.split()[1] for line in lines if not line.startswith("#") and line] == ["smtp:[127.0.0.1]:2525"]
