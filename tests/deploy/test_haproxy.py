"""HAProxy in front: SPF is judged of the client behind it, by either version of its protocol, and its checks pass."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.deploy.tools import need, run
from tests.kit.mails import a_message
from tests.kit.running import free_port, wait_for
from tests.kit.sales import CUSTOMER, SPF_CLIENT, SPF_REP, Company, SalesWorld, sales_world
from tests.kit.smtp_client import SmtpClient

pytestmark = pytest.mark.slow

VERSIONS = {"v1": "send-proxy", "v2": "send-proxy-v2"}
CONFIGURATION = """
global
    stats socket {directory}/stats
    maxconn 100
defaults
    mode tcp
    timeout connect 10s
    timeout client 60s
    timeout server 60s
    default-server inter 1s check check-send-proxy
"""
FRONT = """
listen {version}
    bind 127.0.0.1:{port}
    option smtpchk EHLO health.test.example
    server smartbcc 127.0.0.1:{smtp_port} {how}
"""


@dataclass(frozen=True, slots=True)
class Front:
    """A running HAProxy: its ports by the version of the header that it sends, and the socket that tells of it."""

    ports: dict[str, int]
    stats: Path

    def last_check(self, version: str) -> str | None:
        """Answer what the last finished health check of a front found, None before it."""
        with closing(socket.socket(socket.AF_UNIX)) as asked:
            asked.settimeout(10)
            asked.connect(str(self.stats))
            asked.sendall(b"show stat\n")
            table = b"".join(iter(lambda: asked.recv(65536), b"")).decode().removeprefix("# ")
        names, *rows = (line.split(",") for line in table.splitlines() if line)
        found = (dict(zip(names, row, strict=True)) for row in rows if row[:2] == [version, "smartbcc"])
        status = next(found)["check_status"]
        return status if status.startswith("L7") else None


@contextmanager
def _haproxy(directory: Path, smtp_port: int) -> Iterator[Front]:
    ports = {version: free_port() for version in VERSIONS}
    fronts = (
        FRONT.format(version=version, port=port, smtp_port=smtp_port, how=VERSIONS[version])
        for version, port in ports.items()
    )
    file = directory / "haproxy.cfg"
    file.write_text(CONFIGURATION.format(directory=directory) + "".join(fronts), encoding="utf-8")
    program = need("haproxy", "haproxy")
    run(program, "-c", "-q", "-f", file)
    process = subprocess.Popen([program, "-db", "-q", "-f", str(file)], stdin=subprocess.DEVNULL)
    try:
        yield Front(ports, directory / "stats")
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesWorld]:
    need("haproxy", "haproxy")
    with sales_world(tmp_path_factory.mktemp("haproxy") / "data", trusted_proxies="127.0.0.1") as made:
        made.running.start()
        yield made


@pytest.fixture(scope="module")
def adventure(world: SalesWorld) -> Company:
    return world.company("Adventure Works", SPF_REP, "adventure.example")


@pytest.fixture(scope="module")
def front(world: SalesWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with _haproxy(tmp_path_factory.mktemp("front"), world.running.smtp_port) as made:
        wait_for(lambda: True if made.stats.exists() else None, "HAProxy to listen")
        yield made


def _send(port: int, source: str, to: str, subject: str) -> str:
    with SmtpClient(port, source=source) as client:
        client.hello()
        return client.send_mail(a_message(from_=SPF_REP, to=CUSTOMER, subject=subject), to, sender=SPF_REP)


@pytest.mark.parametrize("version", VERSIONS)
def test_spf_is_judged_of_the_client_behind_it(adventure: Company, front: Front, version: str) -> None:
    code, _, text = _send(front.ports[version], SPF_CLIENT, adventure.bcc_address, version).partition(" ")
    assert code == "250"
    inbound = adventure.api.decided(text.rsplit(" ", 1)[-1])
    assert inbound["status"] == "filed"
    authentication = adventure.api.get(f"messages/{inbound['message_ids'][0]}")["authentication"]
    assert (authentication["verdict"], authentication["spf"]["counts"]) == ("proved", True)

    refused = _send(front.ports[version], "127.0.0.3", adventure.bcc_address, version)
    assert refused == "550 5.7.26 The sender failed several checks"


@pytest.mark.parametrize("version", VERSIONS)
def test_its_health_checks_are_answered(front: Front, version: str) -> None:
    assert wait_for(lambda: front.last_check(version), "a health check") == "L7OK"


def test_who_comes_from_the_proxy_without_a_header_hears_nothing(world: SalesWorld) -> None:
    with SmtpClient(world.running.smtp_port) as client:
        client.raw(b"EHLO client.example\r\n")
        assert client.is_closed()
