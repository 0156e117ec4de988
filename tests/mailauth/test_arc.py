"""ARC chains: when one holds, and everything that breaks it (RFC 8617)."""

from __future__ import annotations

import re
from collections.abc import Callable

import dkim
import pytest

from mailauth.arc import Chain, check_chain
from mailauth.arriving import ArrivingBody, header_part
from mailauth.dkim import split_mail
from net.budget import BudgetedResolver
from tests.kit.judging import NOW, SELLER
from tests.kit.mails import a_message
from tests.kit.resolver import FAILS, ZoneResolver
from tests.kit.sealing import COVERED, Sealer, a_signer
from tests.kit.signing import Signer, ed25519_key, rsa_key

MAIL = SELLER.sign(a_message(cc="boss@seller.example"))
SEEN = "mx.forwarder.example; dkim=pass header.d=seller.example; dmarc=pass header.from=seller.example"
FIRST = Sealer()
SECOND = Sealer(a_signer("list.example", serial=8))
ONE = FIRST.seal(MAIL, SEEN)
TWO = SECOND.seal(ONE, "list.example; arc=pass; dmarc=fail header.from=seller.example")
LINES = FIRST.signer.line() + SECOND.signer.line()
STAMP = int(NOW.timestamp())


def check(raw: bytes, zone: str | ZoneResolver = LINES) -> Chain:
    resolver = ZoneResolver(zone) if isinstance(zone, str) else zone
    return check_chain(split_mail(raw), resolver, NOW)


def a_chain(length: int) -> bytes:
    raw = MAIL
    for _ in range(length):
        raw = FIRST.seal(raw, SEEN)
    return raw


def test_no_chain_asks_nothing() -> None:
    zone = ZoneResolver(LINES)
    assert check(MAIL, zone) == Chain()
    assert check(b"", zone).result == "none"
    assert check(b"ARC-Thing: i=1; a=b\r\n" + MAIL, zone).result == "none"
    assert zone.queries == []


def test_one_and_two_sets_hold_and_name_their_sealers() -> None:
    assert (check(ONE).result, check(ONE).sealers) == ("pass", ("forwarder.example",))
    assert (check(TWO).result, check(TWO).sealers) == ("pass", ("forwarder.example", "list.example"))
    assert check(TWO).as_result().signed_fields == COVERED


def test_a_field_that_was_added_is_not_covered() -> None:
    found = check(b"Cc: x@evil.example\r\n" + TWO)
    assert found.result == "pass"
    assert set(COVERED) - set(found.covered) == {"cc"}


def test_dkimpy_agrees() -> None:
    def find(name: bytes, timeout: int = 5) -> bytes:
        return next(iter(ZoneResolver(LINES).txt(name.decode())), b"")

    for raw in (ONE, TWO, TWO.replace(b"Hello", b"Hallo"), TWO.replace(b"cv=none", b"cv=pass")):
        expected, _, _ = dkim.ARC(raw).verify(dnsfunc=find)
        assert check(raw).result == (expected or b"fail").decode()


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"])
@pytest.mark.parametrize("key", [rsa_key(1024), rsa_key(), ed25519_key()], ids=["rsa1024", "rsa2048", "ed25519"])
def test_every_form_and_key(canonical: str, key: object) -> None:
    signer = Signer("forwarder.example", key=key)
    raw = Sealer(signer).seal(MAIL, SEEN, canonical=canonical)
    assert check(raw, signer.line()).result == "pass"


def test_message_signature_and_seal_may_be_of_two_domains() -> None:
    other = a_signer("signing.example", serial=8)
    raw = Sealer(FIRST.signer, message_signer=other).seal(MAIL, SEEN)
    assert (check(raw, LINES + other.line()).result, check(raw).result) == ("pass", "fail")
    assert check(raw, LINES + other.line()).sealers == ("forwarder.example",)


def test_a_list_may_break_older_message_signatures_but_not_older_seals() -> None:
    changed = ONE.replace(b"Hello", b"Hallo")
    assert check(SECOND.seal(changed, "list.example; arc=fail")).result == "pass"
    older = re.sub(rb"dmarc=pass", b"dmarc=none", ONE)
    assert check(SECOND.seal(older, "list.example; arc=fail")).reason == "seal 1 is not good"


def test_folds_and_fields_on_top_change_nothing() -> None:
    folded = TWO.replace(b"; d=list.example", b";\r\n\t d=list.example").replace(b"ARC-Seal: i=2", b"arc-seal:  i=2")
    assert check(b"Received: from x by y\r\nX-Spam: no\r\n" + folded).result == "pass"
    assert check(TWO + b"\r\n\r\n").result == "pass"


def test_fifty_sets_and_no_more() -> None:
    zone = ZoneResolver(LINES)
    fifty = a_chain(50)
    assert check(fifty, BudgetedResolver(zone, 1e12)).result == "pass"
    assert len(zone.queries) == 1
    assert check(FIRST.seal(fifty, SEEN)).result == "fail"


Change = Callable[[bytes], bytes]


def replaced(old: bytes, new: bytes) -> Change:
    return lambda raw: raw.replace(old, new, 1)


def without(name: bytes, number: int) -> Change:
    return lambda raw: re.sub(rb"(?m)^" + name + rb": i=%d;.*\r\n" % number, b"", raw, count=1)


def doubled(name: bytes, number: int) -> Change:
    return lambda raw: re.sub(rb"(?m)^(" + name + rb": i=%d;.*\r\n)" % number, rb"\1\1", raw, count=1)


BROKEN: dict[str, tuple[Change, str]] = {
    "body": (replaced(b"Hello", b"Hallo"), "the body was changed after the newest set"),
    "subject": (replaced(b"Subject: Offer", b"Subject: Other"), "the newest message signature is not good"),
    "from": (replaced(b"rita@seller", b"rota@seller"), "the newest message signature is not good"),
    "older results": (replaced(b"dmarc=pass", b"dmarc=none"), "seal 2 is not good"),
    "newer results": (replaced(b"dmarc=fail", b"dmarc=pass"), "seal 2 is not good"),
    "results without i=": (replaced(b"ARC-Authentication-Results: i=2;", b"ARC-Authentication-Results:"), ""),
    "results with i= in another place": (replaced(b"i=2; list.example;", b"list.example; i=2;"), ""),
    "a gap": (lambda raw: raw.replace(b": i=2;", b": i=3;"), "a set is not complete"),
    "zero": (lambda raw: raw.replace(b": i=1;", b": i=0;"), "ARC-Seal has no instance from 1 to 50"),
    "a large number": (lambda raw: raw.replace(b": i=2;", b": i=51;"), "ARC-Seal has no instance from 1 to 50"),
    "a number of another script": (lambda raw: raw.replace(b": i=2;", ": i=٢;".encode()), ""),
    "the first set is gone": (
        lambda raw: without(b"ARC-Seal", 1)(
            without(b"ARC-Message-Signature", 1)(without(b"ARC-Authentication-Results", 1)(raw))
        ),
        "a set is not complete",
    ),
    "claims none": (replaced(b"cv=pass", b"cv=none"), "seal 2 says cv=none"),
    "claims fail": (replaced(b"cv=pass", b"cv=fail"), "seal 2 says cv=fail"),
    "the first claims pass": (replaced(b"cv=none", b"cv=pass"), "seal 1 says cv=pass"),
    "claims rubbish": (replaced(b"cv=pass", b"cv=Pass"), "a seal has no cv="),
    "claims nothing": (replaced(b"cv=pass; ", b""), "a seal has no cv="),
    "h= in a seal": (replaced(b"cv=pass;", b"cv=pass; h=from;"), "a seal has h="),
    "a tag twice": (replaced(b"cv=pass;", b"cv=pass; cv=pass;"), "ARC-Seal is no list of tags"),
    "a tag without a value": (replaced(b"cv=pass;", b"cv=pass;;"), "ARC-Seal is no list of tags"),
    "no domain": (replaced(b"d=list.example; ", b""), ""),
    "no name as domain": (replaced(b"d=list.example", b"d=list example"), ""),
    "another domain": (replaced(b"d=list.example", b"d=forwarder.example"), "seal 2 is not good"),
    "an empty selector": (replaced(b"s=arc", b"s="), ""),
    "an empty signature": (lambda raw: re.sub(rb"b=[A-Za-z0-9+/=]{40,}", b"b=", raw, count=1), ""),
    "no base64": (lambda raw: re.sub(rb"b=[A-Za-z0-9+/=]{40,}", b"b=*", raw, count=1), ""),
} | {
    f"{what.__name__} {name.decode()} {number}": (what(name, number), "")
    for what in (without, doubled)
    for name in (b"ARC-Seal", b"ARC-Message-Signature", b"ARC-Authentication-Results")
    for number in (1, 2)
}


@pytest.mark.parametrize(("change", "reason"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_a_chain(change: Change, reason: str) -> None:
    raw = change(TWO)
    assert raw != TWO
    found = check(raw)
    assert (found.result, found.undecided) == ("fail", False)
    assert not reason or found.reason == reason


@pytest.mark.parametrize(
    ("signature_tags", "seal_tags"),
    [
        ({"l": "10"}, {}),
        ({"x": str(STAMP - 1)}, {}),
        ({"t": str(STAMP + 7200)}, {}),
        ({"t": ""}, {}),
        ({"t": "12 345"}, {}),
        ({}, {"t": "12 345"}),
        ({"a": "rsa-sha1"}, {}),
        ({}, {"a": "rsa-sha1"}),
        ({}, {"a": ""}),
        ({"h": "to:subject"}, {}),
        ({"h": "from:arc-seal"}, {}),
        ({"bh": "AAAA"}, {}),
        ({"bh": "*"}, {}),
        ({"H": "from", "h": "-"}, {}),
    ],
)
def test_tags_that_break_it(signature_tags: dict[str, str], seal_tags: dict[str, str]) -> None:
    raw = FIRST.seal(MAIL, SEEN, signature_tags=signature_tags, seal_tags=seal_tags)
    assert check(raw).result == "fail"


def test_tags_that_do_not() -> None:
    tags = {"t": str(STAMP), "x": str(STAMP + 60)}
    assert check(FIRST.seal(MAIL, SEEN, signature_tags=tags, seal_tags={"t": "1", "w": "unknown"})).result == "pass"
    assert check(FIRST.seal(MAIL, SEEN, covered=("from", "", "mime-version", "x-none"))).result == "pass"


@pytest.mark.parametrize(
    "record",
    ["v=DKIM1; p=", "v=DKIM1; p=AAAA", "v=DKIM2; p=" + "A" * 40, "rubbish", FIRST.signer.record + "; t=y"],
)
def test_keys_that_are_none(record: str) -> None:
    assert check(ONE, f"{FIRST.signer.name} TXT {record}").result == "fail"


def test_another_s_key_a_small_key_and_no_key() -> None:
    stranger = Signer("forwarder.example", selector="arc", key=rsa_key(serial=9))
    assert check(ONE, stranger.line()).result == "fail"
    assert check(ONE, stranger.line() + FIRST.signer.line()).result == "pass"
    assert check(ONE, "").reason == "the newest message signature has no key"


def test_a_failing_look_up_leaves_it_undecided() -> None:
    assert check(ONE, ZoneResolver().add(FIRST.signer.name, "TXT", FAILS)).undecided
    spent = BudgetedResolver(ZoneResolver(LINES), 1e12, questions=0)
    found = check_chain(split_mail(ONE), spent, NOW)
    assert (found.result, found.undecided) == ("fail", False)


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple", "-"])
def test_a_large_body_that_was_hashed_while_it_arrived(canonical: str) -> None:
    policy = {"simple": "simple/simple", "-": "relaxed/relaxed"}.get(canonical, canonical)
    mail = a_message(text="A long text, \t with odd  spaces \n\n" * 3_000)
    raw = FIRST.seal(mail, SEEN, canonical=policy, signature_tags={"c": canonical})
    for content, result in ((raw, "pass"), (raw + b"x\r\n", "fail")):
        body = ArrivingBody()
        for start in range(0, len(content), 5_000):
            body.feed(content[start : start + 5_000])
        hashes = body.hashes()
        assert hashes is not None
        head = header_part(content)
        assert check_chain(split_mail(head, hashes), ZoneResolver(LINES), NOW).result == result


def test_what_cannot_hold_asks_nothing() -> None:
    zone = ZoneResolver(LINES)
    for raw in (TWO.replace(b"Hello", b"Hallo"), TWO.replace(b"cv=pass", b"cv=fail"), without(b"ARC-Seal", 1)(TWO)):
        check(raw, zone)
    assert zone.queries == []
