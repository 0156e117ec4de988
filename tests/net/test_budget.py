"""What one mail may ask."""

from __future__ import annotations

import pytest

from net.budget import LONGEST_EVIDENCE, BudgetedResolver, BudgetSpent
from net.resolver import LookupFailed
from tests.kit.resolver import ZoneResolver

ZONE = """
a.example TXT one
a.example A 192.0.2.1
a.example MX 10 mx.example
192.0.2.1 PTR a.example
down.example TXT SERVFAIL
"""


def budgeted(zone: ZoneResolver, questions: int = 60, seconds: float = 20) -> BudgetedResolver:
    return BudgetedResolver(zone, 100 + seconds, questions, clock=lambda: 100)


def test_a_question_is_asked_once() -> None:
    zone = ZoneResolver(ZONE)
    dns = budgeted(zone)
    assert [dns.txt(name) for name in ("a.example", "A.example.", "a.example")] == [(b"one",)] * 3
    assert zone.queries == [("a.example", "TXT")]
    assert dns.asked == 1


def test_a_failure_stays_a_failure_for_this_mail() -> None:
    zone = ZoneResolver(ZONE)
    dns = budgeted(zone)
    for _ in range(3):
        with pytest.raises(LookupFailed):
            dns.txt("down.example")
    assert len(zone.queries) == 1
    assert dns.failed == ("down.example TXT",)
    assert dns.records == (("down.example TXT", ("temporary failure",)),)


def test_no_question_goes_beyond_the_number() -> None:
    zone = ZoneResolver(ZONE)
    dns = budgeted(zone, questions=2)
    dns.txt("a.example")
    dns.addresses("a.example", 4)
    with pytest.raises(BudgetSpent):
        dns.mx("a.example")
    assert dns.txt("a.example") == (b"one",)
    assert len(zone.queries) == 2


def test_no_question_goes_beyond_the_deadline() -> None:
    zone = ZoneResolver(ZONE)
    with pytest.raises(LookupFailed) as raised:
        budgeted(zone, seconds=0).txt("a.example")
    assert not isinstance(raised.value, BudgetSpent)
    assert zone.queries == []


def test_everything_used_is_kept_as_evidence() -> None:
    zone = ZoneResolver(ZONE).add("long.example", "TXT", "x" * 10_000)
    dns = budgeted(zone)
    dns.txt("a.example"), dns.addresses("a.example", 4), dns.addresses("a.example", 6), dns.mx("a.example")
    dns.ptr("192.0.2.1"), dns.exists("a.example"), dns.txt("long.example")
    assert dict(dns.records) == {
        "a.example TXT": ("one",),
        "a.example A": ("192.0.2.1",),
        "a.example AAAA": (),
        "a.example MX": ("10 mx.example",),
        "192.0.2.1 PTR": ("a.example",),
        "a.example exists": ("yes",),
        "long.example TXT": ("x" * LONGEST_EVIDENCE,),
    }
