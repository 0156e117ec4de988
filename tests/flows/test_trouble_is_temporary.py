"""Whatever fails inside is a 4yz to the client, nothing is lost, and it recovers by itself (RULES R2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.databases import binaries_or_skip
from tests.kit.mails import a_message
from tests.kit.postgres import Cluster
from tests.kit.running import stored_id, wait_for
from tests.kit.sales import CUSTOMER, REP, SalesWorld, sales_world

pytestmark = pytest.mark.slow


def _mail(world: SalesWorld, subject: str, text: str = "Hello") -> bytes:
    return world.signed(a_message(from_=REP, to=CUSTOMER, subject=subject, text=text), "northwind.example")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL server that the test may stop."""
    made = Cluster(binaries_or_skip())
    try:
        made.start()
        yield made
    finally:
        made.remove()


def test_postgresql_stopped_is_451_and_recovers(tmp_path: Path, cluster: Cluster) -> None:
    with sales_world(tmp_path / "data", cluster.url("postgres")) as world:
        world.running.start()
        stored_id(world.running.send(_mail(world, "before"), REP, world.northwind.bcc_address))

        cluster.stop()
        answer = world.running.send(_mail(world, "while down"), REP, world.northwind.bcc_address)
        assert (answer.code, answer.text[:6]) == (451, "4.3.0 ")

        cluster.start()
        raw = _mail(world, "after")
        recovered = wait_for(
            lambda: answer if (answer := world.running.send(raw, REP, world.northwind.bcc_address)).accepted else None,
            "the receiver to recover",
        )
        assert world.northwind.api.decided(stored_id(recovered))["status"] == "filed"


def test_locked_sqlite_is_451_and_recovers(tmp_path: Path) -> None:
    with sales_world(tmp_path / "data") as world:
        world.running.start()
        raw = _mail(world, "while locked")
        holder = sqlite3.connect(world.running.data / "smartbcc.sqlite3", isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        try:
            answer = world.running.send(raw, REP, world.northwind.bcc_address)
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        assert (answer.code, answer.text[:6]) == (451, "4.3.0 ")

        recovered = world.running.send(raw, REP, world.northwind.bcc_address)
        assert world.northwind.api.decided(stored_id(recovered))["status"] == "filed"


def test_full_disk_is_452_and_recovers(tmp_path: Path) -> None:
    with sales_world(tmp_path / "data") as world:
        world.running.start(tmpfs_mib=24)
        ballast = world.running.inner_path(world.running.data / "ballast")
        with pytest.raises(OSError, match="No space left"):
            ballast.write_bytes(bytes(24 * 1024 * 1024))
        raw = _mail(world, "while full", "A long text. " * 20_000)

        answer = world.running.send(raw, REP, world.northwind.bcc_address)
        assert (answer.code, answer.text[:6]) == (452, "4.3.1 ")

        ballast.unlink()
        recovered = world.running.send(raw, REP, world.northwind.bcc_address)
        assert world.northwind.api.decided(stored_id(recovered))["status"] == "filed"
