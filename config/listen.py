"""Where a socket listens: host and port, or the path of a UNIX socket."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

PORT_LIMIT = 65535
IMPLICIT_TLS_PORT = 465
"""Of submission: TLS from the first octet (RFC 8314 §3.3); on any other port it begins with STARTTLS."""


@dataclass(frozen=True, slots=True)
class Listen:
    """`host` without brackets and `port` (0: any free one), or `path`."""

    host: str = ""
    port: int = 0
    path: str = ""

    @property
    def is_loopback(self) -> bool:
        """Answer whether only this machine can reach it."""
        if self.path or self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def __str__(self) -> str:
        return self.path or join_port(self.host, self.port)


def parse_listen(text: str, *, may_be_path: bool = False) -> Listen:
    """Read `host:port`, `[IPv6]:port` or, where allowed, a path; raise ValueError with the reason."""
    if "/" in text:
        if not may_be_path:
            raise ValueError(f"'{text}' is a path; host:port is wanted")
        return Listen(path=text.removeprefix("unix:"))
    host, port = split_port(text, default=None)
    if not host:
        raise ValueError(f"'{text}' has no host; say 0.0.0.0 or [::] for every interface")
    return Listen(host, port)


def split_port(text: str, *, default: int | None) -> tuple[str, int]:
    """Split `host:port`; brackets around an IPv6 address go. Raise ValueError without a port and a default."""
    if text.startswith("["):
        host, bracket, rest = text[1:].partition("]")
        if not bracket or not (rest.startswith(":") or rest == ""):
            raise ValueError(f"'{text}' is not [address]:port")
        port = rest[1:]
    elif text.count(":") > 1:
        host, port = text, ""
    else:
        host, _, port = text.partition(":")
    if port == "" and default is not None:
        return host, default
    if not (port.isascii() and port.isdigit()) or int(port) > PORT_LIMIT:
        raise ValueError(f"'{text}' has no port from 0 to {PORT_LIMIT}")
    return host, int(port)


def join_port(host: str, port: int) -> str:
    """Write host and port, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
