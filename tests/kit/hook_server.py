"""A receiver of webhooks on loopback: each path names what it answers.

/ok         204                  /to/URL   307 to the URL
/status/N   that status          /big      200 with a body of 4 MB
/hold       answers when `release` is set
"""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Posted:
    """One request; names of fields are in lower case."""

    path: str
    fields: dict[str, str]
    body: bytes


class HookServer:
    """`with HookServer() as outside: outside.url("/ok")`; `posted` holds the requests."""

    def __init__(self) -> None:
        self.posted: list[Posted] = []
        self.release = threading.Event()
        outside = self

        class Handler(_Handler):
            outside_server = outside

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def url(self, path: str) -> str:
        """Answer an address here."""
        return f"http://127.0.0.1:{self._server.server_address[1]}{path}"


class _Handler(BaseHTTPRequestHandler):
    outside_server: HookServer
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Serve until the other side has enough."""
        with suppress(OSError):
            super().handle()

    def do_POST(self) -> None:
        """Do what the path says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fields = {name.lower(): value for name, value in self.headers.items()}
        self.outside_server.posted.append(Posted(self.path, fields, body))
        _, verb, *rest = self.path.split("/", 2)
        match verb:
            case "status":
                self._answer(int(rest[0]), b"No\x00, thanks")
            case "to":
                self._answer(307, b"", Location=unquote(rest[0]))
            case "big":
                self._answer(200, b"x" * 4_000_000)
            case "hold":
                self.outside_server.release.wait(30)
                self._answer(204, b"")
            case _:
                self._answer(204, b"", **{"Set-Cookie": "a=secret", "X-Request-Id": "7\x85x"})

    def _answer(self, status: int, body: bytes, **fields: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | fields).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
