"""The world outside as a browser in a test meets it: a proxy that writes down who was asked for and answers 502."""

from __future__ import annotations

import socketserver
import threading
from typing import Final

LONGEST_LINE: Final = 4096


class Outside:
    """Listens on loopback until it is closed, and keeps the first line of every request, CONNECT as well."""

    def __init__(self) -> None:
        self._asked: list[str] = []
        asked = self._asked

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                if line := self.rfile.readline(LONGEST_LINE):
                    asked.append(line.decode("latin-1").strip())
                    self.wfile.write(b"HTTP/1.1 502 Outside\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def heard(self) -> list[str]:
        """Answer what was asked since the last time."""
        heard = self._asked.copy()
        del self._asked[: len(heard)]
        return heard

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
