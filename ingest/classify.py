"""Step 2: what kind of message it is (RULES R8a, R14, R15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from accounts.asks import Asks, asked_by, expects_forwarder, is_inside
from ingest.authenticate import RECEIVED
from ingest.inbound import Inbound
from ingest.letter import Kind, Mail
from ingest.reader import Reader
from ingest.returned import heard_in
from linking.decision import Step
from linking.parties import Addressed, Whose
from linking.rule import Rule
from mail.address import address_key
from mail.message import Address, Automatic, ParsedMessage
from mailauth.results import Proof, Verdict

FROM_OUTSIDE: Final = frozenset({Asks.INSIDE, Asks.FORWARDED})
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
    mail = Mail(
        inbound=inbound,
        message=message,
        proof=proof,
        recipients=look.recipients(inbound.envelope.forward_paths, inbound.received_at),
        author=look.standing(from_key) if from_key else None,
        whose=look.whose(keys | ({from_key} if from_key else frozenset())),
    )
    return replace(mail, is_returning=True) if _is_returning(look, mail) else mail


def classify(mail: Mail) -> Kind:
    """Answer the first kind of R14 that fits."""
    if mail.message.automatic is Automatic.DSN:
        return Kind.DSN
    if mail.message.automatic:
        return Kind.AUTOMATIC
    if mail.is_returning:
        return Kind.RETURNING
    if not is_from_user(mail):
        # R15: a customer who forwards somebody's mail stays its sender.
        return Kind.REDIRECT if is_passed_on(mail) else Kind.COPY
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


def is_passed_on(mail: Mail) -> bool:
    """Tell whether an outsider's mail came on from a mailbox, or from the company's own server (R8a, R56)."""
    asks = {asked_by(one, mail.author) for one in mail.recipients} if mail.inbound.origin in RECEIVED else set()
    return bool(asks & FROM_OUTSIDE) or (Asks.GATEWAY in asks and not is_inside(mail.author))


def _is_returning(look: Reader, mail: Mail) -> bool:
    """Tell whether an author's mailbox forwards to him what he sent himself and is here already (R14.3)."""
    author, message_id = mail.author, mail.message.message_id
    if author is None or author.user_id is None or message_id is None or not expects_forwarder(mail.recipients):
        return False
    return is_from_user(mail) and look.sent_before(author.user_id, message_id, mail.inbound.id)


def step_of(kind: Kind, mail: Mail) -> Step:
    """Say what kind it is."""
    args: dict[str, str] = {}
    if kind is Kind.AUTOMATIC:
        args = {"automatic": str(mail.message.automatic)}
    elif kind is Kind.DSN:
        args = {"heard": heard_in(mail.inbound.raw)}
    return Step(step="classify", outcome=str(kind), rule=RULES[kind], args=args)


def _recipients(mail: Mail) -> tuple[Address, ...]:
    return (*mail.message.to, *mail.message.cc)


def _is_dropbox(mail: Mail, address: Address) -> bool:
    return mail.whose.get(address_key(address.address)) is Whose.DROPBOX


def _was_sent_to_us_alone(mail: Mail) -> bool:
    """Tell whether the dropbox is the only recipient, in the header or, where that names nobody, in the envelope."""
    return bool(_recipients(mail)) or bool(mail.inbound.envelope.forward_paths)
