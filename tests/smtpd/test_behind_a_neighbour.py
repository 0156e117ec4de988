"""Behind a proxy or a mail server of ours: whose address a mail carries, and whose word counts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from config.listen import Listen
from mail.envelope import Envelope
from smtpd.accepting import Accepting
from smtpd.door import Door
from smtpd.limits import Limits
from smtpd.listening import listen
from smtpd.neighbours import Neighbours
from smtpd.proxy_header import SIGNATURE
from smtpd.service import LMTP, SMTP, SUBMISSION, SUBMISSIONS, Service
from smtpd.sessions import Sessions
from tests.kit.certificate import server_context
from tests.kit.door import OpenDoor, open_door
from tests.kit.mails import a_message
from tests.kit.smtp_client import SmtpClient

LOOPBACK = ip_network("127.0.0.0/8")
FAR = ip_network("192.0.2.0/24")
PROXY = Neighbours(proxies=(LOOPBACK,))
MTA = Neighbours(mtas=((LOOPBACK, "mx.seller.example"),))
HEADER = b"PROXY TCP4 192.0.2.7 198.51.100.9 4660 25\r\n"
BINARY = SIGNATURE + bytes([0x21, 0x11, 0, 12, 192, 0, 2, 7, 198, 51, 100, 9, 0x12, 0x34, 0, 25])


LIMITS = Limits(command_seconds=5, linger_seconds=1)


@contextmanager
def _door(near: Neighbours, service: Service = SMTP) -> Iterator[OpenDoor]:
    with open_door(LIMITS, service=service, neighbours=near) as door:
        yield door


def _hand_over(client: SmtpClient, *before: str, hello: str = "EHLO") -> str:
    client.ask(f"{hello} mail.example")
    for command in before:
        assert client.ask(command).startswith("2"), command
    for command in ("MAIL FROM:<rita@seller.example>", "RCPT TO:<all@bcc.example>"):
        assert client.ask(command).startswith("250"), command
    assert client.ask("DATA").startswith("354")
    return client.ask(a_message(from_="rita@seller.example").decode() + ".")


def _only(door: OpenDoor) -> Envelope:
    (delivery,) = door.store.deliveries
    return delivery.envelope


@pytest.mark.parametrize("header", [HEADER, BINARY], ids=["version 1", "version 2"])
def test_a_proxy_says_who_the_client_is(header: bytes) -> None:
    with _door(PROXY) as door, SmtpClient(door.port) as client:
        for octet in header:
            client.raw(bytes([octet]))
        assert client.reply().startswith("220 ")
        assert _hand_over(client).startswith("250 2.0.0")
        envelope = _only(door)
        assert (envelope.peer, envelope.helo, envelope.relay) == ("192.0.2.7", "mail.example", "")


@pytest.mark.parametrize("event_loop", ["uvloop", "asyncio"])
@pytest.mark.parametrize("service", [SUBMISSIONS, SUBMISSION, LMTP], ids=["465", "587", "lmtp"])
def test_tls_comes_behind_the_header(tmp_path: Path, service: Service, event_loop: str) -> None:
    tls = server_context(tmp_path)
    with (
        open_door(LIMITS, service=service, tls_context=tls, neighbours=PROXY, event_loop=event_loop) as door,
        SmtpClient(door.port) as client,
    ):
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        client.raw(HEADER)
        if service is not SUBMISSIONS:
            assert client.reply().startswith("220 ")
            client.ask(f"{'LHLO' if service is LMTP else 'EHLO'} mail.example")
            assert client.ask("STARTTLS").startswith("220 2.0.0")
        client.start_tls()  # corked: the handshake of port 465 arrives in one packet with the header
        if service is SUBMISSIONS:
            assert client.reply().startswith("220 ")
        if service is LMTP:
            assert _hand_over(client, hello="LHLO").startswith("250 2.0.0")
            assert (_only(door).peer, _only(door).tls) == ("192.0.2.7", True)
        else:
            assert "250-AUTH PLAIN LOGIN" in client.ask("EHLO mail.example")


def test_tls_without_a_certificate_does_not_start() -> None:
    async def start() -> None:
        handler: Any = None
        door = Door(handler, Sessions(LIMITS), "mx.bcc.example", frozenset(), neighbours=PROXY)
        [listener] = listen([Listen("127.0.0.1", 0)], SUBMISSIONS)
        with listener.socket, pytest.raises(ValueError, match="certificate"):
            Accepting(door, listener)

    asyncio.run(start())


def test_a_proxy_that_says_nothing_does_not_hold_up_the_end() -> None:
    with _door(PROXY) as door, SmtpClient(door.port) as silent, SmtpClient(door.port) as client:
        client.raw(HEADER)
        assert client.reply().startswith("220 ")
        silent.raw(HEADER[:9])
        door.stop()
        assert client.reply().startswith("421 4.3.2")
        assert silent.is_closed()


def test_a_proxy_that_says_nothing_is_let_go_in_time() -> None:
    with open_door(Limits(command_seconds=0.2), neighbours=PROXY) as door, SmtpClient(door.port) as silent:
        silent.raw(HEADER[:9])
        assert silent.is_closed()


@pytest.mark.parametrize(
    ("sent", "near"),
    [
        (b"EHLO mail.example\r\n", PROXY),
        (SIGNATURE + b"\x21\x11\xff\xff", PROXY),
        (b"PROXY TCP4 nonsense\r\n", PROXY),
    ],
)
def test_a_proxy_without_a_header_is_let_go_without_a_word(sent: bytes, near: Neighbours) -> None:
    with _door(near) as door, SmtpClient(door.port) as client:
        client.raw(sent)
        assert client.is_closed()


def test_the_limits_are_those_of_the_client_behind_the_proxy() -> None:
    with open_door(Limits(connections_per_network=1, linger_seconds=1), neighbours=PROXY) as door:
        other = HEADER.replace(b"192.0.2.7", b"198.51.100.1")
        with SmtpClient(door.port) as first, SmtpClient(door.port) as second, SmtpClient(door.port) as third:
            answers = []
            for client, header in ((first, HEADER), (second, HEADER), (third, other)):
                client.raw(header)
                answers.append(client.reply()[:3])
        assert answers == ["220", "421", "220"]


def test_a_mail_server_that_tells_nothing_hides_the_client() -> None:
    with _door(MTA) as door, SmtpClient(door.port) as client:
        assert client.reply().startswith("220 ")
        assert _hand_over(client).startswith("250 2.0.0")
        envelope = _only(door)
        assert (envelope.peer, envelope.helo) == ("", "")
        assert (envelope.relay, envelope.authserv_id) == ("127.0.0.1", "mx.seller.example")


@pytest.mark.parametrize("service", [SMTP, LMTP])
def test_xforward_tells_of_one_mail(service: Service) -> None:
    hello = "LHLO" if service is LMTP else "EHLO"
    with _door(MTA, service) as door, SmtpClient(door.port) as client:
        assert client.reply().startswith("220 ")
        told = _hand_over(client, "XFORWARD ADDR=192.0.2.7 HELO=far.example", hello=hello)
        assert told.startswith("250 2.0.0")
        _hand_over(client, hello=hello)
        first, second = (delivery.envelope for delivery in door.store.deliveries)
        assert (first.peer, first.helo, first.relay) == ("192.0.2.7", "far.example", "127.0.0.1")
        assert (second.peer, second.helo, second.relay) == ("", "", "127.0.0.1")


def test_what_our_servers_hand_on_among_themselves_has_no_client() -> None:
    with _door(MTA) as door, SmtpClient(door.port) as client:
        assert client.reply().startswith("220 ")
        _hand_over(client, "XFORWARD ADDR=127.0.0.9 HELO=inner.example")
        assert _only(door).peer == ""


def test_a_proxy_that_speaks_for_itself_is_no_client() -> None:
    with _door(PROXY) as door, SmtpClient(door.port) as client:
        client.raw(SIGNATURE + bytes([0x20, 0, 0, 0]))
        assert client.reply().startswith("220 ")
        _hand_over(client)
        assert _only(door).peer == ""


def test_who_speaks_behind_the_proxy_before_our_greeting_is_an_early_talker() -> None:
    with _door(PROXY) as door, SmtpClient(door.port) as client:
        client.raw(HEADER + b"EHLO mail.example\r\n")
        assert client.reply() == "554 5.5.1 You spoke before our greeting"


def test_a_header_from_a_stranger_is_another_protocol() -> None:
    near = Neighbours(proxies=(FAR,))
    for header in (HEADER, BINARY):
        with _door(near) as door, SmtpClient(door.port) as client:
            assert client.reply().startswith("220 ")
            client.raw(header)
            said = [client.reply()]
            while said[-1].startswith("50"):
                said.append(client.reply())
            assert said[-1][:9] in ("554 5.5.1", "521 5.5.2")
            assert client.is_closed()
            assert door.store.deliveries == []


def test_xclient_tells_of_the_whole_session() -> None:
    with _door(MTA) as door, SmtpClient(door.port) as client:
        client.hello()
        assert client.ask("XCLIENT ADDR=192.0.2.7").startswith("220 ")
        _hand_over(client)
        _hand_over(client)
        assert {(one.envelope.peer, one.envelope.helo) for one in door.store.deliveries} == {
            ("192.0.2.7", "mail.example")
        }


def test_a_stranger_is_who_he_is() -> None:
    with _door(Neighbours(mtas=((FAR, "mx.seller.example"),), proxies=(FAR,))) as door, SmtpClient(door.port) as client:
        assert client.reply().startswith("220 ")
        assert _hand_over(client).startswith("250 2.0.0")
        envelope = _only(door)
        assert (envelope.peer, envelope.helo, envelope.relay) == ("127.0.0.1", "mail.example", "")
        assert envelope.authserv_id == ""
