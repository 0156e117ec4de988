"""Signatures that must not pass, however good their cryptography."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mailauth.dkim import check_signatures
from mailauth.results import DkimResult
from tests.kit.mails import a_message
from tests.kit.resolver import ZoneResolver
from tests.kit.signing import Signer, ed25519_key, rsa_key, small_rsa_key

NOW = datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
STAMP = int(NOW.timestamp())
SELLER = Signer("seller.example")
MAIL = a_message(subject="Offer", cc="boss@seller.example")


def check(raw: bytes, *signers: Signer, now: datetime = NOW) -> tuple[DkimResult, ...]:
    return check_signatures(raw, ZoneResolver("".join(signer.line() for signer in signers or (SELLER,))), now)


def outcome(raw: bytes, *signers: Signer, now: datetime = NOW) -> tuple[str, str]:
    [result] = check(raw, *signers, now=now)
    return result.result, result.reason


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
        assert outcome(SELLER.sign(MAIL, x="9" * 40))[0] == "pass"
        assert outcome(SELLER.sign(MAIL, x="0" * 40 + "1"))[0] == "policy"
        assert outcome(SELLER.sign(MAIL, t=str(STAMP + 60), x=str(STAMP + 30)))[0] == "neutral"
        late = NOW + timedelta(seconds=2)
        assert outcome(SELLER.sign(MAIL, x=str(STAMP)), now=late)[0] == "policy"

    def test_dated_in_the_future(self) -> None:
        assert outcome(SELLER.sign(MAIL, t=str(STAMP + 3_600)))[0] == "pass"
        assert outcome(SELLER.sign(MAIL, t=str(STAMP + 3_601)))[0] == "policy"
        assert outcome(SELLER.sign(MAIL, t=str(STAMP - 10_000_000)))[0] == "pass"
        assert outcome(SELLER.sign(MAIL, t="9" * 40))[0] == "policy"

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
            {"x": "soon"},
            {"x": "1.5"},
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
