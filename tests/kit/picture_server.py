"""A web server on loopback as a hostile sender would run one: each path names what it does.

/ok.png             a picture             /to/URL        302 to the URL
/type/…             its bytes by suffix   /loop          302 to itself
/big/N              N octets              /drip          a header that never ends, byte by byte
/chunked/N          N octets, chunked     /hold          answers when `release` is set
/cut                less than was said    /zipped        Content-Encoding: gzip
/endless-header     100 kB of header      /status/N      that status with a picture
"""

from __future__ import annotations

import ssl
import struct
import threading
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, Self
from urllib.parse import unquote


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))


PNG: Final = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack("!IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\x33\x88\x55"))
    + _chunk(b"IEND", b"")
)
"""One green dot."""
KINDS: Final = {
    "png": PNG,
    "jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 20,
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "webp": b"RIFF\x1a\x00\x00\x00WEBPVP8L" + b"\x00" * 18,
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": b"<script>alert(1)</script>",
    "pdf": b"%PDF-1.7",
    "bmp": b"BM" + b"\x00" * 60,
    "empty": b"",
}


class PictureServer:
    """`with PictureServer() as outside: outside.url("/ok.png")`; `asked` holds (path, header) of each request."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.release = threading.Event()
        self.waiting = threading.Semaphore(0)
        outside = self

        class Handler(_Handler):
            server_of_pictures = outside

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._scheme = "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.release.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Answer an address here."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        """Answer what was asked for."""
        return [path for path, _ in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server_of_pictures: PictureServer
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def handle(self) -> None:
        """Serve until the other side has enough."""
        with suppress(OSError):
            super().handle()

    def do_GET(self) -> None:
        """Do what the path says."""
        outside = self.server_of_pictures
        outside.asked.append((self.path, dict(self.headers.items())))
        _, verb, *rest = self.path.split("/", 2)
        given = rest[0] if rest else ""
        match verb.partition("?")[0]:
            case "to":
                self._answer(b"", 302, Location=unquote(given))
            case "loop":
                self._answer(b"", 302, Location="/loop")
            case "type":
                self._answer(KINDS[given], 200, **{"Content-Type": "image/png"})
            case "big":
                self._answer(PNG.ljust(int(given), b"\0"))
            case "chunked":
                self._chunked(PNG.ljust(int(given), b"\0"))
            case "cut":
                self._answer(PNG, 200, **{"Content-Length": str(len(PNG) + 9)})
                self.close_connection = True
            case "zipped":
                self._answer(PNG, 200, **{"Content-Encoding": "gzip"})
            case "status":
                self._answer(PNG, int(given))
            case "endless-header":
                self._answer(PNG, 200, **{f"X-{number}": "x" * 4000 for number in range(25)})
            case "hold":
                outside.waiting.release()
                outside.release.wait(30)
                self._answer(PNG)
            case "drip":
                self._drip()
            case _:
                self._answer(PNG, 200, **{"Content-Type": "image/png", "Set-Cookie": "tracker=1"})

    def _answer(self, body: bytes, status: int = 200, **header: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | header).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _chunked(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for start in range(0, len(body), 65_536):
            piece = body[start : start + 65_536]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def _drip(self) -> None:
        """Send a little now and then, so that no single read times out."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.server_of_pictures.release.wait(0.02):
            self.wfile.write(b"x")
            self.wfile.flush()
