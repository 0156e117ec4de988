"""Delivery reports: what is said of each recipient, however it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mail.report import Action, read_report

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
