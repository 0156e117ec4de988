"""A name that runs from the right stands apart in a sentence of ours."""

from __future__ import annotations

import pytest

from mail.direction import closed, isolated


@pytest.mark.parametrize("text", ["", "Maria Lopez", "Jürgen Öst", "田中", "Мария"])
def test_what_runs_from_the_left_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize("text", ["שרה כהן", "محمد", "Acme שרה"])
def test_what_runs_from_the_right_is_set_apart(text: str) -> None:
    assert isolated(text) == f"\u2068{text}\u2069"


@pytest.mark.parametrize("control", "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_controls_of_others_are_dropped(control: str) -> None:
    assert isolated(f"ab{control}c") == "abc"
    assert isolated(f"{control}שרה{control}") == "\u2068שרה\u2069"


def test_a_cut_leaves_nothing_open() -> None:
    assert closed("Linked to \u2068שר…") == "Linked to \u2068שר…\u2069"
    assert closed("Linked to \u2068שרה\u2069 …") == "Linked to \u2068שרה\u2069 …"
