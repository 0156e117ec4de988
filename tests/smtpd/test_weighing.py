"""What a proof is worth at an address: forwarders, look-ups that fail for hours, weak mail (RULES R8, R8a, R9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from accounts.addresses import Recipient
from accounts.policies import CompanyPolicies
from mailauth.results import DkimResult, Judgement, Method, Proof, Verdict
from smtpd import replies
from smtpd.weighing import LARGEST_CONFIRMATION, Weighed, confirms_forwarding, weigh
from tests.kit.door import APPROVED, DOMAIN, PlainDirectory, a_proof
from tests.kit.mails import a_message

NOW: Final = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
CARL: Final = "carl@customer.example"
UNPROVED: Final = Judgement(verdict=Verdict.UNPROVED, sentence="nothing else")


class Watched(PlainDirectory):
    """Remembers which domains' look-ups were noted, and how many weak mails were counted."""

    def __init__(self, **policies: str) -> None:
        super().__init__()
        self.policies = CompanyPolicies.model_validate(policies)
        self.weak = 0

    def take_weak(self, company_id: int, address_key: str, now: datetime) -> bool:
        self.weak += 1
        return True


def at_ritas(proof: Proof, directory: PlainDirectory, raw: bytes = b"") -> Weighed:
    recipient = directory.recipient(f"rita@{DOMAIN}")
    assert isinstance(recipient, Recipient)
    return weigh(proof, raw, 1, [recipient], directory, NOW)


def a_chain(verdict: Verdict, sender: str = CARL) -> Proof:
    return a_proof(verdict, from_address=sender, method=Method.ARC, otherwise=UNPROVED)


def test_a_chain_counts_where_the_forwarder_was_expected() -> None:
    directory = Watched()
    assert at_ritas(a_chain(Verdict.PROVED), directory).proof.verdict is Verdict.UNPROVED
    assert at_ritas(a_chain(Verdict.PROVED, APPROVED), directory).proof.verdict is Verdict.UNPROVED
    directory.forwarding = True
    for sender in (CARL, APPROVED):
        weighed = at_ritas(a_chain(Verdict.PROVED, sender), directory)
        assert (weighed.proof.verdict, weighed.proof.method, weighed.reply) == (Verdict.PROVED, Method.ARC, None)


def test_the_authors_own_forwarder_counts_at_every_address() -> None:
    directory = Watched()
    directory.forwarding = True
    recipient = directory.recipient(f"all@{DOMAIN}")
    assert recipient is not None
    found = {
        sender: weigh(a_chain(Verdict.PROVED, sender), b"", 1, [recipient], directory, NOW)
        for sender in (CARL, APPROVED)
    }
    assert found[APPROVED].reply is None
    assert found[CARL].proof.verdict is Verdict.UNPROVED


def test_trouble_with_a_strangers_seal_puts_nobody_off() -> None:
    directory = Watched()
    weighed = at_ritas(a_chain(Verdict.DEFERRED), directory)
    assert weighed.reply is replies.NO_PASSING_SIGNATURE
    assert directory.trouble == {}
    directory.forwarding = True
    assert at_ritas(a_chain(Verdict.DEFERRED), directory).reply is replies.CANNOT_TELL_YET


def test_a_domain_that_was_given_up_is_never_weak() -> None:
    """Nobody knows what it publishes: whoever can make look-ups fail gains nothing by it."""
    directory = Watched(unprovable_senders="weak")
    directory.trouble["seller.example"] = NOW - timedelta(hours=5)
    weighed = at_ritas(a_proof(Verdict.DEFERRED), directory)
    assert (weighed.proof.verdict, weighed.proof.publishes_nothing, weighed.reply) == (Verdict.UNPROVED, True, None)
    assert directory.weak == 0


def test_weak_mail_is_counted_where_it_is_taken_alone() -> None:
    directory = Watched(unprovable_senders="weak")
    nothing = a_proof(Verdict.UNPROVED, publishes_nothing=True)
    for proof in (a_proof(), a_proof(Verdict.UNPROVED), replace(nothing, from_address=CARL)):
        at_ritas(proof, directory)
    assert directory.weak == 0
    assert at_ritas(nothing, directory).proof.verdict is Verdict.WEAK
    assert directory.weak == 1


GOOGLE: Final = "forwarding-noreply@google.com"
SIGNED: Final = DkimResult(
    result="pass", domain="google.com", selector="s", algorithm="rsa-sha256", aligned=True, counts=True, reason=""
)
ASKS: Final = a_message(from_=GOOGLE, subject="(#123456) Gmail Forwarding Confirmation", text="Say yes.\n")


@pytest.mark.parametrize(
    ("proof", "raw", "asks"),
    [
        (a_proof(from_address=GOOGLE, dkim=(SIGNED,)), ASKS, True),
        (a_proof(from_address=GOOGLE), ASKS, False),
        (a_proof(from_address=CARL, dkim=(SIGNED,)), ASKS, False),
        (a_proof(from_address=GOOGLE, dkim=(SIGNED,)), a_message(from_=GOOGLE, subject="News"), False),
        (a_proof(from_address=GOOGLE, dkim=(SIGNED,)), ASKS + b"x" * LARGEST_CONFIRMATION, False),
    ],
)
def test_a_confirmation_is_a_small_mail_that_the_service_signed(proof: Proof, raw: bytes, asks: bool) -> None:
    assert confirms_forwarding(proof, raw) is asks
