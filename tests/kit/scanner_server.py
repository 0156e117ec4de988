"""A clamd and an rspamd on the loopback that find the EICAR test file (no scanner is installed where tests run)."""

from __future__ import annotations

import json
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

EICAR: Final = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Counting:
    """What a server was asked; `answer` overrides what it says."""

    def __init__(self) -> None:
        self.scanned: list[bytes] = []
        self.answer: bytes | None = None


@contextmanager
def clamd(path: str = "") -> Iterator[tuple[str, Counting]]:
    """Serve zINSTREAM as clamd(8) tells; answer the URL and what was asked."""
    told = Counting()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire = self.request.makefile("rb")
            assert wire.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", wire.read(4))[0]:
                content += wire.read(size)
            told.scanned.append(content)
            said = b"stream: Eicar-Test-Signature FOUND" if EICAR in content else b"stream: OK"
            self.request.sendall((said if told.answer is None else told.answer) + b"\0")

    server: socketserver.BaseServer
    if path:
        server = socketserver.ThreadingUnixStreamServer(path, Handler)
        url = f"unix:{path}"
    else:
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        url = f"tcp://127.0.0.1:{server.server_address[1]}"
    with _running(server):
        yield url, told


@contextmanager
def rspamd() -> Iterator[tuple[str, Counting]]:
    """Serve /checkv2 with the symbol that rspamd's antivirus module gives."""
    told = Counting()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            told.scanned.append(content)
            found = {"CLAM_VIRUS": {"score": 8.0, "options": ["Eicar-Test-Signature"]}} if EICAR in content else {}
            symbols = {"MIME_GOOD": {"score": -0.1}, "CLAM_VIRUS_FAIL": {"score": 0}} | found
            body = json.dumps({"action": "no action", "symbols": symbols}).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body if told.answer is None else told.answer)

        def log_message(self, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with _running(server):
        yield f"http://127.0.0.1:{server.server_address[1]}", told


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
