"""Delivery reports: what is said of each recipient, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mail.delivery_report import Action
from mail.report import read_report

EML = Path(__file__).resolve().parents[1] / "eml" / "rfc" / "dsn" / "message.eml"
HEAD = (
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n"
)


def report(fields: str, *, transfer: str = "") -> bytes:
    """Answer a report with these fields."""
    return HEAD + transfer.encode() + b"\r\n" + fields.replace("\n", "\r\n").encode() + b"\r\n--b--\r\n"


def test_each_recipient_is_read_and_the_worst_news_count() -> None:
    read = read_report(
        report(
            "Reporting-MTA: dns; mx.elsewhere.example\nArrival-Date: x\n\n"
            "Final-Recipient: rfc822; bob@elsewhere.example\nAction: delivered\nStatus: 2.0.0\n\n\n"
            "Original-Recipient: rfc822;carl@elsewhere.example\nFinal-Recipient: RFC822; c@inner\nAction: FAILED\n"
            "Status: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550 5.1.1\n <carl@elsewhere.example> unknown\n"
        )
    )
    assert read is not None
    assert read.reporter == "mx.elsewhere.example"
    assert [(one.recipient, one.action) for one in read.recipients] == [
        ("bob@elsewhere.example", Action.DELIVERED),
        ("carl@elsewhere.example", Action.FAILED),
    ]
    worst = read.worst
    assert (worst.status, worst.code, worst.diagnostic) == ("5.1.1", 550, "550 5.1.1 <carl@elsewhere.example> unknown")


def test_a_report_of_the_corpus_is_read() -> None:
    read = read_report(EML.read_bytes())
    assert read is not None
    assert read.worst.action is Action.FAILED


def test_a_delay_and_an_encoded_report_are_read() -> None:
    delayed = read_report(report("Reporting-MTA: dns;a\n\nFinal-Recipient: rfc822;x@y.example\nAction: delayed"))
    assert delayed is not None
    assert (delayed.worst.action, delayed.worst.code, delayed.worst.diagnostic) == (Action.DELAYED, None, "")
    text = "UmVwb3J0aW5nLU1UQTogZG5zO2EKCkZpbmFsLVJlY2lwaWVudDogcmZjODIyO3hAeQpBY3Rpb246IGZhaWxlZAo="
    encoded = read_report(report(text, transfer="Content-Transfer-Encoding: base64\r\n"))
    assert encoded is not None
    assert (encoded.reporter, encoded.worst.recipient) == ("a", "x@y")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"From: a@b.example\r\n\r\nYour mail could not be delivered.\r\n",
        report(""),
        report("Reporting-MTA: dns; a\n"),
        report("Final-Recipient: rfc822; x@y\nAction: exploded"),
        report("Action:\n\n\x00\x00: \x00"),
        HEAD,
        report("a\n\n" * 5000 + "Action: failed"),
    ],
)
def test_what_reports_nothing_is_no_report(raw: bytes) -> None:
    assert read_report(raw) is None


def test_a_report_without_end_is_read_in_bounds() -> None:
    read = read_report(report("Final-Recipient: rfc822; x@y\nAction: failed\n\n" * 1000))
    assert read is not None
    assert len(read.recipients) == 101


DAEMON = b"From: Mail Delivery System <MAILER-DAEMON@mx.y.example>\r\nSubject: %s\r\n%s\r\n"
WORDS = {
    "qmail": (
        "Hi. This is the qmail-send program at y.example.\nThis is a permanent error; I've given up.\n\n"
        "<carl@x.example>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 unknown\n\n"
        "--- Below this line is a copy of the message.\n\nTo: pat@x.example\n",
        (Action.FAILED, 550, "5.1.1"),
    ),
    "exim": (
        "A message that you sent could not be delivered. This is a permanent error.\n\n  carl@x.example\n"
        "    SMTP error from remote mail server after RCPT TO:\n    host mx.x.example [192.0.2.1]: 552 mailbox full\n",
        (Action.FAILED, 552, ""),
    ),
    "exim, waiting": (
        "A message that you sent has not yet been delivered to one or more of its recipients after 24 hours.\n\n"
        "  carl@x.example\n    Delay reason: 451 try later\n\nNo action is required on your part.\n",
        (Action.DELAYED, 451, ""),
    ),
    "Notes": (
        "------- Failure Reasons  --------\n\nUser not listed in directory\ncarl@x.example\n\n"
        "------- Returned Message --------\nReceived: from z\n",
        (Action.FAILED, None, ""),
    ),
    "Exchange": (
        "Your message did not reach some or all of the intended recipients.\n\nThe following recipient(s) cannot be "
        "reached:\n\n      carl@x.example on 3/4/2026 10:20 AM\n            The e-mail account does not exist. "
        "<mx.y.example #5.1.1>\n",
        (Action.FAILED, None, "5.1.1"),
    ),
    "fields in the text": (
        "Technical report:\n\nReporting-MTA: dsn; mx.y.example\n\nAction: delayed\nFinal-Recipient: rfc822; "
        "carl@x.example\nDiagnostic-Code: smtp; 451 later\nStatus: 4.4.1\n",
        (Action.DELAYED, 451, "4.4.1"),
    ),
}


@pytest.mark.parametrize("name", WORDS)
def test_report_in_words_is_read(name: str) -> None:
    text, expected = WORDS[name]
    read = read_report(DAEMON % (b"Mail delivery failed", b"") + text.encode())
    assert read is not None
    assert [one.recipient for one in read.recipients] == ["carl@x.example"]
    assert (read.worst.action, read.worst.code, read.worst.status) == expected


def test_failed_recipients_of_the_header_are_believed_first() -> None:
    read = read_report(
        DAEMON % (b"Mail delivery failed", b"X-Failed-Recipients: carl@x.example, pat@x.example\r\n") + b"Sorry: no."
    )
    assert read is not None
    assert [one.recipient for one in read.recipients] == ["carl@x.example", "pat@x.example"]
