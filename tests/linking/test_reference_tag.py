"""Reference tags: nobody makes one up, and whole quoted conversations do not flood it (RULES R20)."""

from __future__ import annotations

from typing import Final

import pytest

from db.ids import IdSealer
from linking.reference_tag import MOST_TAGS, read_tags, tag_of

SEALER: Final = IdSealer(b"one key")
OTHER: Final = IdSealer(b"another key")


def test_a_tag_is_read_wherever_it_stands_and_once() -> None:
    text = f"Re: chairs {tag_of(SEALER, 7)}\nand {tag_of(SEALER, 9).upper()}, again {tag_of(SEALER, 7)}"
    assert read_tags(SEALER, text) == (7, 9)


@pytest.mark.parametrize(
    "text",
    ["", "[ref:]", "[ref:7]", tag_of(OTHER, 7), tag_of(SEALER, 7)[:-2] + "]", f"[ref:{SEALER.seal('deal', 7)}]"],
)
def test_what_we_did_not_seal_names_nothing(text: str) -> None:
    assert read_tags(SEALER, text) == ()


def test_only_the_first_are_read() -> None:
    assert read_tags(SEALER, "".join(tag_of(SEALER, number) for number in range(1, 50))) == tuple(
        range(1, MOST_TAGS + 1)
    )
