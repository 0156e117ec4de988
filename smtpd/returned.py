"""Return addresses of our outbox at the door: only reports and automatic answers, small, without a proof (R8a)."""

from __future__ import annotations

from typing import Final

from accounts.addresses import AddressKind, Recipient
from mail.envelope import NULL_REVERSE_PATH
from mail.message import Automatic
from mail.parse import parse
from mailauth.results import Proof, Verdict
from outbox.return_path import Returned
from smtpd import replies
from smtpd.reply import Reply

LARGEST: Final = 1024 * 1024
"""Octets (RULES R8a): a report holds a few lines, and the header of our mail."""
UNASKED: Final = "It came to a return address of ours, where no sender is asked for a proof."


def as_recipient(returned: Returned, address: str) -> Recipient:
    """Answer the return address as the door knows recipients; its id is that of the mail it is about."""
    return Recipient(
        company_id=returned.company_id,
        bcc_address_id=returned.outbox_id,
        kind=AddressKind.RETURN,
        user_id=None,
        record_id=None,
        address=address,
    )


def take_returned(raw: bytes, reverse_path: str | None) -> Reply | Proof:
    """Answer a refusal, or what stands in the place of a proof.

    The null reverse-path says by itself that nobody is to answer (RFC 5321 §4.5.5), whatever the mail is.
    """
    if len(raw) > LARGEST:
        return replies.NO_REPORT
    message = parse(raw)
    if reverse_path != NULL_REVERSE_PATH and message.automatic not in (Automatic.DSN, Automatic.REPLY):
        return replies.NO_REPORT
    author = message.from_[0].address if len(message.from_) == 1 else ""
    return Proof.unchecked(Verdict.NOT_EVALUATED, author, UNASKED)
