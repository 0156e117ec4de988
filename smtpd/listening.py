"""Listening sockets: each belongs to a service."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from config.listen import Listen
from smtpd.service import SMTP, Service

UNIX_MODE: Final = 0o660
"""Who may connect to a UNIX socket: our user, and the group of the directory or of the process."""


@dataclass(frozen=True, slots=True)
class Listener:
    """A bound socket, and what it offers."""

    socket: socket.socket
    service: Service

    def __str__(self) -> str:
        name = self.socket.getsockname()
        return f"{self.service.name} {name}" if isinstance(name, str) else f"{self.service.name} {name[0]}:{name[1]}"


def listen(places: Iterable[Listen], service: Service = SMTP) -> list[Listener]:
    """Open sockets; several processes may share a port, the last one that binds a path has it. Raises OSError."""
    listeners: list[Listener] = []
    try:
        for place in places:
            bound = _bind_path(place.path) if place.path else _bind_port(place.host, place.port)
            listeners.append(Listener(bound, service))
    except OSError:
        close(listeners)
        raise
    return listeners


def close(listeners: Sequence[Listener]) -> None:
    """Close sockets that nobody serves."""
    for one in listeners:
        one.socket.close()


def _bind_port(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Without IPPROTO_TCP asyncio leaves TCP_NODELAY off, which costs 40 ms an EHLO.
    one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with _closed_on_error(one):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((host, port))
    return one


def _bind_path(path: str) -> socket.socket:
    _remove_stale(path)
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with _closed_on_error(one):
        # The mode is right from the first moment on: nobody connects in between.
        before = os.umask(0o777 & ~UNIX_MODE)
        try:
            one.bind(path)
        finally:
            os.umask(before)
    return one


def _remove_stale(path: str) -> None:
    """Remove a socket that nobody listens on any more; one in use, or another kind of file, makes binding fail."""
    with suppress(FileNotFoundError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if not stat.S_ISSOCK(os.stat(path).st_mode):
            return
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)


@contextmanager
def _closed_on_error(one: socket.socket) -> Iterator[None]:
    try:
        yield
        one.setblocking(False)
    except OSError:
        one.close()
        raise
