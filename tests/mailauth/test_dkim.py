"""Signatures one by one: what passes, and everything that must not."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from mailauth.dkim import MOST_SIGNATURES, check_signatures
from mailauth.results import DkimResult
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import SIGNED, PrivateKey, Signer, ed25519_key, rsa_key, signed_mail, small_rsa_key

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SELLER = Signer("seller.example")
MAIL = a_message(subject="Offer", cc="boss@seller.example")


def check(raw: bytes, *signers: Signer, now: datetime = NOW) -> tuple[DkimResult, ...]:
    return check_signatures(raw, ZoneResolver("".join(signer.line() for signer in signers or (SELLER,))), now)


def outcome(raw: bytes, *signers: Signer, now: datetime = NOW) -> tuple[str, str]:
    [result] = check(raw, *signers, now=now)
    return result.result, result.reason


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"])
@pytest.mark.parametrize("key", [rsa_key(), rsa_key(4096), ed25519_key()], ids=["rsa2048", "rsa4096", "ed25519"])
def test_good_signatures_pass(canonical: str, key: PrivateKey) -> None:
    signer = Signer("seller.example", key=key)
    assert outcome(signer.sign(MAIL, canonical=canonical), signer) == ("pass", "good signature")


def test_what_is_known_of_a_good_signature() -> None:
    [result] = check(SELLER.sign(MAIL))
    assert (result.domain, result.selector, result.algorithm) == ("seller.example", "s1", "rsa-sha256")
    assert not result.aligned
    assert not result.counts
    assert set(result.signed_fields) == set(SIGNED)


def test_relaxed_bears_what_relays_do() -> None:
    raw = (
        SELLER.sign(MAIL)
        .replace(b"Subject: Offer", b"SUBJECT:   Offer \r\n ")
        .replace(b"Hello Carl,", b"Hello \t Carl, ")
    )
    assert outcome(raw + b"\r\n\r\n")[0] == "pass"
    assert outcome(b"Received: from x by y\r\nX-Spam: no\r\n" + SELLER.sign(MAIL))[0] == "pass"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"Subject: Offer", b"Subject: Other"),
        (b"rita@seller", b"rota@seller"),
        (b"Hello Carl", b"Hello Karl"),
        (b"Hello Carl", b"HelloCarl"),
        (b"h=from:to:cc", b"h=from:to"),
        (b"s=s1", b"s=s1; i=x@seller.example"),
    ],
)
def test_changed_mail_fails(old: bytes, new: bytes) -> None:
    raw = SELLER.sign(MAIL)
    assert old in raw
    assert outcome(raw.replace(old, new, 1))[0] == "fail"


def test_another_key_fails() -> None:
    assert outcome(SELLER.sign(MAIL), Signer("seller.example", key=rsa_key(serial=1)))[0] == "fail"


def test_a_removed_or_added_field_under_the_signature_fails() -> None:
    assert outcome(SELLER.sign(MAIL).replace(b"Cc: boss@seller.example\r\n", b""))[0] == "fail"
    oversigned = SELLER.sign(a_message(), fields=(*SIGNED, "reply-to"))
    assert outcome(oversigned)[0] == "pass"
    assert outcome(b"Reply-To: evil@bank.example\r\n" + oversigned)[0] == "fail"


class TestWhatProvesNothing:
    """SECURITY 4.4."""

    def test_a_part_of_the_body(self) -> None:
        body = MAIL.partition(b"\r\n\r\n")[2]
        raw = SELLER.sign(MAIL, l=str(len(body)))
        assert outcome(raw)[0] == "policy"
        assert outcome(raw + b"And pay to this account instead.\r\n")[0] == "policy"
        assert outcome(SELLER.sign(MAIL, l="0"))[0] == "policy"

    def test_sha1(self) -> None:
        assert outcome(SELLER.sign(MAIL, a="rsa-sha1"))[0] == "policy"

    def test_small_keys(self) -> None:
        small, smaller = (Signer("seller.example", key=key) for key in (rsa_key(1024), small_rsa_key(1000)))
        assert outcome(small.sign(MAIL), small) == ("pass", "good signature, by an RSA key of only 1024 bits")
        assert outcome(smaller.sign(MAIL), smaller) == ("policy", "the RSA key has only 1000 bits")

    def test_keys_under_test(self) -> None:
        testing = Signer("seller.example", tags="t=y:s")
        assert outcome(testing.sign(MAIL), testing)[0] == "policy"

    def test_identity_below_a_key_that_forbids_it(self) -> None:
        strict = Signer("seller.example", tags="t=s")
        assert outcome(strict.sign(MAIL), strict)[0] == "pass"
        assert outcome(strict.sign(MAIL, i="rita@seller.example"), strict)[0] == "pass"
        assert outcome(strict.sign(MAIL, i="rita@sub.seller.example"), strict)[0] == "policy"
        assert outcome(SELLER.sign(MAIL, i="rita@sub.seller.example"))[0] == "pass"

    def test_identity_of_another_domain(self) -> None:
        for identity in ("@bank.example", "@evilseller.example", "seller.example", "@seller.example.", "@"):
            assert outcome(SELLER.sign(MAIL, i=identity))[0] == "neutral"

    def test_expired(self) -> None:
        assert outcome(SELLER.sign(MAIL, x=str(STAMP - 1)))[0] == "policy"
        assert outcome(SELLER.sign(MAIL, x=str(STAMP)))[0] == "pass"
        late = NOW + timedelta(seconds=2)
        assert outcome(SELLER.sign(MAIL, x=str(STAMP)), now=late)[0] == "policy"

    def test_dated_in_the_future(self) -> None:
        assert outcome(SELLER.sign(MAIL, t=str(STAMP + 3_600)))[0] == "pass"
        assert outcome(SELLER.sign(MAIL, t=str(STAMP + 3_601)))[0] == "policy"
        assert outcome(SELLER.sign(MAIL, t=str(STAMP - 10_000_000)))[0] == "pass"

    def test_from_not_covered(self) -> None:
        assert outcome(SELLER.sign(MAIL, fields=("to", "subject")))[0] == "permerror"
        assert outcome(SELLER.sign(MAIL, fields=("to", "x-from")))[0] == "permerror"

    @pytest.mark.parametrize("domain", ["com", "co.uk", "github.io", "example"])
    def test_public_suffixes(self, domain: str) -> None:
        signer = Signer(domain)
        assert outcome(signer.sign(MAIL), signer)[0] in ("policy", "neutral")

    @pytest.mark.parametrize(
        "record",
        [
            "v=DKIM2; k=rsa; p=",
            "k=rsa; v=DKIM1; p=",
            "v=DKIM1; k=dsa; p=",
            "v=DKIM1; h=sha1; p=",
            "v=DKIM1; s=tlsrpt; p=",
            "v=DKIM1; k=ed25519; p=",
        ],
    )
    def test_keys_for_something_else(self, record: str) -> None:
        good = SELLER.record.partition("p=")[2]
        zone = ZoneResolver().add(SELLER.name, "TXT", record + good)
        assert check_signatures(SELLER.sign(MAIL), zone, NOW)[0].result == "permerror"

    @pytest.mark.parametrize("tags", ["h=sha256:sha1", "s=*", "s=email:tlsrpt", "n=a note", "t=", "x=y"])
    def test_keys_with_harmless_tags_still_pass(self, tags: str) -> None:
        signer = Signer("seller.example", tags=tags)
        assert outcome(signer.sign(MAIL), signer)[0] == "pass"

    def test_a_key_of_another_kind_than_the_signature_says(self) -> None:
        signer = Signer("seller.example", key=ed25519_key())
        assert outcome(signer.sign(MAIL, a="rsa-sha256"), signer)[0] == "permerror"

    def test_a_revoked_key_and_no_key(self) -> None:
        revoked = ZoneResolver().add(SELLER.name, "TXT", "v=DKIM1; p=")
        assert check_signatures(SELLER.sign(MAIL), revoked, NOW)[0].reason == "the key was revoked"
        assert check_signatures(SELLER.sign(MAIL), ZoneResolver(), NOW)[0].result == "permerror"

    @pytest.mark.parametrize(
        "record",
        [
            "",
            "v=DKIM1",
            "garbage",
            "v=DKIM1; p=!!!!",
            "v=DKIM1; p=AAAA",
            "v=DKIM1; p=MAA=",
            "v=DKIM1; k=ed25519; p=AAAA",
            "v=DKIM1; p=" + "A" * 5_000,
            "v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A",
            "v=DKIM1; p=\udcff\udcfe",
        ],
    )
    def test_records_that_are_no_keys(self, record: str) -> None:
        zone = ZoneResolver().add(SELLER.name, "TXT", record)
        assert check_signatures(SELLER.sign(MAIL), zone, NOW)[0].result == "permerror"


class TestGrammar:
    """SECURITY P6: nothing that is no name reaches DNS."""

    @pytest.mark.parametrize(
        "tags",
        [
            {"d": "seller.example'"},
            {"d": '"seller.example"'},
            {"d": "seller.example\0.evil.example"},
            {"d": "seller.example\x00"},
            {"d": "seller..example"},
            {"d": "seller.example."},
            {"d": "(seller).example"},
            {"d": "seller_x.example"},
            {"d": "sel ler.example"},
            {"d": "localhost"},
            {"d": ""},
            {"d": "a" * 64 + ".example"},
            {"s": "s1'"},
            {"s": "s1\0"},
            {"s": "s1."},
            {"s": ""},
            {"s": "s1 s2"},
            {"s": "a/b"},
            {"v": "2"},
            {"a": "rsa-md5"},
            {"a": "none"},
            {"c": "weird/relaxed"},
            {"c": "relaxed/relaxed/relaxed"},
            {"q": "http/txt"},
            {"bh": "not*base64"},
            {"bh": "abc"},
            {"t": "soon"},
            {"t": "-1"},
            {"x": "9" * 40},
            {"v": "-"},
            {"d": "-"},
            {"s": "-"},
            {"h": "-"},
            {"bh": "-"},
            {"a": "-"},
        ],
    )
    def test_wrong_tags(self, tags: dict[str, str]) -> None:
        zone = ZoneResolver(SELLER.line())
        [result] = check_signatures(SELLER.sign(MAIL, **tags), zone, NOW)
        assert result.result in ("neutral", "permerror", "fail")
        assert zone.queries == []

    @pytest.mark.parametrize("value", [b"", b";", b"x", b"v=1; v=1", b"=", b"\xff=1", b"v=1;;a=b", b"v=1; =x"])
    def test_fields_that_are_no_tag_list(self, value: bytes) -> None:
        [result] = check(b"DKIM-Signature: " + value + b"\r\n" + MAIL)
        assert result.result in ("neutral", "permerror")

    def test_names_are_taken_in_any_case_and_as_u_labels(self) -> None:
        assert outcome(SELLER.sign(MAIL, d="SELLER.example", s="S1"))[0] == "pass"
        signer = Signer("xn--bcher-kva.example")
        assert outcome(signer.sign(MAIL, d="bücher.example"), signer)[0] == "pass"


class TestSeveral:
    """Newest first, at most ten."""

    def test_the_order_is_that_of_the_header(self) -> None:
        other = Signer("list.example", key=ed25519_key())
        raw = other.sign(SELLER.sign(MAIL))
        assert [one.domain for one in check(raw, SELLER, other)] == ["list.example", "seller.example"]
        assert {one.result for one in check(raw, SELLER, other)} == {"pass"}

    def test_a_bad_one_on_top_hides_no_good_one(self) -> None:
        raw = b"DKIM-Signature: v=1; rubbish\r\n" + SELLER.sign(MAIL)
        assert [one.result for one in check(raw)] == ["neutral", "pass"]

    def test_only_the_topmost_ten_are_looked_at(self) -> None:
        forged = SELLER.sign(MAIL, d="bank.example").partition(b"\r\n")[0] + b"\r\n"
        zone = ZoneResolver(SELLER.line())
        results = check_signatures(forged * 500 + SELLER.sign(MAIL), zone, NOW)
        assert len(results) == MOST_SIGNATURES
        assert all(one.result != "pass" for one in results)
        assert len(zone.queries) <= MOST_SIGNATURES

    def test_several_records_under_one_selector(self) -> None:
        zone = ZoneResolver(SELLER.line()).add(SELLER.name, "TXT", "v=spf1 -all")
        assert check_signatures(SELLER.sign(MAIL), zone, NOW)[0].result == "pass"


class TestCoverage:
    """Which fields the signature vouches for (SECURITY P4)."""

    def test_a_second_field_of_a_name_is_not_covered(self) -> None:
        [result] = check(b"To: other@customer.example\r\n" + SELLER.sign(MAIL))
        assert result.result == "pass"
        assert "to" not in result.signed_fields
        assert "cc" in result.signed_fields

    def test_a_field_that_was_not_signed_is_not_covered(self) -> None:
        [result] = check(SELLER.sign(MAIL, fields=("From", "To", "Subject")))
        assert result.result == "pass"
        assert set(result.signed_fields) == {"from", "to", "subject"}


class TestTrouble:
    """Only DNS defers, and only where its answer is needed."""

    def test_a_key_that_cannot_be_had_for_now(self) -> None:
        zone = ZoneResolver().add(SELLER.name, "TXT", FAILS)
        assert check_signatures(SELLER.sign(MAIL), zone, NOW)[0].result == "temperror"

    @pytest.mark.parametrize("tags", [{"l": "5"}, {"x": "1"}, {"a": "rsa-sha1"}, {"bh": "AAAA"}])
    def test_a_signature_that_is_refused_anyway_asks_nothing(self, tags: dict[str, str]) -> None:
        zone = ZoneResolver().add(SELLER.name, "TXT", FAILS)
        assert check_signatures(SELLER.sign(MAIL, **tags), zone, NOW)[0].result in ("policy", "fail")
        assert zone.queries == []


@pytest.mark.parametrize(
    "value",
    [
        b" v=1; b=A" + b" " * 60_000 + b"!",
        b" v=1; b" + b"\r\n " * 20_000 + b"!",
        b" v=1; a=rsa-sha256; d=seller.example; s=s1; bh=" + b"A " * 30_000 + b"; b=AAAA; h=from",
        b";" * 60_000,
        b"a=b;" * 15_000,
    ],
)
def test_hostile_white_space_is_linear(value: bytes) -> None:
    raw = (b"DKIM-Signature:" + value + b"\r\n") * 4 + MAIL
    started = time.perf_counter()
    assert all(one.result != "pass" for one in check(raw))
    assert time.perf_counter() - started < 1


def test_a_huge_list_of_names_is_linear() -> None:
    names = tuple(f"x{number}" for number in range(9_000))
    raw = SELLER.sign(MAIL, fields=("from", *names, *["received"] * 500))
    raw = b"".join(b"X-%d: y\r\n" % number for number in range(900)) + raw
    started = time.perf_counter()
    assert outcome(raw)[0] == "pass"
    assert time.perf_counter() - started < 0.5


def test_the_kit_signs_what_passes() -> None:
    assert outcome(signed_mail(SELLER, html="<p>Hello</p>"))[0] == "pass"
