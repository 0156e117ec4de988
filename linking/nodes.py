"""Reads what R28 asks of stored letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import batched
from typing import Final

from sqlalchemy import BindParameter, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from db.models import Message, MessageAddress, MessageReference
from linking.connecting import Node
from linking.whose import Belonging

PORTION: Final = 5_000
"""Ids in one statement, where they stand three times; SQLite takes 32,766 parameters."""
SUBJECT: Final = "subject"
PARTY: Final = "party"

# One statement, made once: a letter's id, what of it, the value, and its place among its like.
_NOWHERE: Final = literal(0, literal_execute=True)
_COMPANY: Final[BindParameter[int]] = bindparam("company_id")
_LETTERS: Final[BindParameter[int]] = bindparam("letters", expanding=True)
_NODES: Final = union_all(
    select(
        Message.id, literal(SUBJECT, literal_execute=True).label("what"), Message.base_subject.label("value"), _NOWHERE
    ).where(Message.company_id == _COMPANY, Message.id.in_(_LETTERS)),
    select(
        MessageReference.message_id, MessageReference.kind, MessageReference.msg_id, MessageReference.position
    ).where(MessageReference.company_id == _COMPANY, MessageReference.message_id.in_(_LETTERS)),
    select(MessageAddress.message_id, literal(PARTY, literal_execute=True), MessageAddress.address_key, _NOWHERE).where(
        MessageAddress.company_id == _COMPANY,
        MessageAddress.message_id.in_(_LETTERS),
        MessageAddress.field.in_(("from", "to", "cc")),
    ),
)


def load_nodes(
    session: Session, company_id: int, message_ids: Collection[int], belonging: Belonging | None = None
) -> list[Node]:
    """Answer the letters as R28 sees them: their msg-ids, base subject and parties outside the company."""
    known = belonging or Belonging(session, company_id)
    nodes: list[Node] = []
    for portion in batched(sorted(message_ids), PORTION):
        nodes.extend(_load_portion(session, company_id, portion, known))
    return nodes


def _load_portion(session: Session, company_id: int, message_ids: tuple[int, ...], belonging: Belonging) -> list[Node]:
    found: defaultdict[int, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    rows = session.connection().execute(_NODES, {"company_id": company_id, "letters": message_ids})
    for message_id, what, value, place in rows:
        found[message_id][what][value] = place
    ours = belonging.whose(frozenset().union(*(parts[PARTY] for parts in found.values())))
    return [_node(message_id, parts, ours.keys()) for message_id, parts in found.items()]


def line_of(in_reply_to: Sequence[str], references: Sequence[str]) -> tuple[str, ...]:
    """Answer what a letter names, the nearest first (RFC 5322 §3.6.4: References end with the parent)."""
    return tuple(dict.fromkeys((*in_reply_to, *reversed(references))))


def _in_order(placed: dict[str, int]) -> list[str]:
    return sorted(placed, key=placed.__getitem__)


def _node(message_id: int, parts: defaultdict[str, dict[str, int]], ours: Collection[str]) -> Node:
    return Node(
        id=message_id,
        own=next(iter(parts["own"]), None),
        in_reply_to=frozenset(parts["in_reply_to"]),
        references=frozenset(parts["references"]),
        base_subject=next(iter(parts[SUBJECT]), "").casefold(),
        parties=frozenset(parts[PARTY].keys() - ours),
        line=line_of(_in_order(parts["in_reply_to"]), _in_order(parts["references"])),
    )
