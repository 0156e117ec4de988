"""After the dot: every way from a proof to a reply."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.asks import ANYBODY, Asks
from mail.shape import ShapeFault
from mailauth.results import DkimResult, DmarcResult, SpfResult, Verdict
from smtpd import replies
from smtpd.framing import Fault
from smtpd.policy.data import DoorFacts, check_framing, check_loop, check_shape, decide, is_given_up, refuse_unproved
from smtpd.reply import Reply
from tests.kit.door import a_proof

OURS = "a" * 26
RECEIVED = b"Received: from a.example by b.example id 4XyZ; Tue, 3 Mar 2026 10:20:30 +0000\r\n"
REJECT = DmarcResult(result="fail", policy="reject", domain="seller.example")
MONITOR = DmarcResult(result="fail", policy="none", domain="seller.example")


def spf(result: str) -> SpfResult:
    return SpfResult(result=result, domain="seller.example", counts=False, reason="")


def dkim(result: str, *, aligned: bool = True) -> DkimResult:
    return DkimResult(
        result=result,
        domain="x.example",
        selector="s",
        algorithm="rsa-sha256",
        aligned=aligned,
        counts=False,
        reason="",
    )


@pytest.mark.parametrize(
    ("fault", "reply"),
    [
        (None, None),
        (Fault.BARE_LINE_END, replies.BARE_LINE_END),
        (Fault.TOO_LONG, replies.LINE_TOO_LONG),
        (Fault.TOO_BIG, replies.TOO_BIG),
        (Fault.ENDLESS, replies.TOO_MUCH_DATA),
    ],
)
def test_framing(fault: Fault | None, reply: Reply | None) -> None:
    assert check_framing(fault) is reply


@pytest.mark.parametrize("fault", list(ShapeFault))
def test_shape(fault: ShapeFault) -> None:
    assert check_shape(fault) is (replies.BAD_FROM if fault.kind == "from" else replies.BAD_CONTENT)
    assert check_shape(None) is None


@pytest.mark.parametrize(
    ("raw", "reply"),
    [
        (b"From: a@b.example\r\n\r\n" + RECEIVED * 40, None),
        (RECEIVED * 30 + b"\r\n", None),
        (RECEIVED * 31 + b"\r\n", replies.LOOP),
        (b"RECEIVED: from a\r\n by b id\r\n " + OURS.upper().encode() + b"; date\r\n\r\n", replies.LOOP),
        (b"Received: from a by b id " + OURS.encode() + b"x; date\r\n\r\n", None),
        (b"Subject: id " + OURS.encode() + b"\r\n\r\n", None),
        (b"", None),
        (b"x" * 600_000, None),
    ],
)
def test_loop(raw: bytes, reply: Reply | None) -> None:
    assert check_loop(raw, lambda text: text == OURS) is reply


def test_trouble_counts_as_nothing_published_after_four_hours() -> None:
    assert not is_given_up(timedelta(hours=4))
    assert is_given_up(timedelta(hours=4, seconds=1))


@pytest.mark.parametrize(
    ("evidence", "reply"),
    [
        ({}, replies.NO_PASSING_SIGNATURE),
        ({"spf": spf("neutral")}, replies.NO_PASSING_SIGNATURE),
        ({"spf": spf("fail")}, replies.SPF_FAILED),
        ({"spf": spf("softfail"), "dmarc": MONITOR}, replies.SPF_FAILED),
        ({"dkim": (dkim("fail"),)}, replies.NO_PASSING_SIGNATURE),
        ({"spf": spf("fail"), "dkim": (dkim("fail"),)}, replies.FAILED_CHECKS),
        ({"dmarc": REJECT}, replies.FAILED_CHECKS),
        ({"dmarc": REJECT, "dkim": (dkim("pass", aligned=False),)}, replies.FAILED_CHECKS),
        ({"dkim": (dkim("pass", aligned=False),)}, replies.NO_AUTHOR_SIGNATURE),
        ({"dkim": (dkim("policy"),), "dmarc": REJECT}, replies.NO_AUTHOR_SIGNATURE),
        ({"dkim": (dkim("fail"),) * 10, "dmarc": REJECT}, replies.NO_PASSING_SIGNATURE),
    ],
)
def test_what_failed_is_said(evidence: dict[str, Any], reply: Reply) -> None:
    proof = a_proof(Verdict.UNPROVED, **evidence)
    assert refuse_unproved(proof) is reply
    assert decide(proof, DoorFacts(unprovable_senders="hold", approved=True)) is reply


def test_temporary_trouble_defers_whatever_the_policy() -> None:
    for asks in Asks:
        facts = DoorFacts(unprovable_senders="refuse", unapproved_senders="refuse", asks=frozenset({asks}))
        assert decide(a_proof(Verdict.DEFERRED), facts) is replies.CANNOT_TELL_YET


def test_who_publishes_nothing_is_kept_or_refused_as_the_company_says() -> None:
    proof = a_proof(Verdict.UNPROVED, publishes_nothing=True)
    assert decide(proof, DoorFacts()) is None
    assert decide(proof, DoorFacts(unprovable_senders="refuse")) is replies.UNPROVABLE


def test_a_forged_from_does_not_tell_who_is_approved() -> None:
    proof = a_proof(Verdict.UNPROVED, publishes_nothing=True)
    assert decide(proof, DoorFacts(unapproved_senders="refuse")) is None
    forged = a_proof(Verdict.UNPROVED)
    answers = {
        decide(forged, DoorFacts(asks=frozenset({asks}), approved=known, unapproved_senders=policy))
        for asks in (Asks.APPROVED, Asks.INSIDE)
        for known in (True, False)
        for policy in ("hold", "refuse")
    }
    assert answers == {replies.NO_PASSING_SIGNATURE}


INSIDE, FORWARDED, GATEWAY = (frozenset({one}) for one in (Asks.INSIDE, Asks.FORWARDED, Asks.GATEWAY))


@pytest.mark.parametrize(
    ("facts", "reply"),
    [
        (DoorFacts(approved=True), None),
        (DoorFacts(), None),
        (DoorFacts(unapproved_senders="refuse"), replies.NOT_APPROVED),
        (DoorFacts(unapproved_senders="refuse", approved=True), None),
        (DoorFacts(asks=INSIDE), replies.OUTSIDER),
        (DoorFacts(asks=INSIDE, confirms_forwarding=True), None),
        (DoorFacts(asks=FORWARDED, unapproved_senders="refuse"), None),
        (DoorFacts(asks=GATEWAY, unapproved_senders="refuse"), None),
        (DoorFacts(asks=ANYBODY | INSIDE), replies.OUTSIDER),
        (DoorFacts(asks=ANYBODY | FORWARDED, unapproved_senders="refuse"), replies.NOT_APPROVED),
        (DoorFacts(asks=INSIDE | FORWARDED), replies.OUTSIDER),
    ],
)
def test_proved_senders(facts: DoorFacts, reply: Reply | None) -> None:
    assert decide(a_proof(), facts) is reply


@pytest.mark.parametrize("publishes_nothing", [True, False])
def test_what_a_mailbox_or_the_gateway_passes_on_is_never_refused(publishes_nothing: bool) -> None:
    """A refusal would bounce to the customer (R8a, R56)."""
    proof = a_proof(Verdict.UNPROVED, publishes_nothing=publishes_nothing, dmarc=REJECT)
    for asks in (FORWARDED, GATEWAY, FORWARDED | GATEWAY):
        assert decide(proof, DoorFacts(asks=asks, unprovable_senders="refuse", unapproved_senders="refuse")) is None


def test_a_look_alike_confirmation_opens_no_personal_address() -> None:
    proof = a_proof(Verdict.UNPROVED, publishes_nothing=True)
    assert decide(proof, DoorFacts(asks=INSIDE, confirms_forwarding=True)) is replies.OUTSIDER


def test_weak_mail_is_kept_where_nothing_is_refused_for_want_of_proof() -> None:
    facts = DoorFacts(unprovable_senders="weak", unapproved_senders="refuse", approved=True)
    assert decide(a_proof(Verdict.WEAK, publishes_nothing=True), facts) is None
