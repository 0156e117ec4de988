"""Authentication-Results as servers write them, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailauth.authentication_results import LONGEST_FIELD, AuthenticationResults, MethodResult, parse_results


def said(text: str) -> AuthenticationResults:
    found = parse_results(text.encode())
    assert found is not None, text
    return found


@pytest.mark.parametrize(
    ("text", "method", "result", "values"),
    [
        (" mx.example; dkim=pass header.d=a.example", "dkim", "pass", {"header.d": "a.example"}),
        (" mx.example 1;\r\n\tdkim=pass header.d=a.example;", "dkim", "pass", {"header.d": "a.example"}),
        (" MX.example; DKIM/1 = Pass Header.D = A.example", "dkim", "pass", {"header.d": "A.example"}),
        (
            " mx.example; spf=pass (says (nested \\) text) here) smtp.mailfrom=x@a.example",
            "spf",
            "pass",
            {"smtp.mailfrom": "x@a.example"},
        ),
        (
            " mx.example; dmarc=pass (p=REJECT sp=REJECT; dis=NONE) header.from=a.example",
            "dmarc",
            "pass",
            {"header.from": "a.example"},
        ),
        (
            " mx.example 1; spf=pass smtp.mailfrom=a.example; dmarc=pass action=none header.from=a.example; arc=none",
            "dmarc",
            "pass",
            {"header.from": "a.example", "action": "none"},
        ),
        (
            ' mx.example; dkim=fail reason="bad; body" header.b="a/b=" header.d=a.example',
            "dkim",
            "fail",
            {"header.b": "a/b="},
        ),
        (' "mx.example"; dkim=pass header.i=@a.example', "dkim", "pass", {"header.i": "@a.example"}),
    ],
)
def test_what_servers_write(text: str, method: str, result: str, values: dict[str, str]) -> None:
    found = said(text)
    assert found.authserv_id == "mx.example"
    [one] = found.of(method)
    assert (one.result, {name: one.value(name) for name in values}) == (result, values)


def test_no_results() -> None:
    assert said(" mx.example; none") == AuthenticationResults("mx.example", ())
    assert said(" mx.example 1; none;").results == ()


def test_a_property_that_stands_twice_has_no_value() -> None:
    [one] = said("mx.example; dmarc=pass header.from=a.example header.from=b.example").results
    assert one == MethodResult("dmarc", "pass", (("header.from", "a.example"), ("header.from", "b.example")))
    assert one.value("header.from") == ""
    assert one.value("header.d") == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mx.example",
        "mx.example;",
        "; dkim=pass",
        "mx.example 2; dkim=pass",
        "mx.example 1 1; dkim=pass",
        "mx example; dkim=pass",
        "mx.example; dkim",
        "mx.example; dkim=",
        "mx.example; =pass",
        "mx.example; dkim==pass",
        "mx.example; dkim=pass header.d",
        "mx.example; dkim=pass header.d=",
        "mx.example; dkim=pass header.d=a=b",
        "mx.example; dkim=pass;; spf=pass",
        "mx.example; dkim=pass (open",
        "mx.example; dkim=pass open)",
        'mx.example; dkim=pass header.d="a.example',
        'mx.example; dkim=pass header.d=""',
        'mx.example; dkim "=" pass',
        'mx.example; dkim=pass header.d=a ";" spf=pass',
        "mx.example; dkim/2=pass",
        "mx.example; dk im=pass",
        "mx.example; dkim=pass \\header.d=a",
        "mx.example; none; dkim=pass",
        "mx.example" + "; dkim=pass" * 41,
        "mx.example; dkim=pass" + " header.d=a" * 30,
        "mx.example; dkim=pass header.d=" + "a" * LONGEST_FIELD,
    ],
)
def test_what_is_none(text: str) -> None:
    assert parse_results(text.encode()) is None


def test_octets_that_are_no_text() -> None:
    assert parse_results(b"mx.example; dkim=pass header.d=\xff.example") is None


PIECES = st.sampled_from(
    ["mx.example", ";", "=", " ", "dkim", "pass", "(", ")", '"', "\\", "header.d", "/1", "\r\n ", "é"]
)


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=30).map("".join).map(str.encode)))
@settings(deadline=None)
def test_nothing_raises(value: bytes) -> None:
    found = parse_results(value)
    assert found is None or found.authserv_id == found.authserv_id.lower()
