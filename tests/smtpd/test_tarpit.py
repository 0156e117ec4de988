"""Guessing costs time only when there is much of it."""

from __future__ import annotations

from smtpd.tarpit import A_SECOND, MOST_AT_ONCE, WAIT_SECONDS, Tarpit


def test_ordinary_mistakes_wait_for_nothing() -> None:
    tarpit = Tarpit()
    assert {tarpit.take(second / A_SECOND) for second in range(5000)} == {0.0}


def test_a_flood_waits_until_it_ebbs() -> None:
    tarpit = Tarpit()
    waits = [tarpit.take(100.0) for _ in range(int(MOST_AT_ONCE) + 3)]
    assert waits[-4:] == [0.0, WAIT_SECONDS, WAIT_SECONDS, WAIT_SECONDS]
    assert tarpit.take(101.0) == 0.0
    assert [tarpit.take(10_000.0) for _ in range(int(MOST_AT_ONCE))][-1] == 0.0
