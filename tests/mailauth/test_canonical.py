"""Canonicalisation: the RFC's examples, and dkimpy's answers on whatever hypothesis thinks of."""

from __future__ import annotations

import pytest
from dkim.canonicalization import Relaxed, Simple
from hypothesis import given, settings
from hypothesis import strategies as st

from mailauth.canonical import relaxed_body, relaxed_field, simple_body, simple_field
from mailauth.dkim import without_b
from tests.kit.worst import SPACES

LINES = st.lists(st.text("ab \t.=", max_size=12), max_size=8).map(
    lambda lines: "".join(line + "\r\n" for line in lines).encode()
)
FOLDED = st.lists(st.text("ab \t;:=", min_size=1, max_size=12), min_size=1, max_size=4).map(
    lambda lines: "\r\n ".join(lines).encode()
)


def test_the_examples_of_rfc_6376_3_4_5() -> None:
    assert relaxed_field(b"A", b" X") == b"a:X"
    assert relaxed_field(b"B ".strip(), b" Y\t\r\n\tZ  ") == b"b:Y Z"
    assert relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    assert simple_field(b"B", b" Y\t\r\n\tZ  ") == b"B: Y\t\r\n\tZ  "
    assert simple_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C \r\nD \t E\r\n"


@pytest.mark.parametrize("body", [b"", b"\r\n", b"\r\n\r\n", b" \r\n\t\r\n"])
def test_empty_bodies(body: bytes) -> None:
    assert relaxed_body(body) == b""
    assert simple_body(body).strip(b" \t\r\n") == b""


def test_a_body_without_a_last_line_end_gets_one() -> None:
    assert simple_body(b"a") == b"a\r\n"
    assert relaxed_body(b"a ") == b"a\r\n"


@given(LINES)
@settings(deadline=None)
def test_bodies_are_as_dkimpy_makes_them(body: bytes) -> None:
    assert relaxed_body(body) == Relaxed.canonicalize_body(body)
    assert simple_body(body) == Simple.canonicalize_body(body)


@given(FOLDED)
@settings(deadline=None)
def test_fields_are_as_dkimpy_makes_them(value: bytes) -> None:
    [(name, expected)] = Relaxed.canonicalize_headers([(b"Subject", value + b"\r\n")])
    assert relaxed_field(b"Subject", value) + b"\r\n" == name + b":" + expected


@pytest.mark.parametrize(
    ("value", "emptied"),
    [
        (b" v=1; b=abc", b" v=1; b="),
        (b" v=1; b=abc; d=x", b" v=1; b=; d=x"),
        (b" v=1; b = ab\r\n\tcd== \r\n ; bh=xyz", b" v=1; b =; bh=xyz"),
        (b" bh=abc; b=\r\n abc\r\n def", b" bh=abc; b="),
        (b"b=abc", b"b="),
    ],
)
def test_only_the_signature_itself_is_emptied(value: bytes, emptied: bytes) -> None:
    assert without_b(value) == emptied


@pytest.mark.timeout(30)
@pytest.mark.parametrize("body", SPACES)
def test_a_megabyte_of_spaces_is_read(body: bytes) -> None:
    assert relaxed_body(relaxed_body(body)) == relaxed_body(body)
    assert simple_body(simple_body(body)) == simple_body(body)
    assert without_b(b" v=1; b" + body) == b" v=1; b" + body
    assert relaxed_field(b"X", body).startswith(b"x:")
