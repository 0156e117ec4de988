"""A catching relay on loopback: takes every mail and keeps it, to show that nothing was sent."""

from __future__ import annotations

import socketserver
import threading
from typing import ClassVar


class _Session(socketserver.StreamRequestHandler):
    replies: ClassVar = {b"DATA": b"354 End data with <CR><LF>.<CR><LF>\r\n", b"QUIT": b"221 2.0.0 Bye\r\n"}

    def handle(self) -> None:
        self.wfile.write(b"220 relay ESMTP\r\n")
        while line := self.rfile.readline(1000):
            verb = line.strip().upper()[:4]
            self.wfile.write(self.replies.get(verb, b"250 2.0.0 Ok\r\n"))
            if verb == b"DATA":
                self._take()
            if verb == b"QUIT":
                return

    def _take(self) -> None:
        content = bytearray()
        while (line := self.rfile.readline(65536)) and line != b".\r\n":
            content += line
        assert isinstance(self.server, CatchingRelay)  # noqa: S101 -- socketserver types its server too widely
        self.server.caught.append(bytes(content))
        self.wfile.write(b"250 2.0.0 Ok\r\n")


class CatchingRelay(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1; `caught` holds the contents, dots still stuffed."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.caught: list[bytes] = []
        super().__init__(("127.0.0.1", port), _Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Answer the port that was taken."""
        return int(self.server_address[1])

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()
