"""Whoever sleeps is woken by a commit, in this process, in another, and over PostgreSQL."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from config.settings import Settings
from db.wake import Listener, Waker
from tests.kit.waiting import wait_until


def test_every_listener_is_woken(settings: Settings) -> None:
    waker, listeners = Waker(settings), [Listener(settings) for _ in range(3)]
    waker.wake()
    assert [listener.wait(5) for listener in listeners] == [True] * 3
    assert [listener.wait(0) for listener in listeners] == [False] * 3
    waker.close()
    for listener in listeners:
        listener.close()


def test_a_wake_before_the_sleep_is_not_lost(settings: Settings) -> None:
    listener, waker = Listener(settings), Waker(settings)
    for _ in range(1000):
        waker.wake()
    assert listener.wait(0)
    assert not listener.wait(0)
    waker.close()
    listener.close()


def test_nobody_listens(settings: Settings) -> None:
    waker = Waker(settings)
    waker.wake()
    waker.close()


def test_a_directory_that_cannot_be_read_is_no_failure(settings: Settings) -> None:
    (settings.data_dir / "wake").write_text("no directory")
    waker = Waker(settings)
    waker.wake()
    waker.close()


def test_the_socket_of_a_killed_worker_is_swept_away(settings: Settings) -> None:
    (settings.data_dir / "wake").mkdir()
    left = settings.data_dir / "wake" / "123-1"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(left))
    waker, listener = Waker(settings), Listener(settings)
    waker.wake()
    assert listener.wait(5)
    assert not left.exists()
    waker.close()
    listener.close()


def test_a_data_directory_of_any_depth(tmp_path: Path) -> None:
    deep = Settings(data_dir=tmp_path.joinpath(*["a-rather-long-name"] * 8))
    waker, listener = Waker(deep), Listener(deep)
    waker.wake()
    assert listener.wait(5)
    waker.close()
    listener.close()


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
def test_postgresql_wakes_other_machines(database_settings: Settings, tmp_path: Path) -> None:
    elsewhere = database_settings.model_copy(update={"data_dir": tmp_path / "another machine"})
    waker, listener = Waker(database_settings), Listener(elsewhere)
    listener.wait(0)
    for _ in range(2):
        waker.wake()
        wait_until(lambda: listener.wait(0.1))
    waker.close()
    listener.close()


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_without_its_server_postgresql_wakes_on_this_machine(database_settings: Settings) -> None:
    away = database_settings.model_copy(update={"database_url": "postgresql://nobody@/x?host=/nowhere"})
    waker, listener = Waker(away), Listener(away)
    waker.wake()
    assert listener.wait(5)
    waker.close()
    listener.close()
