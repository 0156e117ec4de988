"""Guessing costs time only when there is much of it."""

from __future__ import annotations

from smtpd.tarpit import A_SECOND, EVEN_SECONDS, MOST_AT_ONCE, WAIT_SECONDS, Tarpit


def test_ordinary_mistakes_all_wait_the_same_moment() -> None:
    tarpit = Tarpit()
    asked = [second / A_SECOND for second in range(5000)]
    assert [tarpit.take(at) for at in asked] == [at + EVEN_SECONDS for at in asked]


def test_a_flood_waits_until_it_ebbs() -> None:
    tarpit = Tarpit()
    due = [tarpit.take(100.0) for _ in range(int(MOST_AT_ONCE) + 3)]
    assert due[-4:] == [100 + EVEN_SECONDS, *[100 + WAIT_SECONDS] * 3]
    assert tarpit.take(101.0) == 101 + EVEN_SECONDS
    assert [tarpit.take(10_000.0) for _ in range(int(MOST_AT_ONCE))][-1] == 10_000 + EVEN_SECONDS
