"""Threads as a pure function of the letters one sees (RULES R28, R30b)."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linking.connecting import Node, connect

IDS = st.sampled_from([f"<{name}@x>" for name in "abcdef"])
SUBJECTS = st.sampled_from(["", "offer", "invoice"])
PARTIES = st.frozensets(st.sampled_from(["carl@customer.example", "dora@customer.example"]), max_size=2)
NODES = st.lists(
    st.builds(
        Node,
        id=st.integers(1, 1000),
        own=st.none() | IDS,
        in_reply_to=st.frozensets(IDS, max_size=1),
        references=st.frozensets(IDS, max_size=3),
        base_subject=SUBJECTS,
        parties=PARTIES,
    ),
    unique_by=lambda node: node.id,
    max_size=9,
)


def edge(one: Node, other: Node) -> bool:
    """R28 said pair by pair: what `connect` must agree with."""
    compatible = bool((one.base_subject and one.base_subject == other.base_subject) or one.parties & other.parties)
    for msg_id in ({one.own} | one.named | one.in_reply_to) & ({other.own} | other.named | other.in_reply_to) - {None}:
        trusted = [msg_id in node.in_reply_to or msg_id == node.own for node in (one, other)]
        answers = [msg_id in node.in_reply_to for node in (one, other)]
        names = [msg_id in node.named for node in (one, other)]
        if (all(trusted) and any(answers)) or (compatible and any(names)):
            return True
    return False


def by_pairs(nodes: list[Node]) -> list[frozenset[int]]:
    parts = [{node.id} for node in nodes]
    for one, other in combinations(nodes, 2):
        if edge(one, other):
            joined = [part for part in parts if one.id in part or other.id in part]
            parts = [part for part in parts if part not in joined] + [set().union(*joined)]
    return sorted((frozenset(part) for part in parts), key=min)


@given(NODES)
def test_connects_exactly_what_r28_says_pair_by_pair(nodes: list[Node]) -> None:
    assert connect(nodes) == by_pairs(nodes)


@given(NODES, st.randoms(use_true_random=False))
def test_order_of_arrival_changes_nothing(nodes: list[Node], random: Random) -> None:
    shuffled = list(nodes)
    random.shuffle(shuffled)
    assert connect(shuffled) == connect(nodes)


@given(NODES, st.sets(st.integers(1, 1000)))
def test_seeing_more_letters_never_splits_a_thread(nodes: list[Node], hidden: set[int]) -> None:
    seen = connect([node for node in nodes if node.id not in hidden])
    everything = connect(nodes)
    assert all(any(part <= whole for whole in everything) for part in seen)


OFFER = Node(id=1, own="<a@x>", base_subject="offer", parties=frozenset({"carl@customer.example"}))


@pytest.mark.parametrize(
    ("other", "together"),
    [
        pytest.param(Node(id=2, in_reply_to=frozenset({"<a@x>"}), base_subject="other"), True, id="in_reply_to"),
        pytest.param(Node(id=2, references=frozenset({"<a@x>"}), base_subject="offer"), True, id="references_subject"),
        pytest.param(Node(id=2, references=frozenset({"<a@x>"}), parties=OFFER.parties), True, id="references_party"),
        pytest.param(Node(id=2, references=frozenset({"<a@x>"}), base_subject="other"), False, id="references_alone"),
        pytest.param(Node(id=2, own="<b@x>", base_subject="offer", parties=OFFER.parties), False, id="subject_alone"),
        pytest.param(Node(id=2, own="<a@x>", base_subject="offer"), False, id="the_same_id_names_nobody"),
    ],
)
def test_two_letters(other: Node, together: bool) -> None:
    assert (len(connect([OFFER, other])) == 1) is together


def test_a_letter_that_nobody_has_connects_its_answers() -> None:
    answers = [Node(id=n, own=f"<{n}@x>", in_reply_to=frozenset({"<gone@x>"})) for n in (1, 2)]
    assert connect(answers) == [frozenset({1, 2})]
