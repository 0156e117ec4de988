"""Why a letter is where it is: each decision with the candidates that lost, as its reader may read it (RULES R37)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from languages.speech import _, marked
from linking.letter import Letter
from linking.sentences import HIDDEN, sentence

STEPS: Final = {
    "authenticate": (marked("Who sent it"), "shield-check"),
    "classify": (marked("What kind of mail it is"), "tag"),
    "admit": (marked("Whether it may come in"), "hand"),
    "read": (marked("Which letters it holds"), "mail-open"),
    "screen": (marked("Who takes part"), "users"),
    "thread": (marked("Which conversation it belongs to"), "messages-square"),
    "link": (marked("What it is about"), "link-2"),
    "file": (marked("Who sees it"), "eye"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One decision for the eye; `losers` are the candidates that were not chosen."""

    step: str
    rule: str
    outcome: str
    words: str
    losers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The decisions of one step, under its question."""

    step: str
    title: str
    icon: str
    said: tuple[Said, ...]


def stages_of(letter: Letter) -> tuple[Stage, ...]:
    """Answer the decisions in the order in which they were made, step by step."""
    stages: dict[str, list[Said]] = {}
    for one in letter.decisions:
        said = Said(
            step=one.step,
            rule=one.rule,
            outcome=one.outcome,
            words=sentence(one.rule, one.args, letter.names.get),
            losers=tuple(letter.names.get(loser, _(HIDDEN)) for loser in one.losers),
        )
        stages.setdefault(one.step, []).append(said)
    return tuple(_stage(step, said) for step, said in stages.items())


def _stage(step: str, said: list[Said]) -> Stage:
    title, icon = STEPS.get(step, (marked("Another step"), "circle"))
    return Stage(step=step, title=_(title), icon=icon, said=tuple(said))
