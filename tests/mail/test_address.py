"""Addresses: lists as mailers write them, and the key that compares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.address import ADDRESS_CHARACTERS, address_key, domain_of, parse_address_list, unique, without_detail
from mail.message import Address

LISTS = [
    ("ann@x.example", [("", "ann@x.example")]),
    ("<ann@x.example>", [("", "ann@x.example")]),
    ("Ann <ann@x.example>", [("Ann", "ann@x.example")]),
    ('"Arbor, Ann" <ann@x.example>', [("Arbor, Ann", "ann@x.example")]),
    ("Arbor, Ann <ann@x.example>, bob@x.example", [("Arbor, Ann", "ann@x.example"), ("", "bob@x.example")]),
    ("ann@x.example (Ann)", [("Ann", "ann@x.example")]),
    ("Ann <ann@x.example>; Bob <bob@x.example>", [("Ann", "ann@x.example"), ("Bob", "bob@x.example")]),
    ("'Ann' <ann@x.example>", [("Ann", "ann@x.example")]),
    ('"ann@x.example" <eve@y.example>', [("ann@x.example", "eve@y.example")]),
    ("ann@x.example <eve@y.example>", [("ann@x.example", "eve@y.example")]),
    ("<ann@x.example> <eve@y.example>", [("", "ann@x.example")]),
    ('"ann smith"@x.example', [("", '"ann smith"@x.example')]),
    ('"ann@x.example"', [("", "ann@x.example")]),
    ("ann @ x.example", [("", "ann@x.example")]),
    ("Team: ann@x.example, bob@x.example;, pat@x.example", [("", f"{n}@x.example") for n in ("ann", "bob", "pat")]),
    ("<mailto:ann@x.example>", [("", "ann@x.example")]),
    ("Ann <<ann@x.example>>", [("Ann", "ann@x.example")]),
    ("Ann <ann@[IPv6:2001:db8::1]>", [("Ann", "ann@[IPv6:2001:db8::1]")]),
    ("=?utf-8?q?Arbor,_Ann?= <ann@x.example>", [("Arbor, Ann", "ann@x.example")]),
    ("=?utf-8?q?bob=40y.example?= <ann@x.example>", [("bob@y.example", "ann@x.example")]),
    ("undisclosed-recipients:;", []),
    ("root, <>, @, a@, @b", []),
    ('<"@, <"a"@>, <"a"@@>', []),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), LISTS, ids=[text for text, _ in LISTS])
def test_list_is_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_address_list(text)] == expected


@given(st.text(alphabet=st.sampled_from('ab@<>"\\(),;: \t[]=?.é')))
def test_any_list_gives_only_addresses(text: str) -> None:
    assert all("@" in one.address.strip("@") for one in parse_address_list(text))


@pytest.mark.parametrize(
    ("addr_spec", "key"),
    [
        ("Ann@X.Example", "ann@x.example"),
        ("ann@BÜCHER.example", "ann@xn--bcher-kva.example"),
        ("ann@xn--BCHER-KVA.example", "ann@xn--bcher-kva.example"),
        ('"ann"@x.example', "ann@x.example"),
        ('"ann smith"@x.example', '"ann smith"@x.example'),
        ("STRASSE@x.example", "strasse@x.example"),
        ("straße@x.example", "straße@x.example"),
        ("ÄNNE@x.example", "änne@x.example"),
    ],
)
def test_key_is_lower_case_with_a_labels(addr_spec: str, key: str) -> None:
    assert address_key(addr_spec) == key


LOOK_ALIKES = [
    "ann@bank.example.",
    "ann@bank.example\u200b",
    "ann@bаnk.example",
    "ann@ｂank.example",
    "ann@ban\u212a.example",
    "ann@bank\u3002example",
    "ann@bank．example",
    "ａnn@bank.example",
    "a.nn@bank.example",
    "ann+x@bank.example",
    "ann@bank.example.evil.example",
    "ann@bank.exampⅼe",
    "ann@bank.exam\u00adple",
    "an\u0578@bank.example",
    "ann @bank.example",
    "ann@ bank.example",
    "<ann@bank.example>",
    '"a nn"@bank.example',
    "ann@bank.example\x00",
    "ann@bank..example",
    "ann@.bank.example",
    "аnn@bank.example",
    "ann\u0301@bank.example",
    "ann@bank.examp\u217ce",
    "ann@b\u0430nk.example",
    "ann@BANK.EXAMPLE\u202e",
    "ſann@bank.example",
    "ann@bank.example@evil.example",
    "ann%bank.example@evil.example",
    "evil.example!ann@bank.example",
]


@pytest.mark.parametrize("look_alike", LOOK_ALIKES, ids=ascii)
def test_look_alike_has_another_key(look_alike: str) -> None:
    # SECURITY P10: nothing is normalised into an approved address.
    assert address_key(look_alike) != address_key("ann@bank.example")


def test_kelvin_sign_is_no_k() -> None:
    assert address_key("mi\u212ae@x.example") != address_key("mike@x.example")


def test_domain_is_the_last_part() -> None:
    assert domain_of('"a@b"@Bücher.Example') == "xn--bcher-kva.example"
    assert domain_of("nobody") == ""


def test_detail_is_told_apart() -> None:
    assert without_detail("box+deal@x.example") == ("box@x.example", "deal")
    assert without_detail("box@x.example") == ("box@x.example", "")


def test_unique_keeps_the_first() -> None:
    ann, again, bob = Address("Ann", "ann@x.example"), Address("", "ANN@X.example"), Address("", "bob@x.example")
    assert unique([ann, bob, again]) == (ann, bob)


@pytest.mark.parametrize("text", ['"a"@{}.com', '<"a"@{}.com>', "a@{}.com", "<a@{}.com>"])
def test_an_address_is_not_longer_than_one_can_be(text: str) -> None:
    assert len(parse_address_list(text.format("b" * (ADDRESS_CHARACTERS - 10)))) == 1
    assert parse_address_list(text.format("b" * ADDRESS_CHARACTERS)) == ()
