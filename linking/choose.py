"""Which deal, lead or project a letter is about (RULES R21, R22).

The only open one, else what the company chose for several, else ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from linking.decision import RecordFact
from linking.rule import Rule

SeveralOpen = Literal["ask", "newest", "all"] | int
DealLinking = Literal["automatic", "manual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecord:
    """An open deal, lead or project and the parties (contacts, organisations) through which it was found."""

    record: RecordFact
    through: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`picked` are linked by `rule`; where `asks`, the owner chooses among `others`."""

    rule: Rule
    picked: tuple[OpenRecord, ...] = ()
    others: tuple[OpenRecord, ...] = ()
    asks: bool = False


def choose(
    open_records: Sequence[OpenRecord], parties: int, several_open: SeveralOpen, deal_linking: DealLinking
) -> Choice:
    """Choose among what is open; `parties` counts the known contacts and organisations of the letter."""
    newest_first = tuple(sorted(open_records, key=lambda one: one.record.id, reverse=True))
    if deal_linking == "manual":
        return Choice(rule=Rule.MANUAL_USER, others=newest_first)
    if not newest_first:
        return Choice(rule=Rule.NOTHING_OPEN)
    if len(newest_first) == 1:
        return Choice(rule=_why_the_only_one(newest_first[0], parties), picked=newest_first)
    if several_open == "ask":
        return Choice(rule=_which_question(newest_first), others=newest_first, asks=True)
    if several_open == "all":
        return Choice(rule=Rule.ALL_OPEN, picked=newest_first)
    count = 1 if several_open == "newest" else several_open
    return Choice(rule=Rule.NEWEST, picked=newest_first[:count], others=newest_first[count:])


def _why_the_only_one(found: OpenRecord, parties: int) -> Rule:
    return Rule.ONE_DECIDES if parties > len(found.through) else Rule.ONLY_OPEN


def _which_question(found: Sequence[OpenRecord]) -> Rule:
    """Ask by R21 where one party has several open ones, by R22 where parties differ."""
    shared = set(found[0].through).intersection(*(one.through for one in found[1:]))
    return Rule.SEVERAL_OPEN if shared else Rule.DIFFERENT
