"""The shape gate: each fault by its name, each limit at its edge, and never an exception."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.shape import FIELD_LIMIT, FIELDS_LIMIT, HEADER_LIMIT, ShapeFault, author, check_shape
from tests.kit.mails import a_message
from tests.kit.worst import AUTHORS, LARGE_BODY

GOOD = b"From: Rita <rita@seller.example>\r\nTo: c@d.example\r\nSubject: Offer\r\n\r\nHello.\r\n"


def with_line(line: bytes) -> bytes:
    """The good mail with one more header line below its first."""
    first, _, rest = GOOD.partition(b"\r\n")
    return first + b"\r\n" + line + b"\r\n" + rest


def from_line(line: bytes) -> bytes:
    """The good mail with another first line."""
    return line + b"\r\n" + GOOD.partition(b"\r\n")[2]


@pytest.mark.parametrize(
    "raw",
    [
        GOOD,
        a_message(),
        GOOD[: GOOD.index(b"\r\n\r\n") + 4],
        GOOD[: GOOD.index(b"\r\n\r\n") + 2],
        with_line(
            b"Date: x\r\nDate: y\r\nTo: e@f.example\r\nCc: a@b.c\r\nCc: d@e.f\r\nReply-To: x@y.z\r\nReply-To: z@y.x"
        ),
        with_line(b"X-Folded: a\r\n\tb\r\n c"),
        with_line(b"X-Empty:"),
        with_line(b"X-8bit: \xff\xfe"),
        with_line(b"!#$%&'*+-/=?@[]^_`{|}~: x"),
    ],
)
def test_ordinary_and_odd_but_harmless_mail_passes(raw: bytes) -> None:
    assert check_shape(raw) is None
    assert author(raw) == "rita@seller.example"


CONTENT = [
    (GOOD + b"a\nb\r\n", ShapeFault.LINE_END),
    (GOOD + b"a\rb\r\n", ShapeFault.LINE_END),
    (GOOD + b"\r", ShapeFault.LINE_END),
    (GOOD + b"\r\r\n", ShapeFault.LINE_END),
    (with_line(b"X: y\rFrom: evil@bank.example"), ShapeFault.LINE_END),
    (with_line(b"X: y\nFrom: evil@bank.example"), ShapeFault.LINE_END),
    (GOOD.replace(b"\r\n", b"\n"), ShapeFault.LINE_END),
    (GOOD + b"\0", ShapeFault.NUL),
    (with_line(b"X: \0"), ShapeFault.NUL),
    (with_line(b"no colon here"), ShapeFault.NO_NAME),
    (with_line(b": value"), ShapeFault.NO_NAME),
    (with_line(b"Subject : x"), ShapeFault.NO_NAME),
    (with_line(b"Subj\xe4ct: x"), ShapeFault.NO_NAME),
    (with_line("Sübject: x".encode()), ShapeFault.NO_NAME),
    (with_line(b"X Y: x"), ShapeFault.NO_NAME),
    (with_line(b"X\x7f: x"), ShapeFault.NO_NAME),
    (b" folded at once\r\n" + GOOD, ShapeFault.NO_NAME),
    (b"From rita@seller.example Mon Mar  2 10:20:30 2026\r\n" + GOOD, ShapeFault.NO_NAME),
    (with_line(b"Subject: another"), ShapeFault.TWICE),
    (with_line(b"Sender: a@b.c\r\nSender: d@e.f"), ShapeFault.TWICE),
    (with_line(b"Message-ID: <a@b>\r\nmessage-id: <a@b>"), ShapeFault.TWICE),
    (with_line(b"MIME-Version: 1.0\r\nMime-Version: 1.0"), ShapeFault.TWICE),
    (with_line(b"Content-Type:\r\nContent-Type:"), ShapeFault.TWICE),
    (with_line(b"Content-Transfer-Encoding: 7bit\r\nCONTENT-TRANSFER-ENCODING: base64"), ShapeFault.TWICE),
]


@pytest.mark.parametrize(("raw", "fault"), CONTENT)
def test_content_faults(raw: bytes, fault: ShapeFault) -> None:
    assert check_shape(raw) is fault
    assert fault.kind == "content"


FROM = [
    (GOOD.partition(b"\r\n")[2], ShapeFault.NO_FROM),
    (b"\r\nHello.\r\n", ShapeFault.NO_FROM),
    (b"", ShapeFault.NO_FROM),
    (b"\r\n", ShapeFault.NO_FROM),
    (with_line(b"From: rita@seller.example"), ShapeFault.TWO_FROM),
    (with_line(b"FROM: evil@bank.example"), ShapeFault.TWO_FROM),
    (with_line(b"From : evil@bank.example"), ShapeFault.HIDDEN_FROM),
    (b"From : evil@bank.example\r\n" + GOOD, ShapeFault.HIDDEN_FROM),
    (with_line(b"From\t: evil@bank.example"), ShapeFault.HIDDEN_FROM),
    (with_line(b"from\xa0: evil@bank.example"), ShapeFault.HIDDEN_FROM),
    (b" From: evil@bank.example\r\n" + GOOD, ShapeFault.HIDDEN_FROM),
    (from_line(b"From:"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: <>"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: a@b.example, c@d.example"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: a@b.example <c@d.example>"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: g: a@b.example;"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: <@x.example:a@b.example>"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: " + b"x" * 3_000 + b" <a@b.example>"), ShapeFault.NOT_ONE_AUTHOR),
    (from_line(b"From: =?utf-8?q?a=0D=0Ab?= <a@b.example>"), ShapeFault.READ_DIFFERENTLY),
]


@pytest.mark.parametrize(("raw", "fault"), FROM)
def test_faults_of_the_author(raw: bytes, fault: ShapeFault) -> None:
    assert check_shape(raw) is fault
    assert fault.kind == "from"


def test_no_author_where_from_is_missing_doubled_or_unreadable() -> None:
    assert author(GOOD.partition(b"\r\n")[2]) == ""
    assert author(with_line(b"From: x@y.example")) == ""
    assert author(from_line(b"From: a@b.example, c@d.example")) == ""
    assert author(b"") == ""
    assert author(b"\r\nFrom: a@b.example\r\n") == ""


def test_a_from_in_the_body_is_no_from() -> None:
    assert check_shape(GOOD + b"From: evil@bank.example\r\n") is None


def test_number_of_fields() -> None:
    some = b"".join(b"X-%d: y\r\n" % number for number in range(FIELDS_LIMIT - 3))
    assert check_shape(some + GOOD) is None
    assert check_shape(b"X-More: y\r\n" + some + GOOD) is ShapeFault.TOO_MANY_FIELDS


def test_size_of_one_field_and_of_the_header() -> None:
    room = FIELD_LIMIT - len(b" ")
    assert check_shape(with_line(b"X: " + b"y" * room)) is None
    assert check_shape(with_line(b"X: " + b"y" * (room + 1))) is ShapeFault.FIELD_TOO_LONG
    folded = b"\r\n ".join([b"y" * 70] * 1_000)
    assert check_shape(with_line(b"X: " + folded)) is ShapeFault.FIELD_TOO_LONG
    filler = b"".join(b"X-%d: %s\r\n" % (number, b"y" * 60_000) for number in range(4))
    room = HEADER_LIMIT - len(filler) - GOOD.index(b"\r\n\r\n") - len(b"X: \r\n")
    assert check_shape(filler + with_line(b"X: " + b"y" * room)) is None
    assert check_shape(filler + with_line(b"X: " + b"y" * (room + 1))) is ShapeFault.HEADER_TOO_LONG
    assert check_shape(b"From: a@b.example\r\n" + b"X: y\r\n" * 60_000) is ShapeFault.HEADER_TOO_LONG


def test_every_fault_has_a_kind_and_a_sentence() -> None:
    assert {fault.kind for fault in ShapeFault} == {"from", "content"}
    assert all(fault.value[0].islower() and not fault.value.endswith(".") for fault in ShapeFault)


@pytest.mark.timeout(30)
def test_a_large_body_is_looked_through() -> None:
    assert check_shape(GOOD + LARGE_BODY) is None
    assert check_shape(GOOD + LARGE_BODY + b"\n") is ShapeFault.LINE_END


@pytest.mark.timeout(30)
@pytest.mark.parametrize("value", AUTHORS)
def test_a_hostile_author_is_nobody_else(value: bytes) -> None:
    raw = from_line(b"From: " + value)
    assert check_shape(raw) in (None, ShapeFault.NOT_ONE_AUTHOR, ShapeFault.READ_DIFFERENTLY)
    assert author(raw) in ("", "a@b.example")


@given(st.binary(max_size=400) | st.text("From:\r\n \t@<>ab.,\0é", max_size=120).map(str.encode))
@settings(deadline=None)
def test_it_never_raises(raw: bytes) -> None:
    fault = check_shape(raw)
    assert fault is not None or author(raw)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
@settings(deadline=None)
def test_one_changed_octet_never_gives_another_author_silently(position: int, octet: int) -> None:
    mutated = GOOD[:position] + bytes([octet]) + GOOD[position + 1 :]
    end_of_from = GOOD.index(b"\r\n")
    if check_shape(mutated) is None and position > end_of_from:
        assert author(mutated) == "rita@seller.example"
