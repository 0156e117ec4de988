"""Our own reading of From: one mailbox or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.from_field import read_from_field
from tests.kit.worst import FROM_UNITS

ONE = [
    ("a@b.example", "a@b.example"),
    (" <a@b.example> ", "a@b.example"),
    ("Rita Rep <rita@seller.example>", "rita@seller.example"),
    ('"Rep, Rita" <rita@seller.example>', "rita@seller.example"),
    ('"Rita \\"R\\" Rep" <rita@seller.example>', "rita@seller.example"),
    ("John Q. Public <j.q@p.example>", "j.q@p.example"),
    ("=?utf-8?q?J=C3=B6rg?= <j@p.example>", "j@p.example"),
    ('"=?utf-8?q?J=C3=B6rg?=" <j@p.example>', "j@p.example"),
    ("=?utf-8?q?=3Cevil=40bank.example=3E?= <j@p.example>", "j@p.example"),
    ("(a comment (nested)) a@b.example (after)", "a@b.example"),
    ("Rita (of Seller) <rita@seller.example> (work)", "rita@seller.example"),
    ("a(<x@y.example>)<b@c.example>", "b@c.example"),
    ("Rita\r\n\tRep\r\n <rita@seller.example>", "rita@seller.example"),
    ('"a b"@c.example', '"a b"@c.example'),
    ('"ab"@c.example', "ab@c.example"),
    ('"a\\"b"@c.example', '"a\\"b"@c.example'),
    ("A.B+c@D.Example", "A.B+c@D.Example"),
    ("Jörg <j@bücher.example>", "j@bücher.example"),
    ("jörg@bücher.example", "jörg@bücher.example"),
    ('"" <a@b.example>', "a@b.example"),
    ("a@localhost", "a@localhost"),
    ("!#$%&'*+/?=^_`{|}~-@b.example", "!#$%&'*+/?=^_`{|}~-@b.example"),
]

NONE = [
    "",
    " ",
    "<>",
    "Rita",
    "Rita <>",
    "<a@b.example",
    "a@b.example>",
    "a@b.example, c@d.example",
    "a@b.example; c@d.example",
    "a@b.example c@d.example",
    "Rep, Rita <rita@seller.example>",
    "group: a@b.example;",
    "undisclosed-recipients:;",
    "<@relay.example:a@b.example>",
    "<@x.example,@y.example:a@b.example>",
    "a@x.example <b@y.example>",
    "<a@x.example> <b@y.example>",
    "<a@x.example>,<b@y.example>",
    "Rita <<a@b.example>>",
    "Rita <a@b.example> more",
    "Rita <a@b.example> <",
    "a@b@c.example",
    "@b.example",
    "a@",
    "a @b.example",
    "a@ b.example",
    "a@b\r\n .example",
    "a@b(c).example",
    "a(c)@b.example",
    ".a@b.example",
    "a.@b.example",
    "a..b@c.example",
    "a@.b.example",
    "a@b.example.",
    "a@[192.0.2.1]",
    "a@192.0.2.1",
    "=?utf-8?q?a?=@b.example",
    "a=?x@b.example",
    '"=?utf-8?q?a?="@b.example',
    "a@=?utf-8?q?b?=.example",
    ". <a@b.example>",
    "Rita: <a@b.example>",
    "Rita [1] <a@b.example>",
    'Rita "Rep <a@b.example>',
    "Rita (Rep <a@b.example>",
    "Rita ) <a@b.example>",
    "Rita\\ <a@b.example>",
    "a\0@b.example",
    "a\x0b@b.example",
    "Rita\x01 <a@b.example>",
    "a@ｂ.example",
    "a@b。example",
    "a\u200b@b.example",
    '"a"b@c.example',
    'a"b"@c.example',
    "a@" + "b" * 64 + ".example",
    "a" * 250 + "@b.example",
    "(" * 9 + ")" * 9 + " a@b.example",
]


@pytest.mark.parametrize(("field", "addr_spec"), ONE)
def test_one_mailbox_is_read(field: str, addr_spec: str) -> None:
    found = read_from_field(field.encode())
    assert found is not None
    assert found.addr_spec == addr_spec


@pytest.mark.parametrize("field", NONE)
def test_everything_else_is_nothing(field: str) -> None:
    assert read_from_field(field.encode()) is None


def test_a_name_in_some_old_charset_does_no_harm_and_an_address_in_one_is_none() -> None:
    named = read_from_field(b"J\xf6rg <j@b.example>")
    assert named is not None
    assert named.addr_spec == "j@b.example"
    assert read_from_field(b"j\xf6rg@b.example") is None


def test_the_a_label_form_is_carried() -> None:
    found = read_from_field("<j@BÜCHER.example>".encode())
    assert found is not None
    assert found.a_label == "xn--bcher-kva.example"


@pytest.mark.timeout(30)
@pytest.mark.parametrize("unit", FROM_UNITS)
def test_hostile_repetition_is_nobody(unit: bytes) -> None:
    assert read_from_field(unit * (2_000 // len(unit))) is None
    assert read_from_field(unit * 30_000) is None


@given(st.binary(max_size=120) | st.text('<>@.,:;"\\()=?ab \t', max_size=60).map(str.encode))
@settings(deadline=None)
def test_it_never_raises_and_reads_its_own_answer_again(field: bytes) -> None:
    found = read_from_field(field)
    if found is not None:
        again = read_from_field(found.addr_spec.encode())
        assert again is not None
        assert again.addr_spec == found.addr_spec
