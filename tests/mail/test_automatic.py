"""Automatic mail by its header and, where that says nothing, by who wrote it and what."""

from __future__ import annotations

import pytest

from mail.message import Automatic
from mail.parse import parse
from tests.kit.mails import a_message

HEADERS: list[tuple[dict[str, str], Automatic | None]] = [
    ({}, None),
    ({"Auto-Submitted": "no"}, None),
    ({"Auto-Submitted": "auto-replied"}, Automatic.REPLY),
    ({"Auto-Submitted": "auto-replied; owner-email=x", "List-Id": "<l.x>"}, Automatic.REPLY),
    ({"Auto-Submitted": "auto-generated"}, Automatic.REPLY),
    ({"Precedence": "auto_reply"}, Automatic.REPLY),
    ({"Precedence": "bulk"}, Automatic.REPLY),
    ({"Precedence": "list"}, Automatic.LIST),
    ({"Precedence": "first-class"}, None),
    ({"List-Id": "<l.x>"}, Automatic.LIST),
    ({"List-Post": "<mailto:l@x>"}, Automatic.LIST),
    ({"List-Unsubscribe": "<https://x.example/u>"}, Automatic.LIST),
    ({"X-Auto-Response-Suppress": "All"}, Automatic.REPLY),
    ({"X-Auto-Response-Suppress": "None"}, None),
    ({"X-Autoreply": "yes"}, Automatic.REPLY),
    ({"X-Failed-Recipients": "nobody@x.example"}, Automatic.DSN),
    ({"Return-Path": "<>"}, None),
]


@pytest.mark.parametrize(("extra", "expected"), HEADERS, ids=[str(extra) for extra, _ in HEADERS])
def test_header_says_what_it_is(extra: dict[str, str], expected: Automatic | None) -> None:
    assert parse(a_message(extra=extra)).automatic is expected


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Offer",
        "Out of Office",
        "Abwesenheitsnotiz",
        "Réponse automatique : Offre",
        "自動返信",
        "Автоответ",
    ],
)
def test_subject_of_an_answering_machine(subject: str) -> None:
    assert parse(a_message(subject=subject)).automatic is Automatic.REPLY


@pytest.mark.parametrize("subject", ["Re: Out of office chairs", "Automation of lamps", "Offer"])
def test_subject_of_a_person(subject: str) -> None:
    assert parse(a_message(subject=subject)).automatic is None


@pytest.mark.parametrize(
    ("from_", "subject", "text", "extra"),
    [
        ("MAILER-DAEMON@x.example", "failure notice", "Hi. This is the qmail-send program at x.example.", {}),
        ("Mail Delivery System <MAILER-DAEMON@x.example>", "Undelivered Mail Returned to Sender", "see below", {}),
        ("postmaster@x.example", "Undeliverable: Offer", "Your message did not reach some recipients.", {}),
        ("Robot <robot@x.example>", "Undelivered", "<<< 550 5.1.1 user unknown", {"Return-Path": "<>"}),
        ("mailer-daemon@x.example", "Mail failure", "сообщение не доставлено", {"Auto-Submitted": "auto-replied"}),
    ],
)
def test_delivery_report_without_a_status_part(from_: str, subject: str, text: str, extra: dict[str, str]) -> None:
    assert parse(a_message(from_=from_, subject=subject, text=text, extra=extra)).automatic is Automatic.DSN


def test_person_who_writes_of_failed_mail_is_a_person() -> None:
    raw = a_message(subject="Undeliverable mail?", text="My mail was not delivered, 550 5.1.1 user unknown.")
    assert parse(raw).automatic is None


def test_postmaster_who_writes_himself_is_no_report() -> None:
    assert parse(a_message(from_="postmaster@x.example", subject="New servers", text="They are up.")).automatic is None


def test_read_receipt_is_a_reply() -> None:
    raw = (
        b"From: a@x.example\r\nSubject: Read: Offer\r\n"
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n"
        b"--b\r\n\r\nIt was read.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Disposition: manual-action; displayed\r\n--b--\r\n"
    )
    assert parse(raw).automatic is Automatic.REPLY


def test_somebody_elses_forwarding_confirmation_is_none() -> None:
    subject = "Gmail Forwarding Confirmation - Receive Mail from x@y.example"
    assert parse(a_message(from_="eve@evil.example", subject=subject)).automatic is None
