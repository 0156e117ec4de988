"""DMARC: records, the walk, alignment."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailauth.dmarc import BrokenRecord, Policy, find_policy, find_record, is_aligned
from tests.kit.resolver import FAILS, ZoneResolver


def policy(domain: str, zone: str) -> Policy:
    return find_policy(domain, ZoneResolver(zone))


def published(tags: str) -> Policy:
    return policy("s.example", f"_dmarc.s.example TXT {tags}\ns.example A 192.0.2.1")


class TestRecord:
    """RFC 9989 §4.7."""

    @pytest.mark.parametrize(
        ("tags", "expected"),
        [
            ("v=DMARC1; p=reject", "reject"),
            ("v=DMARC1;p=quarantine;", "quarantine"),
            ("v=DMARC1 ; p = NONE ; x=y", "none"),
            ("v=DMARC1; p=reject; sp=none", "reject"),
            ("v=DMARC1; p=reject; pct=20; rf=afrf; ri=1", "reject"),
            ("v=DMARC1; p=nonsense; rua=mailto:d@s.example", "none"),
            ("v=DMARC1; rua=mailto:d@s.example", "none"),
            ("v=DMARC1; p=reject; sp=nonsense; rua=mailto:d@s.example", "none"),
            ("v=dmarc1; p=reject", ""),
            ("v=DMARC2; p=reject", ""),
            ("p=reject; v=DMARC1", ""),
            ("v=DMARC10; p=reject", ""),
            ("something else", ""),
        ],
    )
    def test_the_policy(self, tags: str, expected: str) -> None:
        assert published(tags).policy == expected

    @pytest.mark.parametrize(
        "tags", ["v=DMARC1", "v=DMARC1;", "v=DMARC1; p=", "v=DMARC1; p=nonsense", "v=DMARC1; sp=x"]
    )
    def test_a_record_without_policy_or_report_address_is_broken(self, tags: str) -> None:
        found = published(tags)
        assert found.broken
        assert found.asks_nothing

    def test_modes_and_tests(self) -> None:
        strict = published("v=DMARC1; p=reject; adkim=s; aspf=S")
        assert strict.strict_dkim
        assert strict.strict_spf
        relaxed = published("v=DMARC1; p=reject; adkim=r; aspf=x")
        assert not relaxed.strict_dkim
        assert not relaxed.strict_spf
        assert not relaxed.asks_nothing
        assert published("v=DMARC1; p=reject; t=y").asks_nothing
        assert published("v=DMARC1; p=reject; pct=0").asks_nothing
        assert not published("v=DMARC1; p=reject; pct=1").asks_nothing
        assert published("v=DMARC1; p=none").asks_nothing

    def test_two_records_are_as_none_and_a_neighbour_does_not_count(self) -> None:
        assert policy("s.example", "_dmarc.s.example TXT v=DMARC1; p=reject\n" * 2).policy == ""
        both = "_dmarc.s.example TXT v=DMARC1; p=reject\n_dmarc.s.example TXT v=spf1 -all"
        assert policy("s.example", both).policy == "reject"

    @given(st.binary(max_size=80))
    @settings(deadline=None)
    def test_no_record_raises_anything_else(self, tail: bytes) -> None:
        zone = ZoneResolver().add("_dmarc.s.example", "TXT", (b"v=DMARC1;" + tail).decode("utf-8", "surrogateescape"))
        try:
            found = find_record("s.example", zone)
        except BrokenRecord:
            return
        assert found is None or found.policy in ("none", "quarantine", "reject")


class TestDiscovery:
    """RFC 9989 §4.10.1."""

    ZONE = "_dmarc.s.example TXT v=DMARC1; p=reject; sp=quarantine; np=none\na.s.example A 192.0.2.1\n"

    def test_a_sub_domain_inherits_sp(self) -> None:
        assert policy("a.s.example", self.ZONE).policy == "quarantine"
        assert policy("b.a.s.example", self.ZONE + "b.a.s.example A 192.0.2.1").policy == "quarantine"

    def test_a_name_that_does_not_exist_inherits_np(self) -> None:
        assert policy("ghost.s.example", self.ZONE).policy == "none"

    def test_its_own_record_wins(self) -> None:
        assert policy("a.s.example", self.ZONE + "_dmarc.a.s.example TXT v=DMARC1; p=none").policy == "none"

    def test_existence_is_asked_only_where_it_matters(self) -> None:
        zone = ZoneResolver("_dmarc.s.example TXT v=DMARC1; p=reject")
        assert find_policy("ghost.s.example", zone).policy == "reject"
        assert ("ghost.s.example", "A") not in zone.queries

    def test_a_registry_speaks_only_with_psd(self) -> None:
        assert policy("s.example", "_dmarc.example TXT v=DMARC1; p=reject; psd=y").policy == "reject"
        assert policy("s.example", "_dmarc.example TXT v=DMARC1; p=reject").policy == ""

    def test_psd_n_ends_the_walk(self) -> None:
        zone = "_dmarc.b.s.example TXT v=DMARC1; p=none; psd=n\n_dmarc.s.example TXT v=DMARC1; p=reject\n"
        assert policy("a.b.s.example", zone + "a.b.s.example A 192.0.2.1").policy == "none"

    def test_a_long_name_asks_eight_times_at_most(self) -> None:
        zone = ZoneResolver()
        find_policy(".".join("abcdefghijklmnop") + ".s.example", zone)
        assert len(zone.queries) <= 8

    def test_trouble_is_told_and_that_of_a_registry_is_not_ours(self) -> None:
        assert find_policy("s.example", ZoneResolver().add("_dmarc.s.example", "TXT", FAILS)).failed
        assert find_policy("a.s.example", ZoneResolver().add("_dmarc.s.example", "TXT", FAILS)).failed
        assert not find_policy("s.example", ZoneResolver().add("_dmarc.example", "TXT", FAILS)).failed


class TestAlignment:
    """SECURITY 4.4 and RFC 9989 §4.10.2."""

    @pytest.mark.parametrize(
        ("identifier", "domain", "relaxed", "strict"),
        [
            ("s.example", "s.example", True, True),
            ("mail.s.example", "s.example", True, False),
            ("s.example", "mail.s.example", True, False),
            ("a.s.example", "b.s.example", True, False),
            ("evil.example", "s.example", False, False),
            ("evils.example", "s.example", False, False),
            ("s.example.evil.example", "s.example", False, False),
            ("com", "s.com", False, False),
            ("co.uk", "s.co.uk", False, False),
            ("evil.co.uk", "s.co.uk", False, False),
            ("evil.github.io", "s.github.io", False, False),
            ("github.io", "s.github.io", False, False),
        ],
    )
    def test_names(self, identifier: str, domain: str, relaxed: bool, strict: bool) -> None:
        assert is_aligned(identifier, domain, False, ZoneResolver()) is relaxed
        assert is_aligned(identifier, domain, True, ZoneResolver()) is strict

    def test_no_record_of_a_registry_widens_it(self) -> None:
        zone = ZoneResolver("_dmarc.github.io TXT v=DMARC1; p=reject\n_dmarc.co.uk TXT v=DMARC1; p=none; psd=n")
        assert is_aligned("evil.github.io", "s.github.io", False, zone) is False
        assert is_aligned("evil.co.uk", "s.co.uk", False, zone) is False

    def test_psd_parts_what_the_list_joins(self) -> None:
        tenants = ZoneResolver("_dmarc.tenants.example TXT v=DMARC1; p=none; psd=y")
        assert is_aligned("a.tenants.example", "b.tenants.example", False, tenants) is False
        assert is_aligned("x.a.tenants.example", "a.tenants.example", False, tenants) is True
        apart = ZoneResolver("_dmarc.shop.s.example TXT v=DMARC1; p=none; psd=n")
        assert is_aligned("s.example", "shop.s.example", False, apart) is False
        assert is_aligned("mail.shop.s.example", "shop.s.example", False, apart) is True

    def test_a_record_of_a_sub_domain_alone_parts_nothing(self) -> None:
        assert is_aligned(
            "s.example", "my.s.example", False, ZoneResolver("_dmarc.my.s.example TXT v=DMARC1; p=reject")
        )

    def test_what_cannot_be_known_for_now(self) -> None:
        down = ZoneResolver().add("_dmarc.s.example", "TXT", FAILS)
        assert is_aligned("mail.s.example", "s.example", False, down) is None
        assert is_aligned("mail.s.example", "s.example", None, ZoneResolver()) is None
        assert is_aligned("s.example", "s.example", None, down) is True
        assert is_aligned("evil.example", "s.example", None, down) is False
