"""Msg-ids: tolerant when read, our own when made."""

from __future__ import annotations

import pytest

from mail.message_id import REFERENCES, new_message_id, parse_message_id, parse_references


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("<a@b>", "<a@b>"),
        ("  <a@b> (comment)", "<a@b>"),
        ("a@b", "<a@b>"),
        ("< a@b >", "<a@b>"),
        ("<a@b> <c@d>", "<a@b>"),
        ("", None),
        ("<>", None),
        ("two words", None),
        ("<" + "a" * 2000 + "@b>", None),
    ],
)
def test_message_id(value: str, expected: str | None) -> None:
    assert parse_message_id(value) == expected


def test_references_keep_order_and_come_once() -> None:
    assert parse_references("<a@b>\r\n <c@d> said <a@b>, <e@\n f>") == ("<a@b>", "<c@d>", "<e@f>")


def test_references_are_bounded() -> None:
    assert len(parse_references(" ".join(f"<{n}@x>" for n in range(5000)))) == REFERENCES


def test_made_message_id_is_read_back() -> None:
    made = new_message_id("mail.example", bytes(range(16)))
    assert made == "<aaaqeayeaudaocajbifqydiob4@mail.example>"
    assert parse_message_id(made) == made
