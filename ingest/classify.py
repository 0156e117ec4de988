"""Step 2: what kind of message it is (RULES R14, R15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ingest.inbound import Inbound
from ingest.letter import Kind, Mail
from ingest.reader import Reader
from linking.decision import Step
from linking.parties import Addressed, Whose
from linking.rule import Rule
from mail.address import address_key
from mail.message import Address, Automatic, ParsedMessage
from mailauth.results import Proof, Verdict

RULES: Final[Mapping[Kind, Rule]] = {
    Kind.DSN: Rule.DSN,
    Kind.AUTOMATIC: Rule.AUTOMATIC,
    Kind.RETURNING: Rule.RETURNING,
    Kind.COPY: Rule.COPY,
    Kind.VISIBLE: Rule.VISIBLE,
    Kind.FORWARD: Rule.FORWARD,
    Kind.REDIRECT: Rule.REDIRECT,
    Kind.NOTE: Rule.NOTE,
}


def look_up(look: Reader, inbound: Inbound, message: ParsedMessage, proof: Proof) -> Mail:
    """Put together what the first steps decide on."""
    keys = Addressed(from_=message.from_, to=message.to, cc=message.cc).keys()
    from_key = address_key(proof.from_address)
    return Mail(
        inbound=inbound,
        message=message,
        proof=proof,
        recipients=look.recipients(inbound.envelope.forward_paths, inbound.received_at),
        author=look.standing(from_key) if from_key else None,
        whose=look.whose(keys | ({from_key} if from_key else frozenset())),
    )


def classify(mail: Mail) -> Kind:
    """Answer the first kind of R14 that fits."""
    if mail.message.automatic is Automatic.DSN:
        return Kind.DSN
    if mail.message.automatic:
        return Kind.AUTOMATIC
    if not is_from_user(mail):
        # R15: a customer who forwards somebody's mail stays its sender.
        return Kind.COPY
    others = [one for one in _recipients(mail) if not _is_dropbox(mail, one)]
    if others:
        return Kind.VISIBLE if len(others) < len(_recipients(mail)) else Kind.COPY
    if mail.message.forwarded and _was_sent_to_us_alone(mail):
        return Kind.FORWARD
    return Kind.NOTE


def is_from_user(mail: Mail) -> bool:
    """Tell whether From is an approved user's; in a file only a signature that verifies says so (R14a)."""
    from_us = mail.whose.get(address_key(mail.from_key)) is Whose.US
    if mail.inbound.origin == "upload":
        return from_us and mail.proof.verdict is Verdict.PROVED
    # R52: who has left was a user when the mail came.
    return (mail.author is not None and mail.author.approved) or (mail.inbound.cause == "replay" and from_us)


def step_of(kind: Kind, mail: Mail) -> Step:
    """Say what kind it is."""
    args = {"automatic": str(mail.message.automatic)} if kind is Kind.AUTOMATIC else {}
    return Step(step="classify", outcome=str(kind), rule=RULES[kind], args=args)


def _recipients(mail: Mail) -> tuple[Address, ...]:
    return (*mail.message.to, *mail.message.cc)


def _is_dropbox(mail: Mail, address: Address) -> bool:
    return mail.whose.get(address_key(address.address)) is Whose.DROPBOX


def _was_sent_to_us_alone(mail: Mail) -> bool:
    """Tell whether the dropbox is the only recipient, in the header or, where that names nobody, in the envelope."""
    return bool(_recipients(mail)) or bool(mail.inbound.envelope.forward_paths)
