"""Which open deal, lead or project a letter is about (RULES R21, R22)."""

from __future__ import annotations

import pytest

from linking.choose import OpenRecord, SeveralOpen, choose
from linking.decision import RecordFact
from linking.rule import Rule

CARL, DORA = 1, 2


def an_open(number: int, *through: int) -> OpenRecord:
    return OpenRecord(record=RecordFact(id=number, type="deal", status="open"), through=through)


CHAIRS, TABLES, LAMPS = an_open(10, CARL), an_open(20, CARL), an_open(30, DORA)


@pytest.mark.parametrize(
    ("found", "policy", "rule", "picked"),
    [
        ((), "ask", Rule.NOTHING_OPEN, []),
        ((CHAIRS,), "ask", Rule.ONE_DECIDES, [10]),
        ((an_open(10, CARL, DORA),), "ask", Rule.ONLY_OPEN, [10]),
        ((CHAIRS, TABLES), "ask", Rule.SEVERAL_OPEN, []),
        ((CHAIRS, LAMPS), "ask", Rule.DIFFERENT, []),
        ((CHAIRS, TABLES, LAMPS), "newest", Rule.NEWEST, [30]),
        ((CHAIRS, TABLES, LAMPS), 2, Rule.NEWEST, [30, 20]),
        ((CHAIRS, TABLES, LAMPS), "all", Rule.ALL_OPEN, [30, 20, 10]),
    ],
)
def test_choose(found: tuple[OpenRecord, ...], policy: SeveralOpen, rule: Rule, picked: list[int]) -> None:
    choice = choose(found, 2, policy, "automatic")
    assert (choice.rule, [one.record.id for one in choice.picked]) == (rule, picked)
    assert choice.asks is (len(found) > 1 and policy == "ask")
    assert {one.record.id for one in (*choice.picked, *choice.others)} == {one.record.id for one in found}


def test_by_hand_means_nothing_by_itself() -> None:
    choice = choose((CHAIRS,), 1, "all", "manual")
    assert (choice.rule, choice.picked, choice.asks) == (Rule.MANUAL_USER, (), False)
