"""What split and merge make of the parts that R28 finds (RULES R25); pure, so order of arrival cannot matter.

Choices are applied in the order in which they were made, each to what the ones before it left.
A merge joins the parts that hold letters of its one side with those that hold letters of the other. Where
only one side is here, what brought its letters together may be somebody else's: it joins nothing.
A split divides every part that holds a letter which was split out: those that stood beside it stay, even
where one answers it. A letter that the one who split did not see, because it came later or is somebody
else's, follows the nearest of those that it answers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from linking.connecting import Node


class ChoiceKind(StrEnum):
    """What somebody did with conversations."""

    SPLIT = "split"
    MERGE = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A split or merge as it holds for one viewer; `first` are those of its `letters` of one side.

    Of a split they are what was split out, of a merge what the first of both conversations held.
    """

    id: int
    kind: ChoiceKind
    letters: frozenset[int]
    first: frozenset[int] = frozenset()


def rearrange(
    parts: Iterable[frozenset[int]], nodes: Iterable[Node], choices: Iterable[Choice]
) -> list[frozenset[int]]:
    """Answer the parts as people arranged them, lowest id first."""
    arranged = list(parts)
    by_id = {node.id: node for node in nodes}
    for choice in sorted(choices, key=lambda one: one.id):
        if choice.kind is ChoiceKind.MERGE:
            arranged = _join(arranged, choice)
        else:
            arranged = [piece for part in arranged for piece in _divide(part, by_id, choice)]
    return sorted(arranged, key=min)


def _join(parts: list[frozenset[int]], choice: Choice) -> list[frozenset[int]]:
    touched = [part for part in parts if part & choice.letters]
    whole = frozenset[int]().union(*touched)
    if not whole & choice.first or not whole & (choice.letters - choice.first):
        return parts
    # With both sides here each part of one is joined with each of the other, so all become one.
    return [part for part in parts if not part & choice.letters] + [whole]


def _divide(part: frozenset[int], nodes: Mapping[int, Node], choice: Choice) -> list[frozenset[int]]:
    out = part & choice.first
    if not out:
        return [part]
    out |= _followers(part, nodes, choice)
    return [piece for piece in (out, part - out) if piece]


def _followers(part: frozenset[int], nodes: Mapping[int, Node], choice: Choice) -> frozenset[int]:
    """Answer the letters of the part, none of the choice's, that answer those split out, at one or more removes."""
    answered = _answered({one: nodes[one] for one in part})
    answers: defaultdict[int, list[int]] = defaultdict(list)
    for letter in part - choice.letters:
        for one in answered[letter]:
            answers[one].append(letter)
    out = set(part & choice.first)
    waiting = list(out)
    while waiting:
        for letter in answers[waiting.pop()]:
            # Where several letters have the msg-id that it names, it follows if all of them are out.
            if letter not in out and answered[letter] <= out:
                out.add(letter)
                waiting.append(letter)
    return frozenset(out - choice.first)


def _answered(nodes: Mapping[int, Node]) -> dict[int, frozenset[int]]:
    """Answer for each letter the nearest one that it names and that is here; more where they share a msg-id."""
    having: defaultdict[str, set[int]] = defaultdict(set)
    for node in nodes.values():
        if node.own:
            having[node.own].add(node.id)
    found = {}
    for node in nodes.values():
        named = (frozenset(having.get(one, ())) - {node.id} for one in node.line)
        found[node.id] = next(filter(None, named), frozenset())
    return found
