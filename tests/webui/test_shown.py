"""What the eye could be misled by is shown plain (RULES R36, SECURITY P10, P11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webui import shown


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("maria@fabrikam.example", "maria@fabrikam.example"),
        ("maria@müller.example", "maria@müller.example"),
        ("maria@xn--mller-kva.example", "maria@müller.example"),
        ("ceo@аррӏе.example", "ceo@xn--80ak6aa92e.example"),
        ("ceo@xn--80ak6aa92e.example", "ceo@xn--80ak6aa92e.example"),
        ("ceo@nоrthwind.example", "ceo@xn--nrthwind-nbh.example"),
        ("ceo@日本.example", "ceo@日本.example"),
        ("no at sign", "no at sign"),
        ("", ""),
        (None, ""),
    ],
)
def test_address_shows_letters_only_where_they_are_honest(written: str | None, read: str) -> None:
    assert shown.address(written) == read


@pytest.mark.parametrize(
    ("name", "deceptive"),
    [
        ("Maria Lopez", False),
        ("Мария Иванова", False),
        ("田中 Tanaka", False),
        ("山田たろう", False),
        ("ceo@northwind.example", True),
        ("ceo＠northwind", True),
        ("Mаria Lopez", True),
        ("", False),
    ],
)
def test_deceptive_names_are_noticed(name: str, deceptive: bool) -> None:
    assert shown.is_deceptive_name(name) is deceptive


@given(st.text(max_size=400))
def test_plain_text_is_one_line_without_tricks(text: str) -> None:
    line = shown.plain(text)

    assert len(line) <= 300
    assert not {"\u202e", "\u202d", "\u2066", "\u200b", "\u2028", "\x00", "\r", "\n", "\u00ad"} & set(line)
    assert shown.plain(line) == line
    shown.address(text)
    shown.is_deceptive_name(text)
    shown.paragraph(text).encode()


def test_sizes() -> None:
    assert [shown.size(octets) for octets in (0, 999, 1000, 26_214_400)] == ["0 B", "999 B", "1.0 kB", "26.2 MB"]


def test_a_sentence_of_ours_keeps_names_apart_and_is_closed_where_it_is_cut() -> None:
    assert shown.said("Linked to \u2068שרה כהן\u2069, because\u202e …") == "Linked to \u2068שרה כהן\u2069, because …"
    cut = shown.said("Linked to \u2068שרה כהן\u2069", 14)
    assert cut == "Linked to \u2068שר…\u2069"
