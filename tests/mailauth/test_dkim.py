"""Signatures one by one: what passes, and everything that must not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailauth.dkim import MOST_SIGNATURES, check_signatures
from mailauth.results import DkimResult
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.signing import SIGNED, PrivateKey, Signer, ed25519_key, rsa_key, signed_mail
from tests.kit.worst import SIGNATURES

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


@pytest.mark.timeout(30)
@pytest.mark.parametrize("value", SIGNATURES)
def test_hostile_white_space_is_no_signature(value: bytes) -> None:
    raw = (b"DKIM-Signature:" + value + b"\r\n") * 4 + MAIL
    assert all(one.result != "pass" for one in check(raw))


@pytest.mark.timeout(30)
def test_a_huge_list_of_names_is_read() -> None:
    names = tuple(f"x{number}" for number in range(9_000))
    raw = SELLER.sign(MAIL, fields=("from", *names, *["received"] * 500))
    raw = b"".join(b"X-%d: y\r\n" % number for number in range(900)) + raw
    assert outcome(raw)[0] == "pass"


def test_the_kit_signs_what_passes() -> None:
    assert outcome(signed_mail(SELLER, html="<p>Hello</p>"))[0] == "pass"
