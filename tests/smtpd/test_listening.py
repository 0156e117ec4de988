"""UNIX sockets: who may connect, and what becomes of one that a killed process left."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from config.listen import Listen
from smtpd.listening import close, listen
from smtpd.service import LMTP


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lmtp"


def test_user_and_group_may_connect(path: Path) -> None:
    listeners = listen([Listen(path=str(path))], LMTP)
    try:
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
        assert str(listeners[0]) == f"lmtp {path}"
    finally:
        close(listeners)


def test_one_that_nobody_listens_on_any_more_is_replaced(path: Path) -> None:
    close(listen([Listen(path=str(path))], LMTP))
    assert path.is_socket()
    listeners = listen([Listen(path=str(path))], LMTP)
    with socket.socket(socket.AF_UNIX) as client:
        listeners[0].socket.listen()
        client.connect(str(path))
        with pytest.raises(OSError, match="in use"):
            listen([Listen(path=str(path))], LMTP)
    close(listeners)


def test_another_kind_of_file_stays(path: Path) -> None:
    path.write_text("precious\n", encoding="ascii")
    with pytest.raises(OSError, match="in use"):
        listen([Listen(path=str(path))], LMTP)
    assert path.read_text(encoding="ascii") == "precious\n"


def test_where_one_cannot_be_bound_none_is(path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        listen([Listen(path=str(path)), Listen(path=str(path.parent / "not" / "there"))], LMTP)
    with socket.socket(socket.AF_UNIX) as client, pytest.raises(ConnectionRefusedError):
        client.connect(str(path))
