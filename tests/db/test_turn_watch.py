"""The watch over open write transactions sees what waits there."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from db.session import Database
from mail.parse import parse
from tests.kit.turn_watch import watching
from tests.kit.waiting import wait_until


def open_a_file() -> None:
    with (Path("/dev/null")).open("rb"):
        pass


def resolve_a_name() -> None:
    socket.getaddrinfo("127.0.0.1", 25)


def sleep() -> None:
    answers = iter([False, True])
    wait_until(lambda: next(answers))


def parse_a_mail() -> None:
    parse(b"Subject: x\r\n\r\nHello\r\n")


@pytest.mark.parametrize("wait", [open_a_file, resolve_a_name, sleep, parse_a_mail])
def test_waiting_is_seen_inside_a_write_alone(database: Database, wait: Callable[[], None]) -> None:
    with watching([parse]) as seen:
        wait()
        with database.read():
            wait()
        assert seen == []
        with database.write():
            wait()
        assert len(seen) >= 1
    with database.write():
        wait()
    assert len(seen) < 10
