"""Nothing inside is reached by any spelling, and what was judged is what is connected to (SECURITY W3, I1)."""

from __future__ import annotations

import ipaddress
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.guard import Guard, HostRefused, is_public
from net.host import HostUnreadable, read_host
from net.resolver import DnsResolver, LookupFailed
from tests.kit.dns_server import DnsServer
from tests.kit.resolver import ZoneResolver

WEB = frozenset({80, 443})
WRITTEN = """
127.0.0.1 127.0.0.1. 127.1 127.0.1 127.127.127.127 0.0.0.0 0 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200
169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.7
203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
2130706433 017700000001 0x7f000001 0x7f.0.0.1 0177.0.0.1 0X7F.1 127.0.0.0x1 00000177.0.0.01 4294967297 3232235777
0xA9FEA9FE 2852039166 169.254.43518 127.0.0.1.0x 0x
１２７．０．０．１ 127。0。0。1 ①②⑦.0.0.1
[::1] ::1 [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:8.8.8.8] [::127.0.0.1] [0:0:0:0:0:0:0:1]
[::ffff:0:127.0.0.1] [64:ff9b::7f00:1] [64:ff9b::808:808] [64:ff9b:1::a00:1] [2002:7f00:1::] [2002:a9fe:a9fe::1]
[2001:0:7f00:1::] [2001::1] [2001:db8::1] [3fff::1] [fc00::1] [fd00:ec2::254] [fd20:ce::254] [fe80::1]
[fe80::1%25eth0] [fe80::1%eth0] [2606:4700::1%1] [fec0::1] [ff02::1] [100::1] [5f00::1]
localhost LOCALHOST localhost. sub.localhost LOCALHOST.
%31%32%37.0.0.1 127.0.0.1%00.evil.example exa_mple..example .example 127.0.0.1:80 [127.0.0.1] [localhost] [::1
evil.example\\@127.0.0.1 a@127.0.0.1 -x.example
"""
INNER_HOSTS = [*WRITTEN.split(), "", " ", "127.0.0.1 ", "a b.example", "x" * 300, "a\x00.example", "exa\nmple.example"]
OUTER_HOSTS = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "[2606:4700:4700::1111]", "2a00:1450:4001::5"]


def find(guard: Guard, host: str, port: int = 443) -> tuple[str, ...]:
    found = guard.find(host, port, public_ports=WEB, ends_at=time.monotonic() + 5)
    return tuple(map(str, found.addresses))


@pytest.mark.parametrize("host", INNER_HOSTS)
def test_nothing_inside_is_reached_by_any_spelling(host: str) -> None:
    zone = ZoneResolver()
    with pytest.raises(HostRefused) as refused:
        find(Guard(zone), host)
    assert str(refused.value) == "This host is not allowed."


@pytest.mark.parametrize("host", OUTER_HOSTS)
def test_what_is_outside_is_reached_at_the_ports_that_are_meant(host: str) -> None:
    assert find(Guard(ZoneResolver()), host) == (host.strip("[]"),)
    with pytest.raises(HostRefused):
        find(Guard(ZoneResolver()), host, port=8080)


@pytest.mark.parametrize(
    "records",
    [
        "A 127.0.0.1",
        "A 10.1.2.3",
        "A 169.254.169.254",
        "AAAA ::1",
        "AAAA ::ffff:10.0.0.1",
        "AAAA fd00::1",
        "A 8.8.8.8\nrebind.example A 192.168.0.1",
        "A 8.8.8.8\nrebind.example AAAA fe80::1",
        "CNAME inner.example",
    ],
)
def test_a_name_with_one_inner_address_is_closed(records: str) -> None:
    zone = ZoneResolver(f"rebind.example {records}\ninner.example A 127.0.0.1")
    with pytest.raises(HostRefused):
        find(Guard(zone), "rebind.example")


def test_a_name_is_asked_for_once_and_its_answers_are_what_counts() -> None:
    zone = ZoneResolver("shop.example A 8.8.8.8\nshop.example AAAA 2606:4700::1")
    place = Guard(zone).find("SHOP.example.", 443, public_ports=WEB, ends_at=time.monotonic() + 5)

    # A server that changes its mind now changes nothing: there is no name left that anybody would ask for.
    zone.records[("shop.example", "A")] = ["127.0.0.1"]
    assert place.host == "shop.example"
    assert tuple(map(str, place.addresses)) == ("8.8.8.8", "2606:4700::1")
    assert zone.queries == [("shop.example", "A"), ("shop.example", "AAAA")]


def test_names_are_looked_up_in_a_labels() -> None:
    zone = ZoneResolver("xn--mller-kva.example A 8.8.8.8")
    assert find(Guard(zone), "Müller.example") == ("8.8.8.8",)


def test_no_host_and_an_inner_one_are_told_alike_and_trouble_may_pass() -> None:
    zone = ZoneResolver("half.example A 8.8.8.8\nhalf.example AAAA SERVFAIL\nbad.example * SERVFAIL")
    with pytest.raises(HostRefused):
        find(Guard(zone), "nobody.example")
    with pytest.raises(LookupFailed):
        find(Guard(zone), "bad.example")
    assert find(Guard(zone), "half.example") == ("8.8.8.8",)


def test_what_the_operator_opened_is_reached_at_any_port() -> None:
    guard = Guard(
        ZoneResolver("imap.inner.example A 10.0.0.7\nother.inner.example A 10.1.0.7"),
        (ipaddress.ip_network("10.0.0.0/16"), ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8")),
    )
    assert find(guard, "imap.inner.example", 1143) == ("10.0.0.7",)
    assert find(guard, "localhost", 1143) == ("127.0.0.1",)
    assert find(guard, "[fd00::5]", 1143) == ("fd00::5",)
    for closed in ("other.inner.example", "[::ffff:10.0.0.7]", "0x7f000001", "8.8.8.8"):
        with pytest.raises(HostRefused):
            find(guard, closed, 1143)


def test_it_gives_up_with_its_caller() -> None:
    with DnsServer() as server:
        guard = Guard(DnsResolver([server.address]))
        begun = time.monotonic()
        with pytest.raises(LookupFailed):
            guard.find("silent.example", 443, public_ports=WEB, ends_at=begun + 0.05)
        with pytest.raises(HostRefused):  # the server's addresses are those of documentation
            find(guard, "ok.example")


@given(st.ip_addresses())
def test_public_is_what_the_library_calls_global_at_most(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        host = read_host(text)
    except HostUnreadable:
        return
    assert not isinstance(host, str) or (host.isascii() and "%" not in host and host == host.lower())
