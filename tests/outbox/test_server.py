"""One mail over the wire: byte for byte, with what the server offers, and nothing of it becomes a command."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from outbox.outcome import Fate, clean, read_answer
from outbox.server import Letter, Security, Server, hand_over
from outbox.transport import Answer, OutcomeUnknown, Stage, TlsFailed
from tests.kit.certificate import write_certificate
from tests.kit.mail_server import GONE, OFFERED, MailServer

CONTENT = b"From: no-reply@bcc.example\r\nTo: anna@northwind.example\r\nSubject: Held\r\n\r\nHello\r\n"
LETTER = Letter(content=CONTENT, reverse_path="", forward_path="anna@northwind.example")


def at(server: MailServer, **more: object) -> Server:
    """Answer how to reach the server."""

    def connect(ends_at: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", server.port), timeout=max(ends_at - time.monotonic(), 0.001))

    return replace(Server(host="localhost", connect=connect), **more)


def send(server: MailServer, letter: Letter = LETTER, **more: object) -> Answer:
    """Hand the letter over."""
    return hand_over(letter, at(server, **more), helo="mx.bcc.example")


@pytest.mark.parametrize(
    "body",
    [
        b".\r\n..\r\n. a\r\n.b",
        b"a\r\n.\r\nRCPT TO:<x@y.example>\r\n",
        b"\r\n.\r\n\r\n..\r\n",
        b"x" * 998 + b"\r\n" + b"." * 998 + b"\r\n",
        b"y\r\n" * 60_000,
    ],
)
def test_the_content_arrives_byte_for_byte(body: bytes) -> None:
    content = CONTENT + body
    with MailServer() as server:
        assert send(server, replace(LETTER, content=content)).accepted
        assert [one.content for one in server.mails] == [content if content.endswith(b"\r\n") else content + b"\r\n"]
        assert server.mails[0].mail == f"MAIL FROM:<> SIZE={len(content)}"
        assert server.mails[0].rcpt == ("RCPT TO:<anna@northwind.example>",)
        assert server.lines[0].upper() == "EHLO MX.BCC.EXAMPLE"


def test_8_bits_and_utf8_are_said_where_they_are_there() -> None:
    body = replace(LETTER, content=CONTENT + "Grüße\r\n".encode())
    header = replace(body, content="Subject: Grüße\r\n".encode() + CONTENT, forward_path="jürgen@münchen.example")
    domain = replace(LETTER, forward_path="anna@münchen.example")
    with MailServer() as server:
        assert all(send(server, one).accepted for one in (body, header, domain))
    assert "BODY=8BITMIME" in server.mails[0].mail
    assert "SMTPUTF8" not in server.mails[0].mail
    assert server.mails[1].mail.endswith(" BODY=8BITMIME SMTPUTF8")
    assert server.mails[1].rcpt == ("RCPT TO:<jürgen@xn--mnchen-3ya.example>",)
    assert "SMTPUTF8" not in server.mails[2].mail
    assert server.mails[2].rcpt == ("RCPT TO:<anna@xn--mnchen-3ya.example>",)
    with MailServer(offers=("SIZE 100",)) as plain:
        assert send(plain, replace(LETTER, content=CONTENT * 2)).text.startswith("5.3.4")
    with MailServer(offers=()) as plain:
        assert send(plain, body).text.startswith("5.6.3")
        assert send(plain, header).code in (553, 554)
        assert send(plain).accepted
        assert plain.mails[0].mail == "MAIL FROM:<>"


@pytest.mark.parametrize(
    "path",
    [
        "anna@northwind.example>\r\nRCPT TO:<eve@evil.example",
        "anna@northwind.example> SIZE=1",
        "anna@northwind.example\n",
        "<anna@northwind.example>",
        "anna@northwind.example,eve@evil.example",
        "@relay.example:anna@northwind.example",
        '"a b"@northwind.example',
        "anna@[127.0.0.1]",
        "anna@northwind.example\0",
        "anna",
        "",
        "a\u2028b@northwind.example",
        "anna@northwind.example RET=FULL",
    ],
)
def test_an_address_never_becomes_a_command_or_another_address(path: str) -> None:
    with MailServer() as server:
        answer = send(server, replace(LETTER, forward_path=path))
        if path.strip() == "anna@northwind.example":
            path = path.strip()
        assert not server.mails or server.mails[0].rcpt == (f"RCPT TO:<{path}>",)
        assert answer.accepted or (answer.code, answer.stage) == (553, Stage.RCPT)


@pytest.mark.parametrize("body", [b"a\n.\nMAIL FROM:<x@y>\r\n", b"a\r.\r", b"a\0b\r\n", b"a\r\r\n", b"a\n"])
def test_a_mail_that_servers_would_end_at_different_places_is_not_sent(body: bytes) -> None:
    with MailServer() as server:
        assert send(server, replace(LETTER, content=CONTENT + body)).text.startswith("5.6.0")
        assert server.lines == []


@pytest.mark.parametrize(
    ("word", "reply", "stage", "fate"),
    [
        ("GREETING", "554 5.7.1 Not you", Stage.GREETING, Fate.DEFERRED),
        ("MAIL", "451 4.3.0 Later", Stage.MAIL, Fate.DEFERRED),
        ("MAIL", "550 5.7.1 No", Stage.MAIL, Fate.FAILED),
        ("MAIL", "530 5.7.0 Must issue a STARTTLS command first", Stage.MAIL, Fate.DEFERRED),
        ("RCPT", "450 4.2.0 Greylisted", Stage.RCPT, Fate.DEFERRED),
        ("RCPT", "550-5.1.1 Nobody\r\n550 5.1.1 here", Stage.RCPT, Fate.FAILED),
        ("DATA", "554 5.5.1 No", Stage.DATA, Fate.FAILED),
        ("DOT", "452 4.2.2 Full", Stage.DATA, Fate.DEFERRED),
        ("DOT", "550 5.7.1 Spam", Stage.DATA, Fate.FAILED),
    ],
)
def test_a_refusal_is_the_answer_and_nothing_follows_it(word: str, reply: str, stage: Stage, fate: Fate) -> None:
    with MailServer({word: reply}) as server:
        answer = send(server)
    outcome = read_answer(answer, "mx.example")
    assert (answer.code, answer.stage, outcome.fate) == (int(reply[:3]), stage, fate)
    assert outcome.reply == " ".join(line[4:] for line in reply.split("\r\n"))
    assert server.mails == []


def test_who_asks_us_to_slow_down_is_heard() -> None:
    for reply, slow in (("421 4.7.0 Too many", True), ("450 4.7.28 Rate", True), ("450 4.2.1 Busy", False)):
        with MailServer({"RCPT": reply}) as server:
            assert read_answer(send(server), "x").slow_down is slow


def test_before_the_dot_a_broken_connection_is_no_mail_and_after_it_nobody_knows() -> None:
    for word in ("GREETING", "MAIL", "RCPT", "DATA"):
        with MailServer({word: GONE}) as server, pytest.raises(OSError, match=r".") as broken:
            send(server)
        assert not isinstance(broken.value, OutcomeUnknown)
    with MailServer({"DOT": GONE}) as server, pytest.raises(OutcomeUnknown):
        send(server)


def test_what_is_raised_before_the_dot_leaves_the_server_without_the_mail() -> None:
    class Lost(Exception):
        pass

    def lose() -> None:
        raise Lost

    with MailServer() as server, pytest.raises(Lost):
        send(server, replace(LETTER, before_dot=lose))
    assert server.mails == []
    assert server.lines[-1] == "DATA"


@pytest.mark.parametrize("reply", ["250-" + "a" * 5000, "250-a\r\n" * 200 + "250 b", "hello", "25 x", "２５0 x"])
def test_a_reply_without_end_or_sense_is_a_broken_connection(reply: str) -> None:
    with MailServer({"MAIL": reply}) as server, pytest.raises(OSError, match=r"."):
        send(server)


def test_a_server_that_never_answers_is_left() -> None:
    over = threading.Event()

    def wait() -> str:
        over.wait(20)
        return "250 2.1.0 Ok"

    with MailServer({"MAIL": wait}) as server:
        with pytest.raises(OSError, match=r"."):
            hand_over(LETTER, at(server), helo="x", seconds=0.1)
        assert not over.is_set()
        over.set()
    assert server.mails == []


def test_tls_is_verified_where_it_is_asked_for_and_taken_as_it_comes_elsewhere(tmp_path: Path) -> None:
    certificate, key = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    trust = ssl.create_default_context(cafile=str(certificate))
    with MailServer(tls=context) as server:
        assert send(server).accepted
        assert server.mails[-1].secure
        with pytest.raises(TlsFailed):
            send(server, security=Security.STARTTLS)
        assert send(server, security=Security.STARTTLS, trust=trust).accepted
        assert send(server, security=Security.STARTTLS, trust=trust, username="anna").text.startswith("5.7.4")
    with MailServer(tls=context, offers=(*OFFERED, "AUTH PLAIN")) as server:
        assert send(server, security=Security.STARTTLS, trust=trust, username="anna", password="p w").accepted
        assert server.mails[-1].secure
        assert "AUTH PLAIN AGFubmEAcCB3" in server.lines
    with MailServer(tls=context, implicit_tls=True) as server:
        assert send(server, security=Security.TLS, trust=trust).accepted
        with pytest.raises(ssl.SSLError):
            send(server, security=Security.TLS)
        assert len(server.mails) == 1


def test_opportunistic_tls_that_fails_is_done_without() -> None:
    with MailServer({"STARTTLS": "454 4.7.0 Not now"}, offers=(*OFFERED, "STARTTLS")) as server:
        assert send(server).accepted
        assert not server.mails[0].secure
        with pytest.raises(TlsFailed):
            send(server, security=Security.STARTTLS)
        assert len(server.mails) == 1


def test_wrong_credentials_are_about_the_connection() -> None:
    with MailServer({"AUTH": "535 5.7.8 No"}, offers=("AUTH PLAIN",)) as server:
        answer = send(server, username="anna", password="x")
    assert (answer.code, answer.stage) == (535, Stage.AUTH)
    assert read_answer(answer, "x").fate is Fate.DEFERRED
    assert "secret" not in repr(Server(host="h", connect=lambda _: socket.socket(), password="secret"))


def test_what_a_server_says_is_one_short_line() -> None:
    assert clean("5.1.1 a\r\n\x1b[31mb\u202ec\x00\u2028d" + "e" * 900) == ("5.1.1 a [31mb c d" + "e" * 900)[:500]
