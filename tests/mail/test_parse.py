"""Reading never raises, keeps what was written, and is bounded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail.body import snippet
from mail.fingerprint import content_digest, fingerprint
from mail.header import FIELDS, TOO_MANY
from mail.message import ParsedMessage
from mail.parse import ELSEWHERE, attachment_content, parse
from mail.rendering import message_json
from mail.shape import author
from mail.structure import DEPTH, PARTS, TOO_COMPLEX
from tests.kit import worst
from tests.kit.mails import DATE, File, a_message

WORDS = st.text(alphabet=st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)
LINES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
PIECES = st.sampled_from(
    rb"""CRLF|LF|CR|CRLFCRLF|From: |To: a@b|Subject: =?utf-8?q?|?=|Content-Type: |multipart/mixed; boundary=b|--b|--b--|
text/html|message/rfc822|; charset=|utf-16|Content-Transfer-Encoding: base64|<div>|<a href='|&#x|>|"|\|(|NUL|HIGH|-- |
On 1 Jan 2026 a@b wrote:|---- Forwarded message ----|SURROGATE|begin 644 a""".replace(b"|\n", b"|")
    .replace(b"CR", b"\r")
    .replace(b"LF", b"\n")
    .replace(b"NUL", b"\x00")
    .replace(b"HIGH", b"\xff")
    .replace(b"SURROGATE", b"\xed\xa0\x80")
    .split(b"|")
)


def everything_shown(message: ParsedMessage) -> list[str]:
    people = [*message.from_, *message.to, *message.cc, *message.reply_to]
    names = [text for one in people for text in (one.name, one.address)]
    files = [one.filename for one in message.attachments]
    fields = [text for pair in message.header for text in pair]
    inner = [text for one in message.forwarded for text in (one.text, one.subject, one.date or "")]
    return [message.subject, message.text, message.new_text, message.html or "", *names, *files, *fields, *inner]


@given(st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=30).map(b"".join)))
@example(b"")
@example(b"\n")
@example(b"\r\n\r\n")
@example(b":")
@example(b"From")
@example(b"Content-Type: multipart/mixed; boundary=\n\n--\n\nx")
def test_any_octets_are_read(raw: bytes) -> None:
    message = parse(raw)
    for text in everything_shown(message):
        text.encode("utf-8")
        assert "\x00" not in text
    for file in message.attachments:
        assert len(attachment_content(raw, file.position)) == file.size
    message_json(message)
    fingerprint(message, ())
    content_digest(message)


@given(subject=LINES, name=WORDS, text=LINES, filename=WORDS, content=st.binary(max_size=200))
def test_what_was_written_is_read(subject: str, name: str, text: str, filename: str, content: bytes) -> None:
    raw = a_message(
        from_=f'"{name}" <rita@seller.example>'
        if name.isascii() and '"' not in name and "\\" not in name
        else name and "Rita <rita@seller.example>",
        subject=f"Say: {subject}",
        text=f"Hello {text}",
        attachments=[File(f"a{filename}.txt".replace("/", "-"), content)],
        in_reply_to="<one@x.example>",
    )
    message = parse(raw)
    assert message.subject == f"Say: {subject}"
    assert message.text == f"Hello {text}"
    assert message.in_reply_to == ("<one@x.example>",)
    assert message.date == DATE
    assert attachment_content(raw, 0) == content
    assert message.from_[0].address == "rita@seller.example"


def test_html_alone_gives_text() -> None:
    raw = a_message(text=None, html="<p>Hello <b>Carl</b></p><ul><li>one<li>two</ul>")
    message = parse(raw)
    assert message.text == "Hello Carl\n\n- one\n- two"
    assert message.html == "<p>Hello <b>Carl</b></p><ul><li>one<li>two</ul>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Wed, 4 Mar 2026 11:20:30 +0100", datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)),
        ("4 Mar 2026 11:20 -0000", datetime(2026, 3, 4, 11, 20, tzinfo=UTC)),
        ("Wed, 04 Mar 26 11:20:30 GMT (nowhere)", datetime(2026, 3, 4, 11, 20, 30, tzinfo=UTC)),
        ("2026-03-04T11:20:30+01:00", datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)),
        ("Wed, 32 Mar 2026 11:20:30 +0100", None),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None),
        ("yesterday", None),
    ],
)
def test_date(written: str, read: datetime | None) -> None:
    assert parse(f"Date: {written}\r\n\r\nhi".encode()).date == read


def test_snippet_is_one_short_line() -> None:
    assert snippet("a\n\n  b " * 300) == ("a b " * 300)[:199].rstrip() + "…"
    assert snippet("short\ntext") == "short text"


def test_nesting_beyond_the_bound_is_one_file() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for level in range(1, 60):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
    message = parse(raw + b"--b59\r\n\r\nhi\r\n")
    assert TOO_COMPLEX in message.defects
    assert [file.content_type for file in message.attachments] == ["application/octet-stream"]


def test_nesting_within_the_bound_is_read() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for level in range(1, DEPTH):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
    assert parse(raw + b"--b%d\r\n\r\nhi\r\n" % (DEPTH - 1)).text == "hi"


def test_parts_beyond_the_bound_are_one_file() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = b"--b\r\nContent-Type: image/png\r\n\r\nx\r\n"
    message = parse(raw + part * (PARTS + 100) + b"--b--")
    assert len(message.attachments) == PARTS - 1
    assert message.attachments[-1].size > len(part) * 100
    assert TOO_COMPLEX in message.defects


def test_fields_beyond_the_bound_are_named() -> None:
    message = parse(b"X: y\r\n" * (FIELDS + 5) + b"Subject: late\r\n\r\nhi")
    assert len(message.header) == FIELDS
    assert TOO_MANY in message.defects
    assert message.text == "hi"


def test_content_type_too_long_to_believe_makes_a_file() -> None:
    raw = b"Content-Type: text/plain" + b"".join(b"; p%d=v" % n for n in range(20_000)) + b"\r\n\r\nhi"
    message = parse(raw)
    assert message.text == ""
    assert [(file.content_type, file.size) for file in message.attachments] == [("application/octet-stream", 2)]


@pytest.mark.parametrize(
    "value",
    [
        b"(x (y) victim@bank.example (z)) evil@evil.example",
        b"(a (b)) <evil@evil.example> (victim@bank.example)",
        b"\xef\xbc<evil@evil.example>",
        b"R\xb6rg <evil@evil.example>",
    ],
)
def test_the_author_is_the_one_that_was_proved(value: bytes) -> None:
    raw = b"From: " + value + b"\r\nSubject: x\r\n\r\nHello\r\n"
    assert author(raw) == "evil@evil.example"
    assert [one.address for one in parse(raw).from_] == ["evil@evil.example"]


def test_a_guessed_charset_makes_no_other_domain_of_the_author() -> None:
    raw = b"From: R\xb6rg <j@b\xc3\xbccher.example>\r\nSubject: x\r\n\r\nHello\r\n"
    assert [one.address for one in parse(raw).from_] == [author(raw)] == ["j@bücher.example"]


def test_what_lies_elsewhere_is_neither_joined_nor_fetched() -> None:
    piece = b"\r\nContent-Type: message/partial; id=x; number=%d; total=2\r\n\r\nSubject: inner\r\n\r\nHello %d\r\n"
    link = (
        b'\r\nContent-Type: message/external-body; access-type=URL; URL="https://x.example/"\r\n\r\nContent-ID: <a>\r\n'
    )
    found = parse(worst.parts(piece % (1, 1) + b"--b" + piece % (2, 2) + b"--b" + link, 1))
    assert (found.text, found.forwarded) == ("", ())
    assert [one.content_type for one in found.attachments] == ["message/partial"] * 2 + ["message/external-body"]
    assert set(ELSEWHERE.values()) <= set(found.defects)


def test_the_part_that_start_names_is_read() -> None:
    picture = b"\r\nContent-Type: image/png\r\nContent-ID: <pic@x>\r\n\r\nPNG\r\n"
    page = b'\r\nContent-Type: text/html\r\nContent-ID: <main@x>\r\n\r\n<p>Hello<img src="cid:pic@x">\r\n'
    raw = worst.parts(picture + b"--b" + page, 1).replace(b"mixed;", b'related; start="<main@x>";')
    found = parse(raw)
    assert (found.text, found.html) == ("Hello", '<p>Hello<img src="cid:pic@x">\n')
    assert [(one.content_type, one.content_id) for one in found.attachments] == [("image/png", "pic@x")]


def test_the_rest_of_too_many_parts_is_one_file() -> None:
    found = parse(worst.parts(b"\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n", PARTS + 500))
    *files, rest = found.attachments
    assert found.too_complex
    assert {one.filename for one in files} == {"a.txt"}
    assert (rest.filename, rest.content_type) == (f"part-{len(files) + 1}.bin", "application/octet-stream")
    assert rest.size > 500 * len("x\r\n")
