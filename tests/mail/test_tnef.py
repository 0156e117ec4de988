"""TNEF: files and body of a `winmail.dat`; whatever the octets are, nothing is raised."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.opened import FILES
from mail.parse import attachment_content, parse
from mail.tnef import read_tnef
from tests.kit.mails import File, a_message
from tests.kit.tnef import BEGIN, PROPERTIES, SIGNATURE, TnefEntry, attribute, tnef

TWO = (
    TnefEntry("OFFER~1.PDF", b"%PDF-1.7", long_name="Angebot für März.pdf", content_type="application/pdf"),
    TnefEntry("notes.txt", b"some notes"),
)


def wrapped(octets: bytes, *, text: str | None = "Hello", name: str = "winmail.dat") -> bytes:
    return a_message(text=text, attachments=[File(name, octets, "application/ms-tnef")])


def test_its_files_are_attachments_after_those_of_the_mail() -> None:
    raw = a_message(attachments=[File("winmail.dat", tnef(TWO)), File("last.txt", b"last")])
    files = parse(raw).attachments
    assert [(one.filename, one.content_type, one.size, one.inline) for one in files] == [
        ("winmail.dat", "application/octet-stream", len(tnef(TWO)), False),
        ("last.txt", "application/octet-stream", 4, False),
        ("Angebot für März.pdf", "application/pdf", 8, False),
        ("notes.txt", "application/octet-stream", 10, False),
    ]
    assert [attachment_content(raw, one.position) for one in files[1:]] == [b"last", b"%PDF-1.7", b"some notes"]


def test_its_body_is_read_where_the_mail_has_none() -> None:
    octets = tnef(text="Grüße aus Köln", html='<p>Grüße <img src="cid:a@b"></p>')
    assert parse(wrapped(octets, text="")).text == "Grüße aus Köln"
    assert "cid:a@b" in (parse(wrapped(octets, text="")).html or "")
    assert parse(wrapped(octets)).text == "Hello"
    assert parse(wrapped(octets)).html is None


def test_what_its_body_shows_in_place_is_inline() -> None:
    files = (TnefEntry("a.png", b"1", content_id="a@b"), TnefEntry("b.png", b"2", content_id="other"))
    shown = parse(wrapped(tnef(files, html='<img src="cid:a@b">'), text="")).attachments
    assert [(one.filename, one.inline, one.content_id) for one in shown[1:]] == [
        ("a.png", True, "a@b"),
        ("b.png", False, "other"),
    ]


def test_files_of_a_mail_inside_are_answered_too_but_no_deeper_than_three() -> None:
    octets = tnef([TnefEntry("deepest.txt", b"x")])
    for _ in range(5):
        octets = tnef([TnefEntry("Mail", inside=octets)])
    deep = read_tnef(octets)
    assert deep is not None
    assert [one.name for one in deep.files] == ["Mail"]
    twice = read_tnef(tnef([TnefEntry("Mail", inside=tnef(TWO)), *TWO]))
    assert twice is not None
    assert [one.name for one in twice.files] == ["Angebot für März.pdf", "notes.txt"] * 2


@pytest.mark.parametrize(
    ("title", "shown"),
    [("..\\..\\x.exe", "x.exe"), ("/etc/passwd", "passwd"), ("a\r\nb.txt", "a b.txt"), ("", "part-2.bin")],
)
def test_names_are_made_safe(title: str, shown: str) -> None:
    assert parse(wrapped(tnef([TnefEntry(title, b"x")]))).attachments[1].filename == shown


def test_there_is_a_bound_on_files() -> None:
    assert len(parse(wrapped(tnef([TnefEntry("x", b"x")] * (FILES + 50)))).attachments) == FILES + 1


def test_what_is_no_tnef_stays_a_file() -> None:
    assert [one.filename for one in parse(wrapped(b"no tnef")).attachments] == ["winmail.dat"]
    assert read_tnef(b"") is None


@pytest.mark.parametrize(
    "counts",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x101F, 0x1000, 0xFFFFFFFF),
        struct.pack("<IHHII", 1, 0x0102, 0x1000, 1, 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x1003, 0x1000, 0xFFFFFFFF),
        struct.pack("<IHH", 1, 0x1234, 0x1000) + bytes(40),
        struct.pack("<IHH", 1, 0x001F, 0x8000) + bytes(16) + struct.pack("<II", 1, 0xFFFFFFFF),
    ],
)
def test_what_lies_about_its_length_ends_the_reading(counts: bytes) -> None:
    whole = tnef(TWO) + attribute(1, PROPERTIES, counts) + attribute(2, BEGIN, b"") + b"\x02\x05"
    found = read_tnef(whole)
    assert found is not None
    assert [one.name for one in found.files] == ["Angebot für März.pdf", "notes.txt", ""]


@given(st.integers(6, len(tnef(TWO, html="<p>"))), st.binary(max_size=40))
def test_spoiled_octets_are_read_as_far_as_they_go(at: int, octets: bytes) -> None:
    whole = tnef(TWO, html="<p>")
    assert read_tnef(whole[:at] + octets + whole[at + len(octets) :]) is not None
    assert read_tnef(SIGNATURE + octets) is not None
