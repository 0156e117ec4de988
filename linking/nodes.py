"""Reads what R28 asks of stored letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from itertools import batched
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.addresses import own_address_keys
from accounts.companies import internal_domains
from accounts.senders import colleagues_among
from db.models import Message, MessageAddress, MessageReference
from linking.connecting import Node
from linking.parties import Whose

PORTION: Final = 5_000
"""Ids in one statement; SQLite takes 32,766 parameters."""
PARTY_FIELDS: Final = ("from", "to", "cc")


def whose_addresses(session: Session, company_id: int, keys: Collection[str]) -> dict[str, Whose]:
    """Answer what these addresses are to the company; an outsider's has no entry (RULES R19)."""
    asked = frozenset(keys)
    if not asked:
        return {}
    domains = internal_domains(session, company_id)
    us = colleagues_among(session, company_id, asked)
    us |= {key for key in asked if key.rpartition("@")[2] in domains}
    found = dict.fromkeys(us, Whose.US)
    return found | dict.fromkeys(own_address_keys(session, company_id, asked), Whose.DROPBOX)


def load_nodes(session: Session, company_id: int, message_ids: Collection[int]) -> list[Node]:
    """Answer the letters as R28 sees them: their msg-ids, base subject and parties outside the company."""
    nodes: list[Node] = []
    for portion in batched(sorted(message_ids), PORTION):
        nodes.extend(_load_portion(session, company_id, portion))
    return nodes


def _load_portion(session: Session, company_id: int, message_ids: tuple[int, ...]) -> list[Node]:
    references = _references(session, company_id, message_ids)
    addresses = _addresses(session, company_id, message_ids)
    ours = whose_addresses(session, company_id, frozenset().union(*addresses.values()))
    rows = session.execute(
        select(Message.id, Message.message_id, Message.base_subject).where(
            Message.company_id == company_id, Message.id.in_(message_ids)
        )
    )
    return [
        Node(
            id=row.id,
            own=row.message_id,
            in_reply_to=frozenset(references[row.id, "in_reply_to"]),
            references=frozenset(references[row.id, "references"]),
            base_subject=row.base_subject.casefold(),
            parties=frozenset(addresses.get(row.id, set()) - ours.keys()),
        )
        for row in rows
    ]


def _references(
    session: Session, company_id: int, message_ids: tuple[int, ...]
) -> defaultdict[tuple[int, str], set[str]]:
    found: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    rows = session.execute(
        select(MessageReference.message_id, MessageReference.kind, MessageReference.msg_id).where(
            MessageReference.company_id == company_id,
            MessageReference.message_id.in_(message_ids),
            MessageReference.kind != "own",
        )
    )
    for message_id, kind, msg_id in rows:
        found[message_id, kind].add(msg_id)
    return found


def _addresses(session: Session, company_id: int, message_ids: tuple[int, ...]) -> dict[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = session.execute(
        select(MessageAddress.message_id, MessageAddress.address_key).where(
            MessageAddress.company_id == company_id,
            MessageAddress.message_id.in_(message_ids),
            MessageAddress.field.in_(PARTY_FIELDS),
        )
    )
    for message_id, key in rows:
        found[message_id].add(key)
    return dict(found)
