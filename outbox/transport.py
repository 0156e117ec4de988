"""One SMTP conversation as a client (RFC 5321); the only home of smtplib.

The library gives lines, TLS and AUTH. What is said in a transaction is said here, so that an address cannot become a
parameter, a reply cannot grow without end, and somebody is told before the last dot.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CRLF: Final = b"\r\n"
CHUNK: Final = 64 * 1024
"""Octets that are sent within the time for one reply."""
LONGEST_LINE: Final = 4096
"""Octets of a reply line; RFC 5321 §4.5.3.1.5 asks for 512."""
MOST_LINES: Final = 100
_LINE_DOT: Final = re.compile(rb"(?m)^\.")


class Stage(StrEnum):
    """What was asked when a reply came; only the last ones are about the mail."""

    GREETING = "greeting"
    HELLO = "hello"
    TLS = "tls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"


ABOUT_THE_MAIL: Final = frozenset({Stage.MAIL, Stage.RCPT, Stage.DATA})


class OutcomeUnknown(OSError):
    """The connection ended between the last dot and its reply: the server may have the mail or not."""


class TlsFailed(OSError):
    """The server offered TLS, or had to, and it did not come about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The remote's last reply: basic code and text (enhanced code included), and what it answers to."""

    code: int
    text: str
    stage: Stage = Stage.DATA

    @property
    def accepted(self) -> bool:
        """Say whether the mail is theirs now (2yz)."""
        return self.stage is Stage.DATA and 200 <= self.code < 300

    @property
    def is_about_the_mail(self) -> bool:
        """Say whether this mail was judged, and not the connection."""
        return self.stage in ABOUT_THE_MAIL


class Conversation(smtplib.SMTP):
    """A connection that is open already; `host` is the name that its certificate is held against.

    Raises OSError where the connection fails or the server speaks no SMTP (smtplib's errors are OSErrors).
    """

    def __init__(self, sock: socket.socket, host: str, helo: str) -> None:
        super().__init__(local_hostname=helo)
        self._host = host
        self.sock = sock
        self.file = None

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, of bounded length (RFC 5321 §4.2)."""
        assert self.sock is not None  # noqa: S101 - the library's type
        if self.file is None:
            self.file = self.sock.makefile("rb")
        lines: list[bytes] = []
        while len(lines) < MOST_LINES:
            line = self._reply_line()
            lines.append(line[4:].strip())
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)
        self.close()
        raise smtplib.SMTPServerDisconnected("the reply does not end")

    def _reply_line(self) -> bytes:
        try:
            line = self.file.readline(LONGEST_LINE) if self.file else b""
        except OSError as broken:
            self.close()
            raise smtplib.SMTPServerDisconnected(str(broken) or type(broken).__name__) from broken
        if not line.endswith(b"\n") or not line[:3].isdigit():
            self.close()
            raise smtplib.SMTPServerDisconnected("the server ended the connection" if not line else "this is no SMTP")
        return line

    def greet(self) -> Answer | None:
        """Wait for the greeting and say EHLO, or HELO; answer a refusal."""
        code, text = self.getreply()
        if code != 220:
            return _answer(code, text, Stage.GREETING)
        code, text = self.ehlo()
        if not 200 <= code < 300:
            code, text = self.helo()
        return None if 200 <= code < 300 else _answer(code, text, Stage.HELLO)

    def secure(self, context: ssl.SSLContext) -> Answer | None:
        """Begin TLS (RFC 3207) and say EHLO again; answer a refusal, raise TlsFailed."""
        try:
            code, text = self.starttls(context=context)
        except (ssl.SSLError, ssl.CertificateError, smtplib.SMTPException) as failed:
            raise TlsFailed(str(failed)) from failed
        if code != 220:
            return _answer(code, text, Stage.TLS)
        code, text = self.ehlo()
        return None if 200 <= code < 300 else _answer(code, text, Stage.HELLO)

    def sign_in(self, username: str, password: str) -> Answer | None:
        """Say who we are (RFC 4954); answer a refusal."""
        try:
            self.login(username, password)
        except smtplib.SMTPResponseException as refused:
            text = refused.smtp_error
            return _answer(refused.smtp_code, text if isinstance(text, bytes) else text.encode(), Stage.AUTH)
        except smtplib.SMTPNotSupportedError as missing:
            return Answer(code=503, text=f"5.7.4 {missing}", stage=Stage.AUTH)
        return None

    def transact(
        self,
        content: bytes,
        reverse_path: str,
        forward_paths: Sequence[str],
        *,
        parameters: Sequence[str] = (),
        before_dot: Callable[[], None] = lambda: None,
    ) -> Answer:
        """Play one mail transaction; the first refusal is the answer. `parameters` are those of MAIL.

        What `before_dot` raises leaves the mail without its end, and so unsent (RFC 5321 §4.1.1.4). Raises
        OutcomeUnknown where no reply came after the dot.
        """
        if "SMTPUTF8" in parameters:
            self.command_encoding = "utf-8"
        code, text = self.docmd("MAIL", " ".join((f"FROM:<{reverse_path}>", *parameters)))
        if code != 250:
            return _answer(code, text, Stage.MAIL)
        for path in forward_paths:
            code, text = self.docmd("RCPT", f"TO:<{path}>")
            if code not in (250, 251):
                return _answer(code, text, Stage.RCPT)
        code, text = self.docmd("DATA")
        if code != 354:
            return _answer(code, text, Stage.DATA)
        self._send_content(content)
        before_dot()
        return self._end_mail()

    def _send_content(self, content: bytes) -> None:
        stuffed = _LINE_DOT.sub(b"..", content)  # RFC 5321 §4.5.2
        whole = stuffed if stuffed.endswith(CRLF) else stuffed + CRLF
        for start in range(0, len(whole), CHUNK):
            self.send(whole[start : start + CHUNK])

    def _end_mail(self) -> Answer:
        try:
            self.send(b".\r\n")
            code, text = self.getreply()
        except OSError as broken:
            raise OutcomeUnknown(str(broken)) from broken
        return _answer(code, text, Stage.DATA)

    def leave(self) -> None:
        """Say QUIT and wait for nothing."""
        with suppress(OSError):
            self.putcmd("QUIT")


def submit(
    content: bytes,
    reverse_path: str,
    forward_paths: Sequence[str],
    *,
    host: str,
    port: int,
    helo: str,
    seconds: float = 30,
) -> Answer:
    """Play one mail transaction in clear text with a server that is known; raise OSError where the connection fails."""
    sock = socket.create_connection((host, port), timeout=seconds)
    with closing(Conversation(sock, host, helo)) as conversation:
        refused = conversation.greet()
        if refused is not None:
            return refused
        answer = conversation.transact(content, reverse_path, forward_paths)
        conversation.leave()
        return answer


def _answer(code: int, text: bytes, stage: Stage) -> Answer:
    return Answer(code=code, text=text.decode("utf-8", "replace"), stage=stage)
