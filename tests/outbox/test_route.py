"""The way out: which hosts take a domain's mail, in which order, and which may be reached at all."""

from __future__ import annotations

import pytest

from config.kinds import parse_network
from config.settings import Settings
from net.guard import Guard
from net.resolver import LookupFailed
from outbox.exchangers import NoMail, find_exchangers
from outbox.outcome import Fate
from outbox.route import Direct, ThroughSmarthost, route_of
from outbox.server import Letter, Security
from outbox.smarthost import Smarthost, parse_smarthost
from tests.kit.mail_server import GONE, MailServer
from tests.kit.resolver import ZoneResolver

ZONE = """
northwind.example MX 20 second.example
northwind.example MX 10 first.example
first.example AAAA ::1
second.example A 127.0.0.1
bare.example A 127.0.0.1
null.example MX 0 .
many.example MX 10 a.example
many.example MX 10 b.example
many.example MX 10 c.example
many.example MX 20 d.example
many.example MX 30 e.example
many.example MX 40 f.example
broken.example MX SERVFAIL
public.example MX 10 192.0.2.1.example
dark.example MX 10 nowhere.example
"""
LETTER = Letter(content=b"From: a@b.example\r\n\r\nx\r\n", reverse_path="", forward_path="anna@northwind.example")
LOOPBACK = (parse_network("127.0.0.0/8"), parse_network("::1"))


def direct(port: int, *, opened: bool = True) -> Direct:
    """Answer a route to loopback."""
    resolver = ZoneResolver(ZONE)
    return Direct(Guard(resolver, LOOPBACK if opened else ()), resolver, "mx.bcc.example", port=port)


def to(address: str) -> Letter:
    """Answer the letter to another address."""
    return Letter(content=LETTER.content, reverse_path="", forward_path=address)


def test_exchangers_come_by_preference_and_equals_by_chance() -> None:
    resolver = ZoneResolver(ZONE)
    assert find_exchangers("northwind.example", resolver, lambda: 0.0) == ("first.example", "second.example")
    chances = iter((0.9, 0.1, 0.5, 0, 0, 0))
    found = find_exchangers("many.example", resolver, lambda: next(chances))
    assert found == ("b.example", "c.example", "a.example", "d.example", "e.example")
    assert find_exchangers("bare.example", resolver, lambda: 0.0) == ("bare.example",)
    with pytest.raises(NoMail, match=r"5\.1\.10"):
        find_exchangers("null.example", resolver, lambda: 0.0)
    with pytest.raises(NoMail, match=r"5\.1\.2"):
        find_exchangers("nothing.example", resolver, lambda: 0.0)
    with pytest.raises(LookupFailed):
        find_exchangers("broken.example", resolver, lambda: 0.0)


def test_the_next_host_is_asked_where_one_does_not_answer_and_no_other_once_one_judged_the_mail() -> None:
    with MailServer() as server:  # on 127.0.0.1 alone: nobody listens on ::1
        outcome = direct(server.port).deliver(LETTER)
        assert (outcome.fate, outcome.host, outcome.code) == (Fate.SENT, "second.example", 250)
        assert len(server.mails) == 1
    for reply, fate in (("550 5.1.1 Nobody", Fate.FAILED), ("450 4.2.0 Later", Fate.DEFERRED)):
        with MailServer({"RCPT": reply}) as server:
            outcome = direct(server.port).deliver(to("anna@many.example"))
            assert outcome.fate is Fate.DEFERRED
            outcome = direct(server.port).deliver(to("anna@bare.example"))
            assert (outcome.fate, outcome.reply) == (fate, reply[4:])
            assert len([line for line in server.lines if line.startswith("RCPT")]) == 1
    with MailServer({"DOT": GONE}) as server:
        assert direct(server.port).deliver(LETTER).fate is Fate.UNKNOWN


@pytest.mark.parametrize(
    ("address", "fate", "code"),
    [
        ("a@null.example", Fate.FAILED, "5.1.10"),
        ("a@nothing.example", Fate.FAILED, "5.1.2"),
        ("a@broken.example", Fate.DEFERRED, "4.4.3"),
        ("a@dark.example", Fate.DEFERRED, "4.4.4"),
    ],
)
def test_what_dns_says_decides_what_becomes_of_the_mail(address: str, fate: Fate, code: str) -> None:
    outcome = direct(25).deliver(to(address))
    assert (outcome.fate, outcome.code, outcome.reply.split()[0]) == (fate, None, code)


def test_who_owns_a_domain_does_not_lead_us_inside() -> None:
    with MailServer() as server:
        outcome = direct(server.port, opened=False).deliver(LETTER)
        assert (outcome.fate, outcome.reply.split()[0]) == (Fate.DEFERRED, "4.4.4")
        assert server.lines == []


def test_a_smarthost_may_stand_inside_and_is_named_without_its_password() -> None:
    with MailServer({"MAIL": "451 4.3.0 Later"}) as server:
        route = ThroughSmarthost(parse_smarthost(f"smtp://127.0.0.1:{server.port}"), "mx.bcc.example")
        assert route.deliver(LETTER).fate is Fate.DEFERRED
        assert route.destination("northwind.example") == f"127.0.0.1:{server.port}"
    assert route.deliver(LETTER).reply.startswith("could not be reached")
    with_password = parse_smarthost("smtp+starttls://anna%40x:p%3Aw@mail.example")
    assert with_password == Smarthost(
        host="mail.example", port=587, security=Security.STARTTLS, username="anna@x", password="p:w"
    )
    assert "p:w" not in repr(with_password)
    assert parse_smarthost("smtps://mail.example").name == "mail.example:465"


def test_the_operator_chooses_the_way() -> None:
    resolver = ZoneResolver("")
    assert route_of(Settings(), resolver) is None
    assert isinstance(route_of(Settings(smarthost_url="mx"), resolver), Direct)
    assert isinstance(route_of(Settings(smarthost_url="smtp://mail.example"), resolver), ThroughSmarthost)
    with pytest.raises(ValueError, match="address"):
        Settings(smarthost_url="mail.example")
