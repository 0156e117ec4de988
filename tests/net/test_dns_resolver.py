"""DnsResolver against a server that behaves and misbehaves."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from net.dns_cache import DnsCache
from net.resolver import DnsResolver, LookupFailed
from tests.kit.dns_server import DnsServer


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with DnsServer() as running:
        yield running


@pytest.fixture
def resolver(server: DnsServer) -> DnsResolver:
    return DnsResolver([server.address], attempt_seconds=0.2, question_seconds=0.5)


def test_every_kind_of_record(resolver: DnsResolver) -> None:
    assert resolver.txt("ok.example") == (b"v=spf1 -all",)
    assert resolver.addresses("ok.example", 4) == ("192.0.2.1",)
    assert resolver.addresses("ok.example.", 6) == ("2001:db8::1",)
    assert resolver.mx("ok.example") == ((10, "mx.example"),)
    assert resolver.ptr("192.0.2.1") == ("host.example",)
    assert resolver.ptr("2001:db8::1") == ("host.example",)
    assert resolver.exists("ok.example")


def test_nothing_is_an_answer(resolver: DnsResolver) -> None:
    assert resolver.txt("nothing.example") == ()
    assert resolver.txt("empty.example") == ()
    assert not resolver.exists("nothing.example")
    assert resolver.exists("empty.example")


def test_aliases_are_followed_and_circles_end(resolver: DnsResolver) -> None:
    assert resolver.txt("alias.example") == (b"v=spf1 -all",)
    assert resolver.txt("loop.example") == ()


def test_a_truncated_answer_is_fetched_over_tcp(server: DnsServer, resolver: DnsResolver) -> None:
    [text] = resolver.txt("long.example")
    assert len(text) == 62_500
    assert [transport for _, _, transport in server.asked] == ["udp", "tcp"]


@pytest.mark.parametrize("name", ["servfail.example", "silent.example", "garbage.example", "wrongid.example"])
def test_trouble_is_temporary(resolver: DnsResolver, name: str) -> None:
    with pytest.raises(LookupFailed):
        resolver.txt(name)


def test_trouble_is_remembered_for_a_moment(server: DnsServer, resolver: DnsResolver) -> None:
    for _ in range(3):
        with pytest.raises(LookupFailed):
            resolver.txt("servfail.example")
    assert server.times("servfail.example") == 1


def test_answers_are_remembered_whatever_the_case(server: DnsServer, resolver: DnsResolver) -> None:
    for name in ("ok.example", "OK.example.", "ok.EXAMPLE"):
        resolver.txt(name)
    assert server.times("ok.example") == 1


def test_a_silent_server_is_asked_twice_and_no_more(server: DnsServer, resolver: DnsResolver) -> None:
    with pytest.raises(LookupFailed):
        resolver.txt("silent.example")
    assert server.times("silent.example") == 2


def test_a_life_of_years_ends_within_the_hour_and_trouble_within_seconds(server: DnsServer) -> None:
    now = [1000.0]
    resolver = DnsResolver([server.address], cache=DnsCache(clock=lambda: now[0]))

    def asked_after(name: str, seconds: float) -> int:
        now[0] += seconds
        with contextlib.suppress(LookupFailed):
            resolver.txt(name)
        return server.times(name)

    assert [asked_after("years.example", seconds) for seconds in (0, 3_599, 2)] == [1, 1, 2]
    assert [asked_after("servfail.example", seconds) for seconds in (0, 4.9, 0.2)] == [1, 1, 2]


def test_the_next_server_is_asked_where_one_fails(server: DnsServer) -> None:
    with DnsServer() as other:
        resolver = DnsResolver([server.address, other.address], attempt_seconds=0.2, question_seconds=1)
        with pytest.raises(LookupFailed):
            resolver.txt("servfail.example")
        assert server.times("servfail.example") == other.times("servfail.example") == 1


def test_a_deadline_cuts_the_question_and_blames_nobody(server: DnsServer, resolver: DnsResolver) -> None:
    late = resolver.until(time.monotonic() - 1)
    with pytest.raises(LookupFailed):
        late.txt("ok.example")
    assert resolver.txt("ok.example") == (b"v=spf1 -all",)


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "x" * 64 + ".example", ".".join(["abcdefgh"] * 32), "\ud800.example"]
)
def test_names_that_dns_cannot_carry_do_not_exist(server: DnsServer, resolver: DnsResolver, name: str) -> None:
    assert resolver.txt(name) == ()
    assert not resolver.exists(name)
    assert server.asked == []


def test_odd_octets_in_a_name_are_asked_literally(server: DnsServer, resolver: DnsResolver) -> None:
    resolver.txt('a"b\\c d.example')
    assert len(server.asked) == 1


def test_an_address_that_is_none_has_no_names(server: DnsServer, resolver: DnsResolver) -> None:
    assert resolver.ptr("not an address") == ()
    assert server.asked == []


def test_threads_share_one_cache(server: DnsServer, resolver: DnsResolver) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(resolver.txt, [f"n{number % 5}.example" for number in range(100)]))
    assert set(answers) == {(b"v=spf1 -all",)}


@pytest.mark.parametrize("server_text", ["dns.example", "192.0.2.1:port", "1.2.3:53", "[::1", ""])
def test_servers_are_addresses(server_text: str) -> None:
    with pytest.raises(ValueError, match="is not an IP address"):
        DnsResolver([server_text])


def test_servers_may_be_written_in_four_ways() -> None:
    DnsResolver(["192.0.2.1", "192.0.2.1:5353", "2001:db8::1", "[2001:db8::1]:5353"])
