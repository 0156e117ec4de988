"""The cache's bounds in time, entries and octets."""

from __future__ import annotations

import dns.rdatatype

from net.dns_cache import LONGEST_FAILURE, LONGEST_KEPT, OVERHEAD, Answer, DnsCache, Question

TXT = dns.rdatatype.TXT


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def question(name: str) -> Question:
    return (name, TXT)


def test_an_answer_lives_as_long_as_it_says() -> None:
    clock = Clock()
    cache = DnsCache(clock=clock)
    cache.put(question("a."), Answer(exists=True), 30)
    clock.now += 29
    assert cache.get(question("a.")) is not None
    clock.now += 2
    assert cache.get(question("a.")) is None
    assert len(cache) == 0


def test_long_lives_and_failures_are_cut() -> None:
    clock = Clock()
    cache = DnsCache(clock=clock)
    cache.put(question("long."), Answer(exists=True), 10_000_000)
    cache.put(question("failed."), Answer(exists=True, failed="SERVFAIL"), 600)
    clock.now += LONGEST_FAILURE + 1
    assert cache.get(question("failed.")) is None
    clock.now += LONGEST_KEPT
    assert cache.get(question("long.")) is None


def test_nothing_is_kept_for_no_time() -> None:
    cache = DnsCache()
    cache.put(question("a."), Answer(exists=True), 0)
    assert len(cache) == 0


def test_the_oldest_use_leaves_first() -> None:
    cache = DnsCache(entries=2)
    for name in ("a.", "b."):
        cache.put(question(name), Answer(exists=True), 30)
    cache.get(question("a."))
    cache.put(question("c."), Answer(exists=True), 30)
    assert cache.get(question("b.")) is None
    assert cache.get(question("a.")) is not None


def test_octets_are_bounded_and_giants_never_kept() -> None:
    cache = DnsCache(octets=100 * OVERHEAD)
    cache.put(question("giant."), Answer(exists=True, octets=50 * OVERHEAD), 30)
    assert len(cache) == 0
    for number in range(300):
        cache.put(question(f"n{number}."), Answer(exists=True, octets=OVERHEAD), 30)
    assert len(cache) == 50


def test_an_answer_is_replaced() -> None:
    cache = DnsCache(octets=20 * OVERHEAD)
    for _ in range(50):
        cache.put(question("a."), Answer(exists=True), 30)
    assert len(cache) == 1
