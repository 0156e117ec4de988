"""Whom the operator trusts, and what such a server tells of the client behind it."""

from __future__ import annotations

import pytest

from config.settings import Settings
from smtpd.neighbours import Neighbours, neighbours_of
from smtpd.told import XCLIENT, XFORWARD, Told, read_told


def test_a_mail_server_of_ours_is_known_by_its_network() -> None:
    settings = Settings(
        trusted_mtas=("192.0.2.0/28=mx.northwind.example", "127.0.0.1", "2001:db8::/64"),
        trusted_proxies=("198.51.100.0/24",),
    )
    near = neighbours_of(settings)
    assert near.authserv_id("192.0.2.3") == "mx.northwind.example"
    assert near.authserv_id("::ffff:192.0.2.3") == "mx.northwind.example"
    assert near.authserv_id("127.0.0.1") == ""
    assert near.authserv_id("2001:db8::7%eth0") == ""
    assert near.authserv_id("") == ""  # a UNIX socket is on this machine
    assert near.authserv_id("192.0.2.77") is None
    assert near.authserv_id("nonsense") is None
    assert near.is_proxy("198.51.100.9")
    assert not near.is_proxy("192.0.2.3")
    assert not near.is_proxy("")


def test_nobody_is_trusted_by_default() -> None:
    near = neighbours_of(Settings())
    assert near == Neighbours()
    assert near.authserv_id("") is None
    assert near.authserv_id("127.0.0.1") is None


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("ADDR=192.0.2.1", Told("192.0.2.1")),
        ("addr=IPV6:2001:db8::1 helo=mail.example", Told("2001:db8::1", "mail.example")),
        ("ADDR=2001:db8::1", Told("2001:db8::1")),
        ("ADDR=::ffff:192.0.2.1", Told("192.0.2.1")),
        ("NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] HELO=[TEMPUNAVAIL]", Told()),
        ("HELO=a+2Bb PROTO=ESMTP PORT=25 SOURCE=REMOTE IDENT=4711", Told("", "a+b")),
        ("NAME=mail.example", Told()),
        ("ADDR=127.0.0.1 HELO=localhost SOURCE=LOCAL", Told("", "localhost")),
    ],
)
def test_what_is_told(argument: str, told: Told) -> None:
    assert read_told(argument, XFORWARD, Told()) == told


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "ADDR",
        "ADDR=1.2.3",
        "ADDR=IPV6:1.2.3",
        "HELO=a+0Ab",
        "HELO=" + "x" * 256,
        "LOGIN=anna",
        "X-Y=1",
        "ADDR=1.2.3.4 x",
    ],
)
def test_what_is_malformed_tells_nothing(argument: str) -> None:
    assert read_told(argument, XFORWARD, Told()) is None


def test_a_second_command_adds_to_the_first() -> None:
    first = read_told("ADDR=192.0.2.1", XFORWARD, Told())
    assert first is not None
    assert read_told("HELO=mail.example", XFORWARD, first) == Told("192.0.2.1", "mail.example")


def test_what_one_command_knows_the_other_does_not() -> None:
    assert read_told("SOURCE=LOCAL", XFORWARD, Told()) == Told()
    assert read_told("SOURCE=LOCAL", XCLIENT, Told()) is None
