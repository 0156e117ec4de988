"""Which mail a report is about."""

from __future__ import annotations

import pytest

from mail.parse import parse

HEAD = b"From: Mail Delivery System <MAILER-DAEMON@mx.y.example>\nTo: rita@y.example\nSubject: Undelivered mail\n"
REPORT = b'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
STATUS = b"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.y.example\n"
RECIPIENT = b"\nFinal-Recipient: rfc822; x@z.example\nAction: failed\nStatus: 5.1.1\n"


def part(kind: bytes, content: bytes) -> bytes:
    return b"--b\nContent-Type: " + kind + b"\n\n" + content + b"\n"


@pytest.mark.parametrize("kind", [b"message/rfc822", b"text/rfc822-headers", b"message/global-headers"])
def test_returned_part_names_it(kind: bytes) -> None:
    returned = part(kind, b"From: rita@y.example\nMessage-ID: <one@y.example>\nSubject: Lamps\n\nHello")
    raw = HEAD + REPORT + STATUS + RECIPIENT + returned + b"--b--\n"
    assert parse(raw).in_reply_to == ("<one@y.example>",)


def test_status_names_it_where_nothing_is_returned() -> None:
    raw = HEAD + REPORT + STATUS + b"X-Original-Message-ID: <one@y.example>\n" + RECIPIENT + b"--b--\n"
    assert parse(raw).in_reply_to == ("<one@y.example>",)


def test_receipt_names_what_was_read() -> None:
    head = HEAD.replace(b"Undelivered mail", b"Read: Lamps").replace(b"MAILER-DAEMON", b"pat")
    kind = b'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary="b"\n\n'
    fields = (
        b"Final-Recipient: rfc822; pat@z.example\nOriginal-Message-ID: <one@y.example>\nDisposition: manual-action\n"
    )
    found = parse(head + kind + part(b"message/disposition-notification", fields) + b"--b--\n")
    assert (found.automatic, found.in_reply_to) == ("reply", ("<one@y.example>",))


@pytest.mark.parametrize("mark", ["", "   ", "> "])
def test_copied_header_in_the_text_names_it(mark: str) -> None:
    text = "Hi. This is the qmail-send program.\n\n<x@z.example>:\nno such user\n\n--- Below this line is a copy.\n\n"
    raw = HEAD + f"\n{text}{mark}Subject: Lamps\n{mark}Message-ID: <one@y.example>\n".encode()
    assert parse(raw).in_reply_to == ("<one@y.example>",)


def test_what_it_answers_anyway_stays() -> None:
    head = HEAD + b"In-Reply-To: <other@y.example>\n"
    returned = part(b"message/rfc822", b"Message-ID: <one@y.example>\n\nHello")
    raw = head + REPORT + STATUS + RECIPIENT + returned + b"--b--\n"
    assert parse(raw).in_reply_to == ("<other@y.example>", "<one@y.example>")


def test_mail_of_a_person_that_quotes_a_header_answers_nothing() -> None:
    raw = b"From: pat@z.example\nSubject: What is this?\n\nMessage-ID: <one@y.example>\n"
    assert parse(raw).in_reply_to == ()
