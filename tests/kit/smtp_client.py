"""A raw SMTP client: says exactly the bytes it is told, in the packets it is told, and reads replies."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from types import TracebackType
from typing import Self


class SmtpClient:
    """Blocking, with a deadline for every read; lines are strings without CR LF."""

    def __init__(
        self, port: int = 0, *, host: str = "127.0.0.1", source: str = "", path: Path | None = None, seconds: float = 30
    ) -> None:
        """Connect to a port, from a `source` address of one's own, or to the UNIX socket at `path`."""
        self.socket: socket.socket
        if path is not None:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(seconds)
            self.socket.connect(str(path))
        else:
            self.socket = socket.create_connection((host, port), seconds, (source, 0) if source else None)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.socket.close()

    def raw(self, octets: bytes) -> None:
        """Send octets in one go."""
        self.socket.sendall(octets)

    def say(self, *lines: str) -> None:
        """Send lines in one packet."""
        self.raw(b"".join(line.encode("utf-8", "surrogateescape") + b"\r\n" for line in lines))

    def line(self) -> str:
        """Read one line, "" where the server closed."""
        while b"\r\n" not in self._buffer:
            try:
                chunk = self.socket.recv(65536)
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                return ""
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\r\n")
        return line.decode("ascii")

    def unread(self, line: str) -> None:
        """Put a line back, so that it is read next."""
        self._buffer = line.encode("ascii") + b"\r\n" + self._buffer

    def reply(self) -> str:
        """Read one reply; the lines of a long one are joined by a line feed."""
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        return "\n".join(lines)

    def ask(self, *lines: str) -> str:
        """Send lines in one packet and read one reply."""
        self.say(*lines)
        return self.reply()

    def is_closed(self) -> bool:
        """Tell whether the server closes and says no more."""
        return self.line() == ""

    def start_tls(self) -> None:
        """Shake hands, trusting anybody."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.socket = context.wrap_socket(self.socket)
        self._buffer = b""

    def hello(self, name: str = "client.example") -> str:
        """Read the greeting and say EHLO."""
        self.reply()
        return self.ask(f"EHLO {name}")

    def send_mail(self, content: bytes, *recipients: str, sender: str = "rita@seller.example") -> str:
        """Send one mail, dots stuffed, pipelined where that is allowed; answer the last reply."""
        self.say(f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in recipients), "DATA")
        replies = [self.reply() for _ in range(len(recipients) + 2)]
        if not replies[-1].startswith("354"):
            return replies[-1]
        self.raw(stuffed(content))
        return self.reply()


def stuffed(content: bytes) -> bytes:
    """Answer the octets that carry this content: dots doubled, and the end (RFC 5321 §4.5.2)."""
    lines = content.split(b"\r\n")
    carried = b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines)
    return carried + (b"" if content.endswith(b"\r\n") or not content else b"\r\n") + b".\r\n"
