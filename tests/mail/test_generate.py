"""Writing a message: what goes in comes out, and nothing else does."""

from __future__ import annotations

from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import compat32

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.generate import UnsafeMessage, to_bytes

BREAKS = ["\r\n", "\n", "\r", "\0", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\r\n\r\n", "\r\n "]


def _letter(subject: str = "Offer") -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address("Anna Berg", "anna", "northwind.example")
    message["To"] = "maria@fabrikam.example"
    message["Subject"] = subject
    message.set_content("Hello Maria,\n.\nFrom here on: dots and dashes.\n")
    return message


def test_a_letter_is_written_with_crlf() -> None:
    content = to_bytes(_letter())
    assert content.startswith(b"From: Anna Berg <anna@northwind.example>\r\nTo: maria@fabrikam.example\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_break_that_got_into_a_value_is_refused(line_break: str) -> None:
    message = EmailMessage(policy=compat32)
    message["From"] = "anna@northwind.example"
    message["Subject"] = f"Offer{line_break}Bcc: everybody@example.com"
    with pytest.raises(UnsafeMessage, match="Subject field holds a line break"):
        to_bytes(message)


@pytest.mark.parametrize("name", ["Subject\r\nBcc", "Sub ject", "Sub\tject", "Sübject", "", "Subject:Bcc", "X\0"])
def test_a_wrong_field_name_is_refused(name: str) -> None:
    message = EmailMessage(policy=compat32)
    message[name] = "Offer"
    with pytest.raises(UnsafeMessage, match="field name"):
        to_bytes(message)


def test_the_fields_of_a_part_are_checked_too() -> None:
    message = _letter()
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="offer.pdf")
    part = next(message.iter_attachments())
    part.policy = compat32
    part["X-Note"] = "one\r\n\r\n--boundary"
    with pytest.raises(UnsafeMessage, match="X-Note field"):
        to_bytes(message)


def test_nul_in_the_content_is_refused() -> None:
    message = _letter()
    message.set_payload("one\0two\n")
    with pytest.raises(UnsafeMessage, match="stands alone"):
        to_bytes(message)


def test_a_line_that_no_server_must_take_is_refused() -> None:
    message = _letter()
    message.set_payload("x" * 999)
    with pytest.raises(UnsafeMessage, match="longer than 998"):
        to_bytes(message)


def test_an_address_beyond_ascii_needs_smtputf8() -> None:
    message = _letter()
    message.replace_header("From", Address("Jörg", "jörg", "bücher.example"))
    assert "jörg@bücher.example".encode() in to_bytes(message, utf8=True)


def test_a_field_may_stand_twice_and_long_ones_fold() -> None:
    message = _letter("word " * 60)
    message["Received"] = "from a by b"
    message["Received"] = "from b by c"
    content = to_bytes(message)
    assert content.count(b"Received: ") == 2
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_subject_and_text_come_back_or_are_refused(subject: str, text: str) -> None:
    message = EmailMessage()
    message["From"] = "anna@northwind.example"
    try:
        message["Subject"] = subject
        message.set_content(text)
        content = to_bytes(message)
    except ValueError:
        return
    names = [name.lower() for name in message_from_bytes(content)]
    assert names[:2] == ["from", "subject"]
    assert set(names[2:]) <= {"content-type", "content-transfer-encoding", "mime-version"}
