"""SPF: the protocol's result, and when a pass is proof for us."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from mail.envelope import Envelope
from mailauth.spf import SpfCheck, check_spf
from net.budget import BudgetedResolver
from net.resolver import Resolver
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.worst import SPF_TERMS, spf_zone

PEER = "192.0.2.10"
NOW = datetime(2026, 3, 4, tzinfo=UTC)


def check(
    zone: str | Resolver, *, peer: str = PEER, sender: str | None = "rita@s.example", helo: str = "mx.s.example"
) -> SpfCheck:
    envelope = Envelope(reverse_path=sender, forward_paths=(), helo=helo, peer=peer, tls=False, received_at=NOW)
    return check_spf(envelope, ZoneResolver(zone) if isinstance(zone, str) else zone)


def record(text: str) -> str:
    return f"s.example TXT v=spf1 {text}\n"


@pytest.mark.parametrize(
    ("terms", "result"),
    [
        ("ip4:192.0.2.10 -all", "pass"),
        ("ip4:192.0.2.11 -all", "fail"),
        ("ip4:192.0.2.11 ~all", "softfail"),
        ("ip4:192.0.2.11 ?all", "neutral"),
        ("ip4:192.0.2.11", "neutral"),
        ("ip4:192.0.2.0/24 -all", "pass"),
        ("ip4:nonsense -all", "permerror"),
        ("moo -all", "permerror"),
        ("include:none.example -all", "permerror"),
        ("exists:%{z}.example -all", "permerror"),
    ],
)
def test_results(terms: str, result: str) -> None:
    found = check(record(terms))
    assert (found.result, found.domain) == (result, "s.example")
    assert found.reason


def test_ipv6_and_mapped_ipv4() -> None:
    zone = record("ip6:2001:db8::/64 ip4:192.0.2.10 -all")
    assert check(zone, peer="2001:db8::7").result == "pass"
    assert check(zone, peer="2001:db9::7").result == "fail"
    assert check(zone, peer="::ffff:192.0.2.10").result == "pass"


class TestIdentity:
    """Which name is checked (RFC 7208 §2.3, §2.4)."""

    def test_without_a_peer_there_is_no_result(self) -> None:
        for peer in ("", "unknown", "localhost"):
            assert check(record("+all"), peer=peer).result == "none"

    def test_an_unknown_sender_is_no_null_sender(self) -> None:
        found = check("mx.s.example TXT v=spf1 +all", sender=None)
        assert (found.result, found.null) == ("none", False)

    def test_a_null_sender_checks_the_helo_name_and_never_counts(self) -> None:
        found = check("mx.s.example TXT v=spf1 ip4:192.0.2.10 -all", sender="")
        assert (found.result, found.domain, found.null) == ("pass", "mx.s.example", True)
        assert not found.as_result(aligned=True).counts

    @pytest.mark.parametrize("helo", ["[192.0.2.10]", "localhost", "", "a b", "x_y.example"])
    def test_a_helo_that_is_no_name_gives_none(self, helo: str) -> None:
        assert check("", sender="", helo=helo).result == "none"

    @pytest.mark.parametrize("sender", ["rita", "@", "rita@", "rita@localhost", "rita@[192.0.2.10]", "a@b..example"])
    def test_a_sender_without_a_domain_gives_none(self, sender: str) -> None:
        assert check("", sender=sender).result == "none"

    def test_the_domain_is_taken_in_its_one_form(self) -> None:
        zone = "xn--bcher-kva.example TXT v=spf1 ip4:192.0.2.10 -all"
        for sender in ("a@bücher.example", "a@XN--BCHER-KVA.example", '"a@b"@bücher.example'):
            assert check(zone, sender=sender).result == "pass"


class TestTooWide:
    """SECURITY 4.5: a pass that half the world gets is protocol, not proof."""

    @pytest.mark.parametrize(
        "terms",
        [
            "+all",
            "all",
            "ip4:192.0.2.11 all",
            "ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all",
            "ip4:192.0.0.0/15 -all",
            "a/8 -all",
            "mx/0 -all",
            "include:wide.example -all",
            "include:open.example -all",
            "redirect=open.example",
            "ptr:nobody.example +all",
        ],
    )
    def test_wide(self, terms: str) -> None:
        zone = record(terms) + (
            "s.example A 192.0.2.99\ns.example MX 10 s.example\n"
            "wide.example TXT v=spf1 ip4:192.0.0.0/8 -all\nopen.example TXT v=spf1 +all\n"
            f"{PEER} PTR mx.s.example\nmx.s.example A {PEER}\n"
        )
        found = check(zone)
        assert (found.result, found.too_wide) == ("pass", True)
        assert not found.as_result(aligned=True).counts

    @pytest.mark.parametrize("peer_and_terms", [("2001:db8::1", "ip6:2001:db8::/31 -all"), ("2001:db8::1", "+all")])
    def test_wide_for_ipv6(self, peer_and_terms: tuple[str, str]) -> None:
        peer, terms = peer_and_terms
        assert check(record(terms), peer=peer).too_wide

    @pytest.mark.parametrize(
        "terms",
        [
            "ip4:192.0.0.0/16 -all",
            "ip4:192.0.2.10",
            "a -all",
            "mx -all",
            "ptr:s.example -all",
            "exists:%{i}.allow.example -all",
            "include:deny.example ip4:192.0.2.10 -all",
            "include:deny.example exists:%{i}.allow.example -all",
            "include:narrow.example -all",
            "redirect=narrow.example",
        ],
    )
    def test_narrow(self, terms: str) -> None:
        zone = record(terms) + (
            f"s.example A {PEER}\ns.example MX 10 s.example\n{PEER} PTR mx.s.example\nmx.s.example A {PEER}\n"
            f"{PEER}.allow.example A 127.0.0.2\nnarrow.example TXT v=spf1 ip4:{PEER} -all\n"
            "deny.example TXT v=spf1 -ip4:192.0.0.0/8 -all\n"
        )
        found = check(zone)
        assert (found.result, found.too_wide) == ("pass", False)
        assert found.as_result(aligned=True).counts
        assert not found.as_result(aligned=False).counts


class TestLimits:
    """SECURITY P7 and RFC 7208 §4.6.4."""

    def test_more_than_ten_terms_that_ask(self) -> None:
        names = [f"i{number}.example" for number in range(11)]
        zone = record(" ".join(f"include:{name}" for name in names))
        zone += "".join(f"{name} TXT v=spf1 ?all\n" for name in names)
        assert check(zone).result == "permerror"

    def test_an_include_of_itself(self) -> None:
        assert check(record("include:a.example") + "a.example TXT v=spf1 include:s.example").result == "permerror"

    def test_more_than_two_void_look_ups(self) -> None:
        assert check(record("a:x.example a:y.example ip4:192.0.2.10")).result == "pass"
        assert check(record("a:x.example a:y.example a:z.example ip4:192.0.2.10")).result == "permerror"

    def test_trouble_is_temporary(self) -> None:
        assert check(ZoneResolver().add("s.example", "TXT", FAILS)).result == "temperror"
        assert check(ZoneResolver(record("a:x.example -all")).add("x.example", "A", FAILS)).result == "temperror"

    def test_a_broken_reverse_zone_only_does_not_match(self) -> None:
        assert check(ZoneResolver(record("ptr -all")).add(PEER, "PTR", FAILS)).result == "fail"

    def test_the_questions_of_a_mail_run_out_for_good_not_for_now(self) -> None:
        hosts = "".join(f"m{term}.example MX 10 h{term}x{host}.example\n" for term in range(9) for host in range(10))
        addresses = "".join(f"h{term}x{host}.example A 203.0.113.1\n" for term in range(9) for host in range(10))
        zone = ZoneResolver(record(" ".join(f"mx:m{term}.example" for term in range(9)) + " -all") + hosts + addresses)
        found = check(BudgetedResolver(zone, ends_at=1e12, questions=40))
        assert found.result == "permerror"
        assert len(zone.queries) == 40

    def test_no_explanation_is_ever_asked_for(self) -> None:
        zone = ZoneResolver(record("-all exp=why.example"))
        assert check(zone).result == "fail"
        assert zone.queries == [("s.example", "TXT")]

    @pytest.mark.timeout(30)
    @pytest.mark.parametrize("terms", SPF_TERMS)
    def test_records_that_only_keep_us_busy(self, terms: str) -> None:
        assert check(spf_zone(terms)).result == "permerror"

    def test_a_long_neighbour_of_the_record_is_none_of_our_business(self) -> None:
        assert check(ZoneResolver(record("ip4:192.0.2.10 -all")).add("s.example", "TXT", "x" * 60_000)).result == "pass"

    @pytest.mark.parametrize(
        "terms",
        [
            "%" * 200,
            "a:%{d99999999999999999999r}",
            "a:" + "x." * 120 + "example",
            "\udcff\udcfe",
            "exists:%{l}.%{s}.%{h}x",
        ],
    )
    def test_strange_records_never_raise(self, terms: str) -> None:
        assert check(record(terms), sender='"a b\udcff"@s.example', helo="\udcff\0").result in (
            "permerror",
            "neutral",
            "none",
            "fail",
        )


def test_threads_do_not_mix() -> None:
    """pyspf keeps its DNS function in the module; ours hangs on each evaluation."""

    def one(number: int) -> bool:
        allowed = number % 2 == 0
        return (check(record(f"ip4:{PEER if allowed else '203.0.113.9'} -all")).result == "pass") == allowed

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(200)))
