"""Which letters belong together by the msg-ids they name (RULES R28); pure, so order cannot matter.

Two letters are connected where both know one msg-id x (it is its own, or named):
own and In-Reply-To, or In-Reply-To twice: always;
where one of them has x in References alone: with a common base subject or a common party.
A letter that nobody has (or that this viewer may not see) connects those that name it all the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """What R28 reads of a letter; `base_subject` casefolded, `parties` keys of people outside the company.

    `line` is what it names, the nearest first: In-Reply-To, then References from its end.
    """

    id: int
    own: str | None = None
    in_reply_to: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    base_subject: str = ""
    parties: frozenset[str] = frozenset()
    line: tuple[str, ...] = ()

    @property
    def named(self) -> frozenset[str]:
        """Answer the msg-ids of the other letters that it names."""
        return (self.in_reply_to | self.references) - {self.own or ""}


@dataclass(slots=True)
class _Group:
    """Letters that know one msg-id under one condition; `names` once one of them names it."""

    members: list[int] = field(default_factory=list)
    names: bool = False

    def add(self, letter: int, *, names: bool) -> None:
        self.members.append(letter)
        self.names = self.names or names


def connect(nodes: Iterable[Node]) -> list[frozenset[int]]:
    """Answer the connected parts, each as the ids of its letters, lowest id first."""
    known = list(nodes)
    root = {node.id: node.id for node in known}
    for group in _groups(known):
        # Letters with the same own id are connected only through one that names it:
        # whether they are one letter is R29's question.
        if group.names:
            for one, other in pairwise(group.members):
                _join(root, one, other)
    parts: defaultdict[int, set[int]] = defaultdict(set)
    for letter in root:
        parts[_find(root, letter)].add(letter)
    return sorted((frozenset(part) for part in parts.values()), key=min)


def _groups(nodes: Iterable[Node]) -> Iterable[_Group]:
    trusted: defaultdict[str, _Group] = defaultdict(_Group)
    conditional: defaultdict[tuple[str, str, str], _Group] = defaultdict(_Group)
    for node in nodes:
        for msg_id in node.in_reply_to:
            trusted[msg_id].add(node.id, names=True)
        if node.own:
            trusted[node.own].add(node.id, names=False)
        for msg_id in node.named | ({node.own} if node.own else set()):
            for condition in _conditions(node):
                conditional[msg_id, *condition].add(node.id, names=msg_id != node.own)
    return [*trusted.values(), *conditional.values()]


def _conditions(node: Node) -> Iterable[tuple[str, str]]:
    if node.base_subject:
        yield "subject", node.base_subject
    for party in node.parties:
        yield "party", party


def _find(root: dict[int, int], letter: int) -> int:
    while root[letter] != letter:
        root[letter] = root[root[letter]]
        letter = root[letter]
    return letter


def _join(root: dict[int, int], one: int, other: int) -> None:
    low, high = sorted((_find(root, one), _find(root, other)))
    root[high] = low
