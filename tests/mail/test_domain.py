"""Domain names: one form, and no way into another name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.domain import a_label_form


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("example.com", "example.com"),
        ("EXAMPLE.Com", "example.com"),
        ("localhost", "localhost"),
        ("a-b.example", "a-b.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("3com.com", "3com.com"),
        (f"{'a' * 63}.example", f"{'a' * 63}.example"),
    ],
)
def test_names_have_one_form(written: str, form: str) -> None:
    assert a_label_form(written) == form


@pytest.mark.parametrize(
    "written",
    [
        "",
        ".",
        "example.com.",
        ".example.com",
        "a..b",
        "-a.example",
        "a-.example",
        "a_b.example",
        "a b.example",
        "exa\nmple.com",
        "example.com\n",
        "a\0b.example",
        '"a".example',
        "192.0.2.1",
        "[192.0.2.1]",
        "a@b.example",
        f"{'a' * 64}.example",
        ".".join(["abcdefgh"] * 30),
        "ｅxample.com",  # a full-width letter
        "example。com",  # an ideographic full stop
        "example．com",  # a full-width full stop
        "bu\u0308cher.example",  # not composed (NFC)
        "xn--a.example",  # no valid A-label
        "exa\u200bmple.com",
        "exa\u00admple.com",
        "\ud800.example",
    ],
)
def test_what_is_no_host_name_never_becomes_one(written: str) -> None:
    assert a_label_form(written) is None


@given(st.text(max_size=80))
@settings(deadline=None)
def test_a_form_is_stable(written: str) -> None:
    form = a_label_form(written)
    assert form is None or (a_label_form(form) == form and form.isascii())
