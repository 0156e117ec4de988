"""What forwarding services ask to confirm, and whose word about it counts (RULES R18)."""

from __future__ import annotations

import pytest

from mail.confirmation import Confirmation, read_confirmation
from mail.forwarding_service import find_service
from mail.message import Automatic
from mail.parse import parse
from tests.kit.mails import a_message

GMAIL = """rita@gmail.com has requested to automatically forward mail to your email address.
Confirmation code: 417739015

To let it, please click the link below:

https://mail-settings.google.com/mail/vf-%5BANGjdJ9xUq%5D-tP2c

If it is broken, learn more at https://support.google.com/mail/?p=fwd
"""


def read(**mail: str) -> Confirmation | None:
    return read_confirmation(parse(a_message(to="rita-x@bcc.seller.example", **mail)))


def test_gmail() -> None:
    mail = {
        "from_": "Gmail Team <forwarding-noreply@google.com>",
        "subject": "(#417739015) Gmail Forwarding Confirmation - Receive Mail from rita@gmail.com",
        "text": GMAIL,
    }
    assert parse(a_message(to="rita-x@bcc.seller.example", **mail)).automatic is Automatic.FORWARDING_CONFIRMATION
    found = read(**mail)
    assert found == Confirmation(
        service="Gmail",
        account="rita@gmail.com",
        code="417739015",
        link="https://mail-settings.google.com/mail/vf-%5BANGjdJ9xUq%5D-tP2c",
    )


@pytest.mark.parametrize(
    ("text", "code", "link"),
    [
        ("Your code: 123 456\n", "123456", None),
        ("Your code is\n\n  8421-9930.\n", "84219930", None),
        ("Código de confirmación: 55512345", "55512345", None),
        (
            "Confirm: https://accounts.zoho.com/confirm?digest=abcdef.",
            None,
            "https://accounts.zoho.com/confirm?digest=abcdef",
        ),
        ("(https://mail.zoho.eu/verify/forwarding/abc)", None, "https://mail.zoho.eu/verify/forwarding/abc"),
    ],
)
def test_code_and_link(text: str, code: str | None, link: str | None) -> None:
    found = read(from_="Zoho <noreply@zoho.com>", text=text)
    assert found is not None
    assert (found.code, found.link) == (code, link)


@pytest.mark.parametrize(
    "link",
    [
        "http://accounts.zoho.com/confirm?digest=abcdef",
        "https://accounts.zoho.com.evil.example/confirm?digest=abcdef",
        "https://evilzoho.com/confirm?digest=abcdef",
        "https://accounts.zoho.com@evil.example/confirm?digest=abcdef",
        "https://rita@accounts.zoho.com/confirm?digest=abcdef",
        "https://accounts.zoho.com:8443/confirm?digest=abcdef",
        "https://accounts.zoho.com:99999999/confirm?digest=abcdef",
        "https://[accounts.zoho.com/confirm?digest=abcdef",
        "https://www.zoho.com/",
        "javascript:alert(1)//https",
    ],
)
def test_links_that_lead_elsewhere_are_not_shown(link: str) -> None:
    found = read(from_="Zoho <noreply@zoho.com>", text=f"Your code: 123456\n{link}\n")
    assert found is not None
    assert found.link is None


def test_nothing_to_do_is_nothing_to_show() -> None:
    assert read(from_="Zoho <noreply@zoho.com>", text="Forwarding is a fine thing.\n") is None


@pytest.mark.parametrize(
    "address",
    [
        "forwarding-noreply@google.com.evil.example",
        "forwarding-noreply@mail.google.com",
        "rita@google.com",
        "forwarding@gmail.com",
        "noreply@gmail.com",
        "rita.noreply@outlook.com",
        "noreply-rita@yahoo.com",
        "",
    ],
)
def test_whose_addresses_are_no_services(address: str) -> None:
    assert find_service(address) is None


def test_services_by_their_addresses() -> None:
    wanted = {
        "forwarding-noreply@google.com": "Gmail",
        "Forwarding-NoReply@GOOGLE.com": "Gmail",
        "no-reply@cc.yahoo-inc.com": "Yahoo",
        "account-security-noreply@accountprotection.microsoft.com": "Outlook",
        "noreply@zoho.eu": "Zoho",
    }
    found = {address: service.name for address in wanted if (service := find_service(address))}
    assert found == wanted
