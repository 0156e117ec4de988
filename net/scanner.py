"""Ask the operator's scanner about octets: clamd by INSTREAM, rspamd by /checkv2 (RULES R57).

The host stands in the operator's own settings, so the guard of hosts that others name is not asked.
"""

from __future__ import annotations

import http.client
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlsplit

SECONDS: Final = 30.0
CHUNK: Final = 65_536
MOST_ANSWER: Final = 1 << 20
CLAMD_PORT: Final = 3310
LONGEST_NAME: Final = 200
TELLING: Final = ("VIRUS", "MALWARE")
"""What stands in the names of rspamd's symbols that a virus scanner behind it gives."""


class ScannerAway(Exception):
    """No answer came, or none that can be understood; the text is a sentence for the log."""


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """`name` is what the scanner calls what it found, "" where it found nothing."""

    name: str = ""

    @property
    def is_infected(self) -> bool:
        """Tell whether something was found."""
        return bool(self.name)


class Scanner(Protocol):
    """Looks into octets."""

    def scan(self, content: bytes) -> ScanAnswer:
        """Answer what was found; raise ScannerAway."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at a host and port, or at the path of a UNIX socket."""

    host: str = ""
    port: int = CLAMD_PORT
    path: str = ""

    def scan(self, content: bytes) -> ScanAnswer:
        """Send it in chunks (clamd(8), zINSTREAM) and read the one line of the answer."""
        try:
            with self._connected() as wire:
                wire.sendall(b"zINSTREAM\0")
                for at in range(0, len(content), CHUNK):
                    chunk = content[at : at + CHUNK]
                    wire.sendall(struct.pack("!L", len(chunk)) + chunk)
                wire.sendall(struct.pack("!L", 0))
                answer = _line(wire)
        except OSError as failed:
            raise ScannerAway(f"clamd does not answer: {type(failed).__name__}") from None
        return _read_clamd(answer)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        if self.path:
            wire = socket.socket(socket.AF_UNIX)
            wire.settimeout(SECONDS)
            with wire:
                wire.connect(self.path)
                yield wire
            return
        with socket.create_connection((self.host, self.port), SECONDS) as wire:
            yield wire


@dataclass(frozen=True, slots=True)
class Rspamd:
    """An rspamd worker that takes /checkv2; it judges whole mails and files alike."""

    host: str
    port: int
    password: str = ""

    def scan(self, content: bytes) -> ScanAnswer:
        """Post it, and look for symbols of virus scanners in the answer."""
        wire = http.client.HTTPConnection(self.host, self.port, timeout=SECONDS)
        fields = {"Password": self.password} if self.password else {}
        try:
            wire.request("POST", "/checkv2", content, fields)
            answer = wire.getresponse()
            body = answer.read(MOST_ANSWER)
        except (OSError, http.client.HTTPException) as failed:
            raise ScannerAway(f"rspamd does not answer: {type(failed).__name__}") from None
        finally:
            wire.close()
        if answer.status != http.client.OK:
            raise ScannerAway(f"rspamd answers {answer.status}")
        return _read_rspamd(body)


def scanner_at(url: str) -> Scanner:
    """Answer the scanner of SCANNER_URL: tcp://host:port, unix:/path, http://host:port; raise ValueError."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path.startswith("/"):
        return Clamd(path=parts.path)
    if parts.scheme == "tcp" and parts.hostname:
        return Clamd(host=parts.hostname, port=parts.port or CLAMD_PORT)
    if parts.scheme == "http" and parts.hostname:
        return Rspamd(parts.hostname, parts.port or 11333, parts.password or "")
    raise ValueError("must be tcp://host:port or unix:/path of clamd, or http://host:port of rspamd")


def _line(wire: socket.socket) -> str:
    kept = b""
    while b"\0" not in kept and len(kept) < MOST_ANSWER:
        more = wire.recv(CHUNK)
        if not more:
            break
        kept += more
    return kept.partition(b"\0")[0].decode("utf-8", "replace").strip()


def _read_clamd(answer: str) -> ScanAnswer:
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ScanAnswer()
    if said.endswith(" FOUND"):
        return ScanAnswer(said.removesuffix(" FOUND")[:LONGEST_NAME] or "unnamed")
    raise ScannerAway(f"clamd answers {answer[:LONGEST_NAME]!r}")


def _read_rspamd(body: bytes) -> ScanAnswer:
    try:
        symbols = json.loads(body)["symbols"]
        found = sorted(name for name in symbols if any(word in name.upper() for word in TELLING))
        for name in found:
            if float(symbols[name].get("score", 0)) > 0 or symbols[name].get("options"):
                return ScanAnswer(", ".join(map(str, symbols[name].get("options") or [name]))[:LONGEST_NAME])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ScannerAway("rspamd answers what cannot be read") from None
    return ScanAnswer()
