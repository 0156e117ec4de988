"""Split and merge as a pure function of letters and choices (RULES R25)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linking.connecting import Node, connect
from linking.rearranging import Choice, ChoiceKind, rearrange

A, B, C, D, E = range(1, 6)
SIZE = 7


def answer(letter: int, *line: int) -> Node:
    """Answer a letter that names others, the nearest first: by In-Reply-To, the rest by References."""
    names = tuple(f"<{one}@x>" for one in line)
    return Node(
        id=letter,
        own=f"<{letter}@x>",
        in_reply_to=frozenset(names[:1]),
        references=frozenset(names),
        base_subject="offer",
        line=names,
    )


def split(number: int, out: set[int], stays: set[int]) -> Choice:
    return Choice(id=number, kind=ChoiceKind.SPLIT, letters=frozenset(out | stays), first=frozenset(out))


def merge(number: int, one: set[int], other: set[int]) -> Choice:
    return Choice(id=number, kind=ChoiceKind.MERGE, letters=frozenset(one | other), first=frozenset(one))


def arranged(nodes: list[Node], *choices: Choice) -> list[set[int]]:
    return [set(part) for part in rearrange(connect(nodes), nodes, choices)]


CHAIN = [answer(A), answer(B, A), answer(C, B, A)]


@pytest.mark.parametrize(
    ("nodes", "choices", "threads"),
    [
        pytest.param(CHAIN, [split(1, {C}, {A, B})], [{A, B}, {C}], id="the_last"),
        pytest.param(CHAIN, [split(1, {A}, {B, C})], [{A}, {B, C}], id="the_first"),
        pytest.param(CHAIN, [split(1, {B}, {A, C})], [{A, C}, {B}], id="one_between_whose_answer_stood_beside_it"),
        pytest.param(CHAIN, [split(1, {B, C}, {A})], [{A}, {B, C}], id="two_stay_together"),
        pytest.param(CHAIN, [split(1, {B}, {A})], [{A}, {B, C}], id="a_later_answer_follows"),
        pytest.param(
            [*CHAIN, answer(D, C, B, A), answer(E, D, C, B, A)],
            [split(1, {B}, {A})],
            [{A}, {B, C, D, E}],
            id="answers_of_answers_follow",
        ),
        pytest.param(
            [answer(A), answer(B, A), answer(D, C, B, A)],
            [split(1, {B}, {A})],
            [{A}, {B, D}],
            id="an_answer_to_what_is_not_here_follows_the_nearest_that_is",
        ),
        pytest.param(
            [answer(A), answer(B, A), answer(D, A)], [split(1, {B}, {A})], [{A, D}, {B}], id="another_answer_stays"
        ),
        pytest.param(
            [answer(A, E), answer(B, A, E), answer(E)],
            [split(1, {B}, {A})],
            [{A, E}, {B}],
            id="what_came_before_stays",
        ),
        pytest.param(
            [answer(A, B), answer(B, A), answer(C, A), answer(D, E, C), answer(E, D)],
            [split(1, {C}, {A, B})],
            [{A, B, D, E}, {C}],
            id="a_ring_follows_nobody",
        ),
        pytest.param([answer(A), answer(B)], [merge(1, {A}, {B})], [{A, B}], id="merged"),
        pytest.param(
            [answer(A), answer(B), answer(C, B)], [merge(1, {A}, {B})], [{A, B, C}], id="a_later_answer_comes_along"
        ),
        pytest.param([answer(A), answer(B)], [merge(1, {A}, {C})], [{A}, {B}], id="merged_with_what_one_does_not_see"),
        pytest.param(
            [answer(A), answer(B)],
            [merge(1, {A, B, C}, {D})],
            [{A}, {B}],
            id="one_side_whose_middle_one_does_not_see_merged_with_what_one_does_not_see",
        ),
        pytest.param(
            [answer(A), answer(B)],
            [merge(1, {D}, {A, B, C})],
            [{A}, {B}],
            id="the_other_side_alone",
        ),
        pytest.param(
            [answer(A), answer(B), answer(D), answer(E)],
            [merge(1, {A, B, C}, {D})],
            [{A, B, D}, {E}],
            id="both_parts_of_one_side_are_merged_with_the_other",
        ),
        pytest.param(
            [answer(A), answer(B, A)], [split(1, {B}, {A}), merge(2, {A}, {B})], [{A, B}], id="split_then_merged_again"
        ),
        pytest.param(
            [answer(A), answer(B)], [merge(1, {A}, {B}), split(2, {B}, {A})], [{A}, {B}], id="merged_then_split_again"
        ),
        pytest.param(
            CHAIN, [split(1, {B, C}, {A}), split(2, {C}, {B})], [{A}, {B}, {C}], id="split_and_split_once_more"
        ),
    ],
)
def test_what_becomes_of_it(nodes: list[Node], choices: list[Choice], threads: list[set[int]]) -> None:
    assert arranged(nodes, *choices) == threads


LETTERS = st.sets(st.integers(1, SIZE), min_size=1)
LINES = st.lists(st.lists(st.integers(1, SIZE), max_size=3, unique=True), min_size=SIZE, max_size=SIZE)
CHOICES = st.lists(st.tuples(st.sampled_from(ChoiceKind), LETTERS, LETTERS), max_size=4)


def made(choices: list[tuple[ChoiceKind, set[int], set[int]]]) -> list[Choice]:
    return [
        Choice(id=place, kind=kind, letters=frozenset(one | other), first=frozenset(one))
        for place, (kind, one, other) in enumerate(choices)
    ]


@given(LINES, CHOICES, st.randoms(use_true_random=False))
def test_neither_the_order_of_letters_nor_their_ids_count(
    lines: list[list[int]], choices: list[tuple[ChoiceKind, set[int], set[int]]], random: Random
) -> None:
    """The same mail in another order has other ids; the choices are about the same letters."""
    nodes = [answer(place + 1, *line) for place, line in enumerate(lines)]
    shuffled = random.sample(range(101, 101 + SIZE), SIZE)
    new = dict(enumerate(shuffled, start=1))
    moved = [replace(node, id=new[node.id]) for node in nodes]
    random.shuffle(moved)
    renamed = [
        Choice(
            id=one.id,
            kind=one.kind,
            letters=frozenset(new[each] for each in one.letters),
            first=frozenset(new[each] for each in one.first),
        )
        for one in made(choices)
    ]
    expected = {frozenset(new[one] for one in part) for part in arranged(nodes, *made(choices))}
    assert {frozenset(part) for part in arranged(moved, *reversed(renamed))} == expected


@given(LINES, CHOICES, LETTERS)
def test_every_letter_is_in_one_thread_and_what_is_split_out_is_apart(
    lines: list[list[int]], choices: list[tuple[ChoiceKind, set[int], set[int]]], out: set[int]
) -> None:
    nodes = [answer(place + 1, *line) for place, line in enumerate(lines)]
    everything = {node.id for node in nodes}
    threads = arranged(nodes, *made(choices), split(99, out, everything - out))
    assert sorted(one for part in threads for one in part) == sorted(everything)
    assert all(part <= out or part <= everything - out for part in threads)
