"""PLAIN and LOGIN, as mail programs speak them and as nobody should."""

from __future__ import annotations

import base64

import pytest

from smtpd.sasl import BadResponse, Challenge, Credentials, Login, Plain, decode, encode, mechanism_named

ANNA = Credentials("anna@northwind.example", "abcde-fghjk")


@pytest.mark.parametrize(
    "response",
    [b"\0anna@northwind.example\0abcde-fghjk", b"anna@northwind.example\0anna@northwind.example\0abcde-fghjk"],
)
def test_plain_takes_one_response(response: bytes) -> None:
    assert Plain().respond(response) == ANNA


@pytest.mark.parametrize(
    "response",
    [
        b"",
        b"anna",
        b"\0\0",
        b"\0anna\0",
        b"\0\0password",
        b"bert\0anna\0password",
        b"\0anna\0pass\0word",
        b"\0an\xffna\0password",
        b"\0anna\0pass\nword",
    ],
)
def test_plain_refuses_what_says_less_or_more(response: bytes) -> None:
    with pytest.raises(BadResponse):
        Plain().respond(response)


def test_login_asks_twice() -> None:
    dialogue = Login()
    assert encode(dialogue.initial) == "VXNlcm5hbWU6"
    second = dialogue.respond(b"anna@northwind.example")
    assert isinstance(second, Challenge)
    assert encode(second) == "UGFzc3dvcmQ6"
    assert dialogue.respond(b"abcde-fghjk") == ANNA


@pytest.mark.parametrize("response", [b"", b"a\0b", b"\xff"])
def test_login_refuses_what_is_no_text(response: bytes) -> None:
    with pytest.raises(BadResponse):
        Login().respond(response)


@pytest.mark.parametrize("line", [b"!", b"YQ", b"Y Q==", b"YQ==YQ==", "é".encode()])
def test_what_is_no_base64_is_refused(line: bytes) -> None:
    with pytest.raises(BadResponse):
        decode(line)


def test_base64_is_read_back() -> None:
    assert decode(base64.b64encode(b"\0a\0b")) == b"\0a\0b"
    assert decode(b"") == b""


def test_mechanisms_are_known_by_name() -> None:
    assert isinstance(mechanism_named("plain"), Plain)
    assert isinstance(mechanism_named("LOGIN"), Login)
    assert mechanism_named("CRAM-MD5") is None
    assert mechanism_named("") is None


def test_a_password_is_not_shown_where_credentials_are() -> None:
    assert "abcde" not in f"{ANNA} {ANNA!r}"
