"""Where registered names begin, in the corners of the public suffix list."""

from __future__ import annotations

import re

import pytest

from mail.domain import a_label_form
from mailauth.suffix import is_public_suffix, registered_domain
from tests.kit.corpus import corpus


@pytest.mark.parametrize(
    ("name", "registered"),
    [
        ("com", None),
        ("seller.com", "seller.com"),
        ("a.b.seller.com", "seller.com"),
        ("co.uk", None),
        ("seller.co.uk", "seller.co.uk"),
        ("mail.seller.co.uk", "seller.co.uk"),
        ("uk", None),
        ("seller.uk", "seller.uk"),
        ("ck", None),
        ("any.ck", None),
        ("seller.any.ck", "seller.any.ck"),
        ("www.ck", "www.ck"),
        ("mail.www.ck", "www.ck"),
        ("kobe.jp", None),
        ("c.kobe.jp", None),
        ("seller.c.kobe.jp", "seller.c.kobe.jp"),
        ("city.kobe.jp", "city.kobe.jp"),
        ("github.io", None),
        ("seller.github.io", "seller.github.io"),
        ("a.seller.github.io", "seller.github.io"),
        ("xn--55qx5d.cn", None),
        ("xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("nobody-knows-it", None),
        ("seller.nobody-knows-it", "seller.nobody-knows-it"),
        ("seller.example", "seller.example"),
    ],
)
def test_corners(name: str, registered: str | None) -> None:
    assert registered_domain(name) == registered
    assert is_public_suffix(name) is (registered is None)


def test_every_case_of_the_list_s_own_table() -> None:
    table = (corpus("psl") / "test_psl.txt").read_text("utf-8")
    cases = re.findall(r"^checkPublicSuffix\('?(.*?)'?, '?(.*?)'?\);", table, re.M)
    assert len(cases) > 40
    for name, expected in cases:
        ours = a_label_form(name) if name != "null" else None
        wanted = a_label_form(expected) if expected != "null" else None
        assert (registered_domain(ours) if ours else None) == wanted, name
