"""An SMTP server on loopback that does as it is told: takes mail, refuses it, or goes away at a given word.

    with MailServer() as server: ...                                   # takes everything
    MailServer(replies={"RCPT": "550 5.1.1 Nobody"})                   # the reply to a verb
    MailServer(replies={"DOT": GONE})                                  # ends the connection in its place

`mails` holds what was taken, dots unstuffed; `lines` every command in order.
"""

from __future__ import annotations

import contextlib
import io
import socketserver
import ssl
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

GONE: Final = "\0gone"
OFFERED: Final = ("PIPELINING", "SIZE 30000000", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES")
REPLIES: Final = {
    "GREETING": "220 mx.test.example ESMTP",
    "MAIL": "250 2.1.0 Ok",
    "RCPT": "250 2.1.5 Ok",
    "DATA": "354 Go on",
    "DOT": "250 2.0.0 Taken",
    "AUTH": "235 2.7.0 Welcome",
    "QUIT": "221 2.0.0 Bye",
    "STARTTLS": "220 2.0.0 Go on",
}
Reply = str | Callable[[], str]


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail, and the commands of its transaction; `secure`: it came over TLS."""

    mail: str
    rcpt: tuple[str, ...]
    content: bytes
    secure: bool


class MailServer(socketserver.ThreadingTCPServer):
    """Listens until the block ends; a reply may be a function, called each time."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 50

    def __init__(
        self,
        replies: Mapping[str, Reply] | None = None,
        *,
        offers: Sequence[str] = OFFERED,
        tls: ssl.SSLContext | None = None,
        implicit_tls: bool = False,
        port: int = 0,
    ) -> None:
        self.replies: dict[str, Reply] = {**REPLIES, **(replies or {})}
        self.offers = offers
        self.tls = tls
        self.implicit_tls = implicit_tls
        self.mails: list[Taken] = []
        self.lines: list[str] = []
        self.most_at_once = 0
        self.now_open = 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Session)

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    @property
    def port(self) -> int:
        """Answer the port that was taken."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients break off, and are meant to."""


class _Session(socketserver.BaseRequestHandler):
    server: MailServer

    def handle(self) -> None:
        with self.server.lock:
            self.server.now_open += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.now_open)
        try:
            with contextlib.suppress(OSError, ssl.SSLError):
                if self.server.implicit_tls:
                    self._begin_tls()
                self._talk()
        finally:
            self.request.close()
            with self.server.lock:
                self.server.now_open -= 1

    def _talk(self) -> None:
        self.file: io.BufferedIOBase = self.request.makefile("rb")
        mail, rcpt = "", []
        going = self._say("GREETING")
        while going and (line := self.file.readline(10_000).decode("utf-8", "replace").rstrip("\r\n")):
            self.server.lines.append(line)
            verb = line.partition(" ")[0].upper()
            match verb:
                case "EHLO":
                    self._offer()
                case "MAIL":
                    mail, rcpt = line, []
                    going = self._say(verb)
                case "RCPT":
                    reply = self._reply(verb)
                    rcpt += [line] if reply.startswith("2") else []
                    going = self._send(reply)
                case "DATA" if not rcpt:
                    going = self._send("554 5.5.1 No valid recipients")
                case "DATA":
                    going = self._say(verb) and self._take(mail, tuple(rcpt))
                case "STARTTLS":
                    going = self._say(verb)
                    if self.server.tls is not None:
                        self._begin_tls()
                        self.file = self.request.makefile("rb")
                case "QUIT":
                    going = self._say(verb) and False
                case _:
                    going = self._say(verb if verb in self.server.replies else "MAIL")

    def _offer(self) -> None:
        offers = [*self.server.offers]
        if self.server.tls is not None and not isinstance(self.request, ssl.SSLSocket):
            offers.append("STARTTLS")
        lines = ["mx.test.example", *offers]
        said = [f"250{' ' if one is lines[-1] else '-'}{one}\r\n" for one in lines]
        self.request.sendall("".join(said).encode())

    def _begin_tls(self) -> None:
        assert self.server.tls is not None
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)

    def _take(self, mail: str, rcpt: tuple[str, ...]) -> bool:
        content = io.BytesIO()
        while (line := self.file.readline(100_000)) != b".\r\n":
            if not line:
                return False
            content.write(line[1:] if line.startswith(b".") else line)
        reply = self._reply("DOT")
        if reply.startswith("2"):
            secure = isinstance(self.request, ssl.SSLSocket)
            self.server.mails.append(Taken(mail, rcpt, content.getvalue(), secure))
        return self._send(reply)

    def _say(self, word: str) -> bool:
        return self._send(self._reply(word))

    def _reply(self, word: str) -> str:
        reply = self.server.replies[word]
        return reply if isinstance(reply, str) else reply()

    def _send(self, reply: str) -> bool:
        if reply.startswith(GONE):
            return False
        self.request.sendall(reply.encode() + b"\r\n")
        return reply[:1] in "23" or reply[:3] != "421"
