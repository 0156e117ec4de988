"""A catching relay on loopback: takes every mail and keeps it, to show what would be sent and that nothing was."""

from __future__ import annotations

import socketserver
import threading
from pathlib import Path
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
            content += line[1:] if line.startswith(b".") else line
        assert isinstance(self.server, CatchingRelay)  # noqa: S101 -- socketserver types its server too widely
        self.server.keep(bytes(content))
        self.wfile.write(b"250 2.0.0 Ok\r\n")


class CatchingRelay(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1; `caught` holds the contents, which are also files of a directory where one is given."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0, directory: Path | None = None) -> None:
        self.caught: list[bytes] = []
        self._directory = directory
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Session)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        """Answer the port that was taken."""
        return int(self.server_address[1])

    def keep(self, content: bytes) -> None:
        """Take a mail."""
        with self._lock:
            self.caught.append(content)
            if self._directory is not None:
                self._directory.mkdir(parents=True, exist_ok=True)
                (self._directory / f"{len(self.caught)}.eml").write_bytes(content)

    def close(self) -> None:
        """Stop listening."""
        self.shutdown()
        self.server_close()
