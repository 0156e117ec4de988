"""Links in plain text: they say where they lead, and one that misleads says so beside itself."""

from __future__ import annotations

import pytest

from webui.clickable import clickable


@pytest.mark.parametrize(
    ("text", "href", "told"),
    [
        ("see https://shop.example/a?b=1&c=2.", "https://shop.example/a?b=1&amp;c=2", "Leads to shop.example"),
        ("(www.shop.example/x_(y))", "https://www.shop.example/x_(y)", "Leads to shop.example"),
        ("Write to maria@shop.example, please", "mailto:maria@shop.example", "Writes to maria@shop.example"),
        ("http:///shop.example/", "http:///shop.example/", "Leads to shop.example"),
        ("<https://shop.example/>", "https://shop.example/", "Leads to shop.example"),
    ],
)
def test_an_address_becomes_a_link_that_says_where_it_leads(text: str, href: str, told: str) -> None:
    shown = clickable(text)
    assert f'href="{href}" title="{told}"' in shown
    assert "misleading" not in shown
    assert 'rel="noopener noreferrer nofollow"' in shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://shop.example@evil.example/", "Leads to evil.example, not to what stands before the @"),
        ("http://evil.example\\@shop.example/", "Leads to evil.example"),
        ("http://192.0.2.7/login", "Leads to 192.0.2.7, a number instead of a name"),
        ("http://3221225991/login", "Leads to 3221225991, a number instead of a name"),
        ("https://www.раураl.example/", "letters that pass for others"),
        ("https://[::1", "Leads to an address that cannot be read"),
        ("http:///shop.example@evil.example/", "Leads to evil.example, not to what stands before the @"),
        ("http:////192.0.2.7/", "Leads to 192.0.2.7, a number instead of a name"),
        ("http:///?x", "Leads to an address that cannot be read"),
    ],
)
def test_an_address_that_misleads_says_so(text: str, told: str) -> None:
    shown = clickable(f"Log in: {text} today")
    assert told in shown
    if "\\" not in text:
        assert '<strong class="misleading">' in shown


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "a@b",
        "vbscript:x",
        "@media",
        "//x.example",
        "http://…",
        "https:///",
    ],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert "<a" not in clickable(text)


def test_what_a_mail_writes_is_text() -> None:
    shown = clickable('<b onclick=x>\'"&</b> https://x.example/"onmouseover=alert(1) https://x.example/<script>')
    assert "<b" not in shown
    assert "<script" not in shown
    assert shown.count("<a ") == 2
    assert "onmouseover" not in shown.partition("</a>")[0]


@pytest.mark.parametrize("text", ["a." * 40_000, "@" * 90_000, "http://" * 12_000, "w" * 90_000, "x@" + "a-" * 40_000])
def test_no_text_makes_it_slow(text: str) -> None:
    """The time limit of every test is what would end it."""
    assert clickable(text)
