"""Behind a proxy or a mail server of ours: whose address a mail carries, and whose word counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import pytest

from mail.envelope import Envelope
from smtpd.limits import Limits
from smtpd.neighbours import Neighbours
from smtpd.proxy_header import SIGNATURE
from smtpd.service import LMTP, SMTP, Service
from tests.kit.door import OpenDoor, open_door
from tests.kit.mails import a_message
from tests.kit.smtp_client import SmtpClient

LOOPBACK = ip_network("127.0.0.0/8")
FAR = ip_network("192.0.2.0/24")
PROXY = Neighbours(proxies=(LOOPBACK,))
MTA = Neighbours(mtas=((LOOPBACK, "mx.seller.example"),))
HEADER = b"PROXY TCP4 192.0.2.7 198.51.100.9 4660 25\r\n"
BINARY = SIGNATURE + bytes([0x21, 0x11, 0, 12, 192, 0, 2, 7, 198, 51, 100, 9, 0x12, 0x34, 0, 25])


@contextmanager
def _door(near: Neighbours, service: Service = SMTP) -> Iterator[OpenDoor]:
    with open_door(Limits(command_seconds=5, linger_seconds=1), service=service, neighbours=near) as door:
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
