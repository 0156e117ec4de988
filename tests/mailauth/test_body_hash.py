"""A body that arrives in pieces has the hash that it has as a whole, wherever it is cut."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailauth.arriving import SMALL_OCTETS, ArrivingBody, forms_wanted
from mailauth.body_hash import BodyHasher
from mailauth.canonical import BODIES
from mailauth.dkim_signature import BadSignature, read_signature, read_tags
from tests.kit.worst import SPACES

FORMS = sorted(BODIES)
BODY = st.lists(st.sampled_from([b"\r\n", b" ", b"\t", b"  ", b"a", b"words here", b" \r\n", b"."]), max_size=30).map(
    b"".join
)


def whole(form: bytes, body: bytes) -> bytes:
    return hashlib.sha256(BODIES[form](body)).digest()


def in_pieces(form: bytes, body: bytes, cuts: Sequence[int]) -> bytes:
    hasher = BodyHasher(form)
    for start, end in pairwise([0, *sorted(cuts), len(body)]):
        hasher.feed(body[start:end])
    return hasher.digest()


@pytest.mark.parametrize("form", FORMS)
@given(body=BODY, data=st.data())
@settings(deadline=None)
def test_any_cuts_give_the_hash_of_the_whole(form: bytes, body: bytes, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(body)), max_size=8))
    assert in_pieces(form, body, cuts) == whole(form, body)


@pytest.mark.parametrize("form", FORMS)
@given(body=BODY)
@settings(deadline=None, max_examples=30)
def test_octet_by_octet(form: bytes, body: bytes) -> None:
    assert in_pieces(form, body, range(len(body))) == whole(form, body)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b"\r\n" * 1_000_000,
        b"text\r\n" + b"\r\n" * 1_000_000,
        b"text\r\n" + b"\r\n" * 1_000_000 + b"and more\r\n",
        b"text" + b" " * 1_000_000 + b"\r\n",
        b"text \t" * 100_000,
        b" \r\n" * 300_000,
        b"no line end",
    ],
    ids=lambda body: f"{body[:8]!r}…{len(body)}",
)
@pytest.mark.parametrize("size", [1_000, 65_536])
def test_bodies_at_the_edge(form: bytes, body: bytes, size: int) -> None:
    assert in_pieces(form, body, range(0, len(body), size)) == whole(form, body)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("body", SPACES)
def test_a_megabyte_of_spaces_is_read(body: bytes) -> None:
    for form in FORMS:
        assert in_pieces(form, body, range(0, len(body), 4_096)) == whole(form, body)


def test_it_may_be_asked_in_the_middle() -> None:
    hasher = BodyHasher(b"relaxed")
    hasher.feed(b"one \r\n\r\n")
    assert hasher.digest() == hasher.digest() == whole(b"relaxed", b"one\r\n")
    hasher.feed(b"two\r\n")
    assert hasher.digest() == whole(b"relaxed", b"one\r\n\r\ntwo\r\n")


class TestFormsWanted:
    """What is hashed is decided before the body comes, so nothing that is asked later may be missing."""

    @pytest.mark.parametrize(
        ("header", "forms"),
        [
            (b"", set()),
            (b"Subject: c=relaxed/relaxed\r\n", set()),
            (b"DKIM-Signature: v=1; c=relaxed/relaxed; d=x\r\n", {b"relaxed"}),
            (b"X: y\r\ndkim-signature: c=relaxed/simple\r\n", {b"simple"}),
            (b"DKIM-Signature: v=1; d=x\r\n", {b"simple"}),
            (b"DKIM-Signature: v=1; c=relaxed; d=x\r\n", {b"simple"}),
            (b"DKIM-Signature: v=1;\r\n\tc = relaxed/relaxed\r\n ; d=x\r\n", {b"relaxed"}),
            (b"DKIM-Signature: v=1; bc=relaxed/relaxed\r\n", {b"simple"}),
            (b"DKIM-Signature: v=1; c=relaxed/nothing\r\n", set()),
            (b"ARC-Message-Signature: i=1; c=relaxed/relaxed\r\nDKIM-Signature: v=1\r\n", {b"simple", b"relaxed"}),
            (b"X-DKIM-Signature: c=simple/simple\r\n", set()),
            (b"X: y\r\n DKIM-Signature: c=simple/simple\r\n", set()),
        ],
    )
    def test_by_header(self, header: bytes, forms: set[bytes]) -> None:
        assert forms_wanted(header) == forms

    @given(
        st.lists(
            st.sampled_from(
                [
                    "c=",
                    " c =",
                    "relaxed",
                    "simple",
                    "/",
                    ";",
                    " ",
                    "\t",
                    "\r\n ",
                    "=",
                    "c",
                    "C=",
                    "l=1",
                    "x",
                    "\x0b",
                    "\xa0",
                ]
            ),
            max_size=8,
        ).map("".join)
    )
    @settings(deadline=None, max_examples=300)
    def test_whatever_a_signature_says(self, odd: str) -> None:
        fixed = " v=1; a=rsa-sha256; d=seller.example; s=s1; h=from; bh=AAAA; b=AAAA;"
        value = (fixed + odd).encode("latin-1")
        try:
            signature = read_signature(b"DKIM-Signature", value, read_tags(value))
        except BadSignature:
            return
        assert signature.body_form in forms_wanted(b"DKIM-Signature:" + value + b"\r\n")


@given(chunk=st.integers(1, 70_000), header=st.integers(0, 3))
@settings(deadline=None, max_examples=40)
def test_the_header_may_be_cut_anywhere(chunk: int, header: int) -> None:
    head = b"X: %s\r\n" % (b"y" * 30_000) * header + b"DKIM-Signature: c=relaxed/relaxed\r\n\r\n"
    raw = head + b"\r\nA body,  of \t some length. \r\n" * 3_000 + b"\r\n\r\n"
    arriving = ArrivingBody()
    for start in range(0, len(raw), chunk):
        arriving.feed(raw[start : start + chunk])
    assert len(raw) > SMALL_OCTETS
    assert arriving.hashes() == {b"relaxed": whole(b"relaxed", raw[len(head) :])}
