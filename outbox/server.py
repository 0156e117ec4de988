"""One mail to one server: connect, secure, sign in, ask for what the mail needs, hand it over."""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from accounts.email import check_email
from accounts.refusals import Invalid
from mail.address import domain_of
from outbox.transport import Answer, Conversation, Stage, TlsFailed

CONNECT_SECONDS: Final = 30.0
REPLY_SECONDS: Final = 120.0
"""For one reply. RFC 5321 §4.5.3.2 allows ten minutes after the dot; a thread waits as long."""
SESSION_SECONDS: Final = 600.0
"""For all of it: who sends a byte now and then does not hold a thread for ever."""
_LONE: Final = re.compile(rb"(?<!\r)\n|\r(?!\n)|\0")


class Security(StrEnum):
    """How the connection is kept from being read."""

    OPPORTUNISTIC = "opportunistic"
    """STARTTLS where it is offered, whatever the certificate; in clear text where that fails (RFC 7435)."""
    STARTTLS = "starttls"
    TLS = "tls"
    CLEAR = "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server and how to speak with it; `connect` opens the socket before a moment of time.monotonic().

    `host` is the name that a certificate has to bear where TLS is asked for; `trust` verifies it, the system's
    authorities where it is None.
    """

    host: str
    connect: Callable[[float], socket.socket]
    security: Security = Security.OPPORTUNISTIC
    username: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is handed over: signed RFC 5322 bytes with CRLF line ends, for one address.

    `before_dot` is called when all is sent but the last dot; what it raises leaves the server without the mail.
    """

    content: bytes = field(repr=False)
    reverse_path: str
    forward_path: str
    before_dot: Callable[[], None] = lambda: None


def hand_over(letter: Letter, server: Server, *, helo: str, seconds: float = SESSION_SECONDS) -> Answer:
    """Play one mail transaction; a refusal by us, before anything is said, looks like one of theirs.

    Raises OSError where the connection fails before the dot, OutcomeUnknown after it.
    """
    if (refused := _check(letter)) is not None:
        return refused
    ends_at = time.monotonic() + seconds
    try:
        return _try(letter, server, helo, ends_at)
    except TlsFailed:
        if server.security is not Security.OPPORTUNISTIC:
            raise
        return _try(letter, replace(server, security=Security.CLEAR), helo, ends_at)


def _try(letter: Letter, server: Server, helo: str, ends_at: float) -> Answer:
    with _connected(server, helo, ends_at) as conversation:
        refused = _begin(conversation, server)
        if refused is not None:
            return refused
        parameters = _parameters(conversation, letter)
        if isinstance(parameters, Answer):
            return parameters
        path = f"{letter.forward_path.rpartition('@')[0]}@{domain_of(letter.forward_path)}"
        answer = conversation.transact(
            letter.content, letter.reverse_path, [path], parameters=parameters, before_dot=letter.before_dot
        )
        conversation.leave()
        return answer


@contextmanager
def _connected(server: Server, helo: str, ends_at: float) -> Iterator[Conversation]:
    plain = server.connect(min(ends_at, time.monotonic() + CONNECT_SECONDS))
    plain.settimeout(REPLY_SECONDS)
    sock = _wrapped(plain, server) if server.security is Security.TLS else plain
    # The end of the time wakes a thread that reads or writes; a TLS layer leaves its descriptor alone.
    conversation = Conversation(sock, server.host, helo)
    timer = threading.Timer(max(ends_at - time.monotonic(), 0), _cut, [conversation])
    timer.daemon = True
    timer.start()
    try:
        yield conversation
    finally:
        timer.cancel()
        conversation.close()


def _wrapped(sock: socket.socket, server: Server) -> socket.socket:
    try:
        return _context(server).wrap_socket(sock, server_hostname=server.host)
    except OSError:
        sock.close()
        raise


def _cut(conversation: Conversation) -> None:
    sock = conversation.sock
    if sock is not None:
        with suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)


def _begin(conversation: Conversation, server: Server) -> Answer | None:
    """Come as far as a transaction may begin; answer what the server has against it."""
    if (refused := conversation.greet()) is not None:
        return refused
    wants_tls = server.security is Security.STARTTLS or (
        server.security is Security.OPPORTUNISTIC and conversation.has_extn("starttls")
    )
    if wants_tls and (refused := conversation.secure(_context(server))) is not None:
        if refused.stage is Stage.TLS:
            raise TlsFailed(refused.text)
        return refused
    return conversation.sign_in(server.username, server.password) if server.username else None


def _context(server: Server) -> ssl.SSLContext:
    if server.security is not Security.OPPORTUNISTIC:
        return server.trust or ssl.create_default_context()
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _check(letter: Letter) -> Answer | None:
    """Refuse what could be read as more than one address or one mail (SECURITY O2, S1)."""
    try:
        check_email(letter.forward_path)
    except Invalid:
        return Answer(code=553, text="5.1.3 This is not an address", stage=Stage.RCPT)
    if _LONE.search(letter.content):
        return Answer(code=554, text="5.6.0 A CR, LF or NUL stands alone in the mail", stage=Stage.DATA)
    return None


def _parameters(conversation: Conversation, letter: Letter) -> tuple[str, ...] | Answer:
    """Answer the parameters of MAIL, or why this server cannot have the mail."""
    size, most = len(letter.content), conversation.esmtp_features.get("size", "").split(" ")[0]
    if most.isdecimal() and 0 < int(most[:20]) < size:
        return Answer(code=552, text="5.3.4 The mail is larger than the server takes", stage=Stage.MAIL)  # RFC 1870 §6
    chosen = [f"SIZE={size}"] if conversation.has_extn("size") else []
    if not letter.content.isascii():
        if not conversation.has_extn("8bitmime"):
            return Answer(code=554, text="5.6.3 The server takes no 8-bit mail", stage=Stage.MAIL)  # RFC 6152 §3
        chosen.append("BODY=8BITMIME")
    header = letter.content.partition(b"\r\n\r\n")[0]
    if not (header.isascii() and letter.forward_path.rpartition("@")[0].isascii()):
        if not conversation.has_extn("smtputf8"):
            return Answer(code=553, text="5.6.7 The server takes no such addresses", stage=Stage.MAIL)  # RFC 6531 §3.5
        chosen.append("SMTPUTF8")
    return tuple(chosen)
