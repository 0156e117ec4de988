"""The mail server that the operator named to send through (SMARTHOST_URL)."""

from __future__ import annotations

import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from outbox.server import Security, Server

PORTS: Final = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
SECURITIES: Final = {
    "smtp": Security.OPPORTUNISTIC,
    "smtps": Security.TLS,
    "smtp+starttls": Security.STARTTLS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Smarthost:
    """Where and how; the password never shows in a repr."""

    host: str
    port: int
    security: Security
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """Answer `host:port`, for people and for limits."""
        return f"{self.host}:{self.port}"

    def server(self, trust: ssl.SSLContext | None = None) -> Server:
        """Answer how to speak with it; it may stand inside, because the operator named it."""
        return Server(
            host=self.host,
            connect=self._connect,
            security=self.security,
            username=self.username,
            password=self.password,
            trust=trust,
        )

    def _connect(self, ends_at: float) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=max(ends_at - time.monotonic(), 0.001))


def parse_smarthost(url: str) -> Smarthost:
    """Read a URL that the settings have checked."""
    parts = urlsplit(url)
    return Smarthost(
        host=parts.hostname or "",
        port=parts.port or PORTS[parts.scheme],
        security=SECURITIES[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
