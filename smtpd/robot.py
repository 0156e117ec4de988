"""The robot at the door: no company until the sender is known, then his; others are refused as anywhere (R51)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from accounts.addresses import AddressKind, Recipient
from mail.address import address_key
from mailauth.results import Proof
from mailauth.verdict import without_chain
from smtpd import replies
from smtpd.policy.data import DoorFacts, decide
from smtpd.reply import Reply
from smtpd.transaction import NO_COMPANY, Transaction

THE_ROBOT: Final = Recipient(
    company_id=NO_COMPANY,
    bcc_address_id=0,
    kind=AddressKind.ROBOT,
    user_id=None,
    record_id=None,
    address="",
)


class KnowsSenders(Protocol):
    """What of `smtpd.directory.Directory` is asked here."""

    def company_of(self, address_key: str) -> int | None: ...


def within(recipient: Recipient, company_id: int) -> Recipient | None:
    """Answer the recipient as somebody of that company reaches it, None where it is another's."""
    if recipient.kind is AddressKind.ROBOT:
        return replace(recipient, company_id=company_id)
    return recipient if recipient.company_id == company_id else None


def weigh_for_robot(proof: Proof, transaction: Transaction, directory: KnowsSenders) -> Reply | Proof:
    """Take mail of an approved sender who is proved, for his company; nobody else hears that there is a robot.

    He writes to it himself: no forwarder is expected in between (RULES R8a).
    """
    proof = without_chain(proof)
    company_id = directory.company_of(address_key(proof.from_address)) if proof.from_address else None
    facts = DoorFacts(unprovable_senders="refuse", unapproved_senders="refuse", approved=company_id is not None)
    if (refusal := decide(proof, facts)) is not None:
        return refusal
    if company_id is None:
        return replies.NOT_APPROVED
    transaction.settle(company_id)
    return proof
