"""Where an address leads, as a browser reads it, whatever the page was cleaned of before."""

from __future__ import annotations

import pytest

from mail.link import Target, Trick, target_of


@pytest.mark.parametrize(
    ("href", "place", "trick"),
    [
        ("http:evil.example", "evil.example", None),
        ("HTTPS:/evil.example/a", "evil.example", None),
        ("http:\\\\/evil.example", "evil.example", None),
        ("\x00 ht\ntps:/\t//evil.\rexample/ ", "evil.example", None),
        ("http:\\/shop.example@evil.example", "evil.example", Trick.USER),
        ("http:/10.0.0.2", "10.0.0.2", Trick.NUMBER),
        ("https://", "", Trick.UNREADABLE),
        ("https:///?shop.example", "", Trick.UNREADABLE),
        ("https://#shop.example", "", Trick.UNREADABLE),
        ("https://user@/", "", Trick.UNREADABLE),
        ("https://shop.example%00.evil.example", "", Trick.UNREADABLE),
        ("https://shop.example%2f.evil.example", "", Trick.UNREADABLE),
        ("https://%E2%80%AEevil.example", "", Trick.UNREADABLE),
    ],
)
def test_an_address_is_read_as_a_browser_reads_it(href: str, place: str, trick: Trick | None) -> None:
    assert target_of(href, (), str) == Target(place, trick)


@pytest.mark.parametrize("href", ["ftp://shop.example", "//evil.example", "javascript:alert(1)", "/evil.example", ""])
def test_what_is_no_host_is_not_said_to_be_one(href: str) -> None:
    assert target_of(href, (), str) is None
