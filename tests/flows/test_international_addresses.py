"""SMTPUTF8 end to end (RFC 6531): a rep whose address is written in his own letters, by Python's own client."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from typing import Any

import pytest

from net.zone_server import quoted
from tests.kit.mails import a_message
from tests.kit.running import Api, Running
from tests.kit.signing import Signer

pytestmark = pytest.mark.slow

DOMAIN = "xn--mller-kva.example"
REP = "jürgen@müller.example"
IN_ASCII = "sales@xn--mller-kva.example"
IN_LETTERS = "sales@müller.example"
CUSTOMER = "用户@例子.example"
TEXT = "Grüße aus Köln\r\n"
SIGNER = Signer(DOMAIN)
UTF8 = ("SMTPUTF8", "BODY=8BITMIME")


class World:
    """A running server, the rep's company, and how a mail of his is sent."""

    def __init__(self, running: Running) -> None:
        self.running = running
        made = running.json("setup", "--company", "Müller", "--admin", REP, "--domain", "müller.example")
        running.command("user", "add", IN_ASCII, "--name", "Sales", "--role", "member")
        self.bcc_address = str(made["bcc_address"])
        self.api: Api = running.api(made["api_token"])

    def send(self, raw: bytes, reverse_path: str, options: tuple[str, ...]) -> str:
        """Answer the reply to the dot, or the refusal before it."""
        with smtplib.SMTP("127.0.0.1", self.running.smtp_port, "mail.test.example", timeout=20) as client:
            client.ehlo()
            assert client.has_extn("smtputf8")
            assert client.has_extn("8bitmime")
            for code, text in (client.mail(reverse_path, options), client.rcpt(self.bcc_address)):
                if code != 250:
                    return f"{code} {text.decode()}"
            code, text = client.data(raw)
            return f"{code} {text.decode()}"

    def decided(self, raw: bytes, reverse_path: str, options: tuple[str, ...]) -> Any:
        """Answer what was decided about it."""
        said = self.send(raw, reverse_path, options)
        assert said.startswith("250 2.0.0 Ok: stored as "), said
        return self.api.decided(said.rsplit(" ", 1)[-1])

    def filed(self, raw: bytes, reverse_path: str, options: tuple[str, ...]) -> Any:
        """Answer the letter that became of it."""
        inbound = self.decided(raw, reverse_path, options)
        assert inbound["status"] == "filed"
        return self.api.get(f"messages/{inbound['message_ids'][0]}")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    zone = {
        (SIGNER.name, "TXT"): [quoted(SIGNER.record)],
        (DOMAIN, "TXT"): ['"v=spf1 ip4:127.0.0.1 -all"'],
        (f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject"'],
    }
    running = Running(tmp_path_factory.mktemp("utf8") / "data", zone)
    try:
        made = World(running)
        running.start()
        yield made
    finally:
        running.close()


def _mail(from_: str, subject: str, to: str = CUSTOMER) -> bytes:
    """Answer a mail whose header and body are UTF-8 as it stands (RFC 6532)."""
    head, _, _ = a_message(from_=from_, to=to, subject=subject, text="x").partition(b"\r\n\r\n")
    return head.replace(b": 7bit", b": 8bit") + b"\r\n\r\n" + TEXT.encode()


@pytest.mark.parametrize("signed", [True, False], ids=["by its signature", "by SPF"])
def test_a_mail_in_his_own_letters_is_proved_and_filed(world: World, signed: bool) -> None:
    raw = _mail(f"Jürgen <{REP}>", f"signed {signed}")
    letter = world.filed(SIGNER.sign(raw) if signed else raw, REP, UTF8)
    assert letter["authentication"]["verdict"] == "proved"
    assert letter["authentication"]["spf"]["counts"]
    assert [one["counts"] for one in letter["authentication"]["dkim"]] == [True] * signed
    assert letter["from"]["address"] == REP
    assert letter["text"].strip() == TEXT.strip()
    assert [one["address"] for one in letter["to"]] == [CUSTOMER]
    assert world.api.call("GET", f"messages/{letter['id']}/raw").body.endswith(raw)


@pytest.mark.parametrize("address", [IN_ASCII, IN_LETTERS])
def test_the_two_ways_to_write_a_domain_are_one_address(world: World, address: str) -> None:
    options = () if address.isascii() else UTF8
    inbound = world.decided(SIGNER.sign(_mail(address, address, "carl@customer.example")), address, options)
    assert inbound["status"] == "filed"


def test_a_header_in_utf_8_is_taken_without_the_option(world: World) -> None:
    letter = world.filed(SIGNER.sign(_mail(REP, "no option")), IN_ASCII, ("BODY=8BITMIME",))
    assert letter["authentication"]["verdict"] == "proved"


def test_an_address_in_utf_8_needs_the_option(world: World) -> None:
    with smtplib.SMTP("127.0.0.1", world.running.smtp_port, "mail.test.example", timeout=20) as client:
        client.ehlo()
        client.command_encoding = "utf-8"
        code, text = client.docmd(f"MAIL FROM:<{REP}>")
        assert (code, text.decode()) == (501, "5.5.2 Characters that no command may have")
        client.mail(IN_ASCII)
        assert client.docmd(f"RCPT TO:<jürgen-{world.bcc_address}>")[0] == 501


@pytest.mark.parametrize("look_alike", ["jurgen@müller.example", "jürgen@muller.example"])
def test_a_letter_without_its_dots_is_another_address(world: World, look_alike: str) -> None:
    assert world.decided(SIGNER.sign(_mail(look_alike, look_alike)), look_alike, UTF8)["status"] == "held"
