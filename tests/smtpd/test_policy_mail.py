"""MAIL: paths and parameters."""

from __future__ import annotations

import pytest

from smtpd import replies
from smtpd.policy.mail import Sender, read_mail
from smtpd.reply import Reply

LIMIT = 1000


def read(argument: str, *, extended: bool = True) -> Sender | Reply:
    return read_mail(argument, extended=extended, size_limit=LIMIT)


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        ("FROM:<rita@seller.example>", "rita@seller.example"),
        ("from: <rita@seller.example>", "rita@seller.example"),
        ("FROM:<>", ""),
        ("FROM:<> SIZE=12", ""),
        ('FROM:<"a>b"@seller.example>', '"a>b"@seller.example'),
        ("FROM:<prvs=1=rita@seller.example>  BODY=8bitmime", "prvs=1=rita@seller.example"),
        ("FROM:<rita@[IPv6:2001:db8::1]>", "rita@[IPv6:2001:db8::1]"),
        ("FROM:<" + "a" * 200 + "@seller.example>", "a" * 200 + "@seller.example"),
    ],
)
def test_senders(argument: str, path: str) -> None:
    assert read(argument) == Sender(path, smtputf8=False)


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "FROM",
        "FROM:",
        "FROM:rita@seller.example",
        "FROM:<rita>",
        "FROM:<@seller.example>",
        "FROM:<rita@seller.example>SIZE=1",
        "FROM:<rita@-seller.example>",
        "FROM:<" + "a" * 250 + "@seller.example>",
        "TO:<rita@seller.example>",
        'FROM:<"rita@seller.example>',
    ],
)
def test_no_senders(argument: str) -> None:
    assert read(argument) is replies.BAD_REVERSE_PATH


def test_utf8_only_where_it_is_asked_for() -> None:
    assert read("FROM:<ríta@verkäufer.example> SMTPUTF8") == Sender("ríta@verkäufer.example", smtputf8=True)
    assert read("FROM:<ríta@verkäufer.example>") is replies.BAD_CHARACTERS


@pytest.mark.parametrize(
    ("parameters", "reply"),
    [
        ("SIZE=1001", replies.TOO_BIG),
        ("SIZE=99999999999999999999", replies.TOO_BIG),
        ("SIZE=999999999999999999999", replies.BAD_ARGUMENT),
        ("SIZE=-1", replies.BAD_ARGUMENT),
        ("SIZE=٣", replies.BAD_ARGUMENT),
        ("SIZE=", replies.UNKNOWN_PARAMETER),
        ("BODY=BINARYMIME", replies.BAD_ARGUMENT),
        ("SMTPUTF8=1", replies.BAD_ARGUMENT),
        ("BODY=7BIT BODY=7BIT", replies.UNKNOWN_PARAMETER),
        ("ENVID=x", replies.UNKNOWN_PARAMETER),
    ],
)
def test_parameters(parameters: str, reply: Reply) -> None:
    assert read(f"FROM:<rita@seller.example> {parameters}") is reply


def test_no_parameters_after_helo() -> None:
    assert read("FROM:<rita@seller.example> SIZE=1", extended=False) is replies.UNKNOWN_PARAMETER
