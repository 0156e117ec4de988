"""Weighing: what a proof is worth at these addresses, in the order of RULES R8, R8a, R9; `explain` weighs here too.

The forwarder's word first, where one was expected; then trouble with look-ups that lasts too long; then what a
company takes without proof. What is left is the policy's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from accounts.addresses import AddressKind, Recipient
from accounts.asks import Asks, all_asked, by_own_address, expects_forwarder
from linking.parties import Addressed
from mail.address import address_key, domain_of
from mail.forwarding_service import find_service
from mail.message import Automatic
from mail.parse import parse
from mailauth.arriving import header_part
from mailauth.results import Proof, Verdict
from mailauth.verdict import given_up, without_chain
from mailauth.weak import can_be_weak, weakened
from smtpd import replies
from smtpd.directory import SenderFacts
from smtpd.policy.data import DoorFacts, decide, is_given_up
from smtpd.reply import Reply

LARGEST_CONFIRMATION: Final = 256 * 1024
"""Octets; a forwarding service asks in a few lines."""


class KnowsSenders(Protocol):
    """What of `smtpd.directory.Directory` is asked here."""

    def sender_facts(self, company_id: int, address_key: str, domain: str) -> SenderFacts: ...
    def note_trouble(self, domain: str, now: datetime) -> timedelta: ...
    def clear_trouble(self, domain: str) -> None: ...
    def forwards_here(self, company_id: int, user_id: int) -> bool: ...
    def gateway_keeps(self, company_id: int, fields: Addressed) -> bool: ...
    def take_weak(self, company_id: int, address_key: str, now: datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Weighed:
    """The proof as it counts here, to keep with the mail; `reply` refuses, defers or lets go, None keeps it."""

    proof: Proof
    reply: Reply | None


def weigh(
    proof: Proof,
    raw: bytes,
    company_id: int,
    recipients: Collection[Recipient],
    directory: KnowsSenders,
    now: datetime,
) -> Weighed:
    """Answer what becomes of a mail of good shape."""
    if _is_let_go(raw, company_id, recipients, directory):
        return Weighed(proof, replies.NOT_KEPT)
    key, domain = address_key(proof.from_address), domain_of(proof.from_address)
    known = directory.sender_facts(company_id, key, domain)
    proof = _as_forwarded(proof, company_id, known, recipients, directory)
    if proof.verdict is Verdict.DEFERRED:
        proof = given_up(proof) if is_given_up(directory.note_trouble(domain, now)) else proof
    else:
        if known.in_trouble:
            directory.clear_trouble(domain)
        if _may_be_weak(proof, known, recipients) and directory.take_weak(company_id, key, now):
            # Never of a domain that was given up: nobody knows what it publishes.
            proof = weakened(proof)
    asks = all_asked(recipients, known.standing)
    facts = DoorFacts(
        unprovable_senders=known.policies.unprovable_senders,
        unapproved_senders=known.policies.unapproved_senders,
        asks=asks,
        approved=known.standing is not None and known.standing.approved,
        confirms_forwarding=Asks.INSIDE in asks and confirms_forwarding(proof, raw),
    )
    return Weighed(proof, decide(proof, facts))


def _is_let_go(raw: bytes, company_id: int, recipients: Collection[Recipient], directory: KnowsSenders) -> bool:
    """R56: before it is stored, of a mail for the gateway alone; nothing but its addresses is read."""
    if not recipients or any(one.kind is not AddressKind.GATEWAY for one in recipients):
        return False
    header = parse(header_part(raw))
    return not directory.gateway_keeps(company_id, Addressed(from_=header.from_, to=header.to, cc=header.cc))


def confirms_forwarding(proof: Proof, raw: bytes) -> bool:
    """Tell whether a known forwarding service, proved by its signature, asks to confirm an address (RULES R18)."""
    if not any(one.counts for one in proof.dkim) or len(raw) > LARGEST_CONFIRMATION:
        return False
    return find_service(proof.from_address) is not None and parse(raw).automatic is Automatic.FORWARDING_CONFIRMATION


def _as_forwarded(
    proof: Proof, company_id: int, known: SenderFacts, recipients: Collection[Recipient], directory: KnowsSenders
) -> Proof:
    """Let a forwarder's word count where the owner of the address, or the author himself, expected him."""
    if proof.otherwise is None or expects_forwarder(recipients):
        return proof
    author = known.standing
    if author is None or author.user_id is None or not author.approved:
        return without_chain(proof)
    return proof if directory.forwards_here(company_id, author.user_id) else without_chain(proof)


def _may_be_weak(proof: Proof, known: SenderFacts, recipients: Collection[Recipient]) -> bool:
    return (
        can_be_weak(proof)
        and known.policies.unprovable_senders == "weak"
        and by_own_address(recipients, known.standing)
    )
