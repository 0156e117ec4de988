"""Files: names that are safe to show (SECURITY M7), and content that is found again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.attachment import NAME_OCTETS, safe_filename
from mail.parse import attachment_content, parse
from tests.kit.mails import File, a_message

NAMES = [
    ("report.pdf", "report.pdf"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("C:\\Users\\ann\\plan.doc", "plan.doc"),
    ("/", ""),
    ("..", ""),
    (".", ""),
    ("", ""),
    (" . ", ""),
    ("a/b/", "b"),
    ("a\x00b.txt", "ab.txt"),
    ("a\r\nSet-Cookie: x.txt", "a Set-Cookie: x.txt"),
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ("a\u2066b\u2069.txt", "ab.txt"),
    ("a\u200b.txt", "a.txt"),
    ("a.pdf" + " " * 100 + ".exe", "a.pdf .exe"),
    ("a\u2215b.txt", "b.txt"),
    ("a\uff0fb.txt", "b.txt"),
    ("e\u0301.txt", "é.txt"),
    (".bashrc", "bashrc"),
    ("trailing. ", "trailing"),
    ("tab\tname.txt", "tab name.txt"),
    ("\ud800.txt", "txt"),
    ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ("é" * 300 + ".pdf", "é" * 73 + ".pdf"),
    ("x" * 300, "x" * 150),
    ("x." + "y" * 300, "x." + "y" * 148),
    ("名前.xlsx", "名前.xlsx"),
    ("a \x08 b.pdf", "a b.pdf"),
]


@pytest.mark.parametrize(("name", "expected"), NAMES, ids=[ascii(name[:30]) for name, _ in NAMES])
def test_name_is_made_safe(name: str, expected: str) -> None:
    assert safe_filename(name) == expected


@given(st.text(max_size=400))
def test_no_name_is_a_path_or_too_long(name: str) -> None:
    safe = safe_filename(name)
    assert len(safe.encode()) <= NAME_OCTETS
    assert not set(safe) & set("/\\\x00\r\n\u202e")
    assert safe == safe_filename(safe)


def test_content_is_found_by_position() -> None:
    files = [
        File("a.txt", b"first"),
        File("b.bin", bytes(range(256)) * 40),
        File("c.png", b"\x89PNG", "image/png", inline=True, content_id="c@x"),
    ]
    raw = a_message(html='<img src="cid:c@x">', attachments=files)
    listed = parse(raw).attachments
    assert [(one.filename, one.size, one.inline, one.content_id) for one in listed] == [
        ("a.txt", 5, False, None),
        ("b.bin", 10240, False, None),
        ("c.png", 4, True, "c@x"),
    ]
    assert [attachment_content(raw, one.position) for one in listed] == [file.content for file in files]


@pytest.mark.parametrize("position", [-1, 1, 99])
def test_no_content_beyond_the_list(position: int) -> None:
    with pytest.raises(IndexError):
        attachment_content(a_message(attachments=[File("a.txt", b"x")]), position)


def test_attached_mail_is_named_by_its_subject() -> None:
    inner = a_message(subject="Lamps / blue")
    raw = a_message(attachments=[File("", inner, "message/rfc822")])
    assert parse(raw).attachments[0].filename == "Lamps - blue.eml"
