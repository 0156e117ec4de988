"""What a step decided, as ids and values; sentences are made at reading time (RULES R37)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linking.rule import Rule

Args = Mapping[str, Any]
"""Ids and values that JSON can hold; an id of a record stands under a name that `linking.sentences` knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFact:
    """A record that the owner of the copy may see, as far as the rules ask."""

    id: int
    type: str
    status: str | None = None
    visibility: str = "company"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One decision of one step; `letter` is the inner path, None for the whole mail.

    `owner`: about whose copy alone, None for all: of what a mail became for others nobody learns (RULES R30b).
    """

    step: str
    outcome: str
    rule: Rule
    args: Args = field(default_factory=dict)
    losers: tuple[int, ...] = ()
    letter: int | None = None
    owner: int | None = None

    def as_json(self) -> dict[str, Any]:
        """Answer the form that a decision row keeps."""
        return {
            "step": self.step,
            "outcome": self.outcome,
            "rule": str(self.rule),
            "args": dict(self.args),
            "losers": list(self.losers),
            "letter": self.letter,
            "owner": self.owner,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """A link to make: to which record, by which rule, for which reason."""

    target: RecordFact
    rule: Rule
    args: Args = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A possible answer to a question."""

    target: RecordFact
    rule: Rule
    args: Args = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Answer the form that an unresolved row keeps."""
        return {"type": self.target.type, "id": self.target.id, "rule": str(self.rule), "args": dict(self.args)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the owner of the copy is asked; it may have no candidates."""

    rule: Rule
    args: Args = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Creation:
    """Records to make of a stranger: a contact, and with `lead` a lead about it."""

    name: str
    address: str
    lead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Links, questions, what is made, and how they came about."""

    links: tuple[LinkMade, ...] = ()
    questions: tuple[Question, ...] = ()
    creations: tuple[Creation, ...] = ()
    steps: tuple[Step, ...] = ()


def linked(links: tuple[LinkMade, ...], losers: tuple[int, ...] = ()) -> tuple[Step, ...]:
    """Say by which rules these links are made; the first names who lost."""
    return tuple(
        Step(step="link", outcome="linked", rule=link.rule, args=link.args, losers=losers if place == 0 else ())
        for place, link in enumerate(links)
    )


def a_step(outcome: str, rule: Rule, args: Args | None = None, losers: tuple[int, ...] = ()) -> Step:
    """Say what else was decided about links."""
    return Step(step="link", outcome=outcome, rule=rule, args=args or {}, losers=losers)
