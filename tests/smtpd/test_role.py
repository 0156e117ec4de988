"""The role as a process: real directory, proof and store; several on one port; certificate; stopping."""

from __future__ import annotations

import multiprocessing
import os
import signal
import ssl
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import Settings
from db.models import InboundMessage
from db.session import Database
from net.zone_server import ZoneServer
from smtpd.role import run_receiver
from tests.kit.certificate import write_certificate
from tests.kit.company import House, house_in
from tests.kit.mails import a_message
from tests.kit.running import free_port
from tests.kit.smtp_client import SmtpClient
from tests.kit.waiting import wait_until

SPAWN = multiprocessing.get_context("spawn")


def receive(settings: Settings, ready: Event) -> None:
    run_receiver(settings, ready=ready.set)


@pytest.fixture
def dns() -> Iterator[ZoneServer]:
    server = ZoneServer({("northwind.example", "TXT"): ('"v=spf1 ip4:127.0.0.1 -all"',)})
    yield server
    server.close()


@pytest.fixture
def house(database: Database) -> House:
    return house_in(database)


@pytest.fixture
def settings_here(database_settings: Settings, dns: ZoneServer, tmp_path: Path) -> Settings:
    certificate, key = write_certificate(tmp_path)
    port = free_port()
    changes = {
        "smtp_listen": (f"127.0.0.1:{port}",),
        "mail_domain": ("bcc.northwind.example",),
        "hostname": "mx.northwind.example",
        "dns_servers": (dns.address,),
        "tls_cert": str(certificate),
        "tls_key": str(key),
    }
    return database_settings.model_copy(update=changes)


@pytest.fixture
def receivers(settings_here: Settings) -> Iterator[list[SpawnProcess]]:
    started = [SPAWN.Event() for _ in range(2)]
    processes = [SPAWN.Process(target=receive, args=(settings_here, ready)) for ready in started]
    for process in processes:
        process.start()
    assert all(ready.wait(30) for ready in started)
    yield processes
    for process in processes:
        if process.is_alive():
            process.kill()
        process.join()


def port_of(settings: Settings) -> int:
    return int(settings.smtp_listen[0].rpartition(":")[2])


def test_a_mail_is_proved_and_stored_by_any_of_several_processes(
    settings_here: Settings, house: House, database: Database, receivers: list[SpawnProcess]
) -> None:
    raw = a_message(from_="Anna <anna@northwind.example>")
    answers = []
    for _ in range(4):
        with SmtpClient(port_of(settings_here)) as client:
            client.hello()
            answers.append(client.send_mail(raw, house.bcc_address, sender="anna@northwind.example"))
    assert answers[0].startswith("250 2.0.0 Ok: stored as ")
    assert len(set(answers)) == 1, "the same bytes get the first id"
    with database.read() as session:
        rows = session.scalars(select(InboundMessage).where(InboundMessage.company_id == house.company_id)).all()
    assert [row.proof["verdict"] for row in rows] == ["proved"]
    assert rows[0].envelope["forward_paths"] == [house.bcc_address]


def test_tls_with_a_certificate_that_is_loaded_anew(
    settings_here: Settings, receivers: list[SpawnProcess], tmp_path: Path
) -> None:
    before = shown_certificate(settings_here)
    write_certificate(tmp_path)
    for process in receivers:
        assert process.pid is not None
        os.kill(process.pid, signal.SIGHUP)
    wait_until(lambda: shown_certificate(settings_here) != before)


def shown_certificate(settings: Settings) -> bytes:
    with SmtpClient(port_of(settings)) as client:
        assert "250-STARTTLS" in client.hello()
        assert client.ask("STARTTLS") == "220 2.0.0 Ready to start TLS"
        client.start_tls()
        assert isinstance(client.socket, ssl.SSLSocket)
        return client.socket.getpeercert(binary_form=True) or b""


def test_sigterm_ends_it_in_order(settings_here: Settings, receivers: list[SpawnProcess]) -> None:
    with SmtpClient(port_of(settings_here)) as client:
        client.hello()
        for process in receivers:
            process.terminate()
        assert client.reply() == "421 4.3.2 Shutting down, try again soon"
        assert client.is_closed()
    for process in receivers:
        process.join(20)
    assert [process.exitcode for process in receivers] == [0, 0]
