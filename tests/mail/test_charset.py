"""Charsets: what mail may declare, what is refused, what is rescued (SECURITY M6)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.charset import UNKNOWN_CHARSET, WRONG_CHARSET, decode, decode_text, find_codec

DECLARED = [
    ("utf-8", "Grüße €"),
    ("UTF8", "Grüße €"),
    ("iso-8859-1", "Grüße"),
    ("ISO_8859-1:1987", "Grüße"),
    ("latin1", "“€”"),
    ("Windows-1252", "“€”"),
    ("iso-8859-2", "Łódź"),
    ("windows-1250", "Łódź"),
    ("iso-8859-15", "€uro"),
    ("koi8-r", "Привет"),
    ("windows-1251", "Привет"),
    ("cp866", "Привет"),
    ("iso-8859-7", "Γειά"),
    ("iso-8859-8-i", "שלום"),
    ("windows-1256", "سلام"),
    ("gb2312", "你好"),
    ("GBK", "你好"),
    ("gb18030", "你好"),
    ("hz-gb-2312", "你好"),
    ("big5", "你好"),
    ("shift_jis", "こんにちは"),
    ("euc-jp", "こんにちは"),
    ("iso-2022-jp", "こんにちは"),
    ("ks_c_5601-1987", "안녕"),
    ("euc-kr", "안녕"),
    ("tis-620", "สวัสดี"),
    ("macintosh", "naïve"),
    ("utf-16", "Grüße"),
    ("utf-16le", "Grüße"),
]

REFUSED = """utf-7 UTF7 unicode-1-1-utf-7 punycode idna rot13 rot_13 base64 hex zlib bz2_codec raw_unicode_escape
unicode_escape undefined mbcs x-unknown utf-8-variant charmap"""


@pytest.mark.parametrize(("name", "text"), DECLARED, ids=[name for name, _ in DECLARED])
def test_declared_charset_is_read(name: str, text: str) -> None:
    codec = find_codec(name)
    assert codec is not None
    assert decode(text.encode(codec), name) == (text, None)


@pytest.mark.parametrize(
    "name",
    REFUSED.split(),
)
def test_codec_that_is_no_charset_is_refused(name: str) -> None:
    assert find_codec(name) is None
    assert decode(b"+ADw-b+AD4-", name) == ("+ADw-b+AD4-", UNKNOWN_CHARSET)


def test_ascii_that_is_utf8_is_utf8() -> None:
    assert decode("Grüße".encode(), "us-ascii") == ("Grüße", None)


def test_a_few_bad_octets_do_not_change_the_charset() -> None:
    text, defect = decode("Grüße an alle ".encode() * 20 + b"\xff", "utf-8")
    assert text.startswith("Grüße an alle")
    assert defect == WRONG_CHARSET


def test_western_text_without_charset_is_western() -> None:
    assert decode("Déjà vu à Besançon, señor".encode("cp1252"), None)[0] == "Déjà vu à Besançon, señor"


def test_russian_text_without_charset_is_guessed() -> None:
    russian = "Здравствуйте, посылаем вам наше предложение на этот месяц. " * 3
    assert decode(russian.encode("cp1251"), None)[0] == russian


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "us-ascii", "utf-16", "iso-2022-jp", "utf-7", "gbk"]))
def test_text_never_holds_what_no_database_takes(octets: bytes, name: str | None) -> None:
    text, _ = decode(octets, name)
    text.encode("utf-8")
    assert "\x00" not in text


def test_nul_is_nothing_in_a_body() -> None:
    assert decode_text(b"a sec\0ret", "us-ascii") == ("a secret", None)
    assert decode_text("Hello".encode("utf-16-le"), "us-ascii") == ("Hello", None)
    assert decode_text("Grüße".encode("utf-16-le"), "utf-16le") == ("Grüße", None)
    assert decode(b"a\0b", None)[0] == "a\ufffdb"


def test_utf8_that_calls_itself_latin_is_read_as_what_it_is() -> None:
    assert decode("Grüße".encode(), "iso-8859-1") == ("Grüße", WRONG_CHARSET)
    assert decode("Grüße".encode("latin-1"), "iso-8859-1") == ("Grüße", None)
    assert decode("Ã¼ is ü".encode("latin-1"), "iso-8859-1") == ("Ã¼ is ü", None)
