"""What an address asks of the sender, and when a forwarder in between was expected (RULES R8a, R56).

The door and the worker ask here alike, so that what is let in is also filed as the door understood it.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from accounts.addresses import AddressKind, Recipient
from accounts.senders import Standing


class Asks(StrEnum):
    """The question of one address, the strictest first.

    APPROVED: From must be an approved sender. INSIDE: From must be a user's, and is not. FORWARDED: an outsider
    may write, because the owner's mailbox forwards here. GATEWAY: the company's own server hands over a copy.
    """

    APPROVED = "approved"
    INSIDE = "inside"
    FORWARDED = "forwarded"
    GATEWAY = "gateway"


ANYBODY: Final = frozenset({Asks.APPROVED})
"""What is asked where no recipient is known: as at the universal address."""


def is_inside(author: Standing | None) -> bool:
    """Tell whether From is somebody's of the company; that one has only asked for an address keeps nobody out."""
    return author is not None and author.known


def asked_by(recipient: Recipient, author: Standing | None) -> Asks:
    """Answer what an address asks of mail whose From has this standing; None is an outsider's."""
    if recipient.kind is AddressKind.GATEWAY:
        return Asks.GATEWAY
    if recipient.kind is not AddressKind.PERSONAL or recipient.successor_id is not None:
        # What comes for one who has left is held for his successor, whoever it is from (R55).
        return Asks.APPROVED
    if is_inside(author) or (author is not None and author.user_id == recipient.user_id):
        return Asks.APPROVED
    return Asks.FORWARDED if recipient.forwards_here else Asks.INSIDE


def all_asked(recipients: Collection[Recipient], author: Standing | None) -> frozenset[Asks]:
    """Answer what the addresses of one mail ask together."""
    return frozenset(asked_by(one, author) for one in recipients) or ANYBODY


def expects_forwarder(recipients: Collection[Recipient]) -> bool:
    """Tell whether every address is a user's whose mailbox forwards here: only then a forwarder's word counts.

    The strictest decides (R3): a universal address beside it expects nobody in between.
    """
    return bool(recipients) and all(
        one.kind is AddressKind.PERSONAL and one.successor_id is None and one.forwards_here for one in recipients
    )


def by_own_address(recipients: Collection[Recipient], author: Standing | None) -> bool:
    """Tell whether a mail came by personal addresses of its approved author alone (R9: where it may be weak)."""
    return (
        author is not None
        and author.approved
        and bool(recipients)
        and all(one.kind is AddressKind.PERSONAL and one.user_id == author.user_id for one in recipients)
    )
