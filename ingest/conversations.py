"""The thread that a new letter joins, and the choices made in it: evidence that its owner may see (RULES R20, R30b)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Viewer
from ingest.asking import deals_linked_to
from ingest.letter import Conversation
from linking.buckets import find_buckets
from linking.connecting import Node, connect
from linking.decision import RecordFact
from linking.nodes import load_nodes
from linking.rearranging import Choice, rearrange
from linking.rule import Rule
from linking.thread_choices import choices_about
from linking.threads import seen_in
from linking.visibility import ids_of
from linking.whose import Belonging


def find_conversation(
    session: Session, viewer: Viewer, belonging: Belonging, node: Node, *, audience: Sharing, before_copy: int | None
) -> Conversation:
    """Answer the letters that a letter joins and the latest choice of a deal, lead or project among them."""
    msg_ids = node.named | ({node.own} if node.own else frozenset())
    buckets = find_buckets(session, viewer.company_id, msg_ids)
    seen = seen_in(session, viewer, buckets, audience=audience) if buckets else {}
    if before_copy is not None:
        seen = {one: letter for one, letter in seen.items() if letter.first_copy < before_copy}
    nodes = load_nodes(session, viewer.company_id, seen, belonging) if seen else []
    choices = choices_about(session, viewer.company_id, seen)
    letters = _joined(node, nodes, choices)
    if not letters:
        return Conversation(rule=Rule.FIRST, buckets=buckets)
    trusted = _joined(replace(node, references=frozenset()), nodes, choices)
    return Conversation(
        rule=Rule.ANSWERS if trusted else Rule.REFERS,
        letters=tuple(sorted(letters)),
        chosen=_chosen(session, viewer, letters, audience),
        buckets=buckets,
    )


def _joined(node: Node, nodes: list[Node], choices: list[Choice]) -> frozenset[int]:
    parts = rearrange(connect([node, *nodes]), [node, *nodes], choices)
    return next(part for part in parts if node.id in part) - {node.id}


def _chosen(session: Session, viewer: Viewer, letters: Collection[int], audience: Sharing) -> tuple[RecordFact, ...]:
    """Answer what the latest letter is linked to; a choice made by hand goes before what rules made."""
    query = deals_linked_to(viewer.role, audience)
    rows = session.connection().execute(query, {**ids_of(viewer), "letters": list(letters)}).all()
    by_hand = [row for row in rows if row.origin == "manual"] or rows
    latest = max((row.message_id for row in by_hand), default=None)
    found = {row.id: row for row in by_hand if row.message_id == latest}
    return tuple(
        RecordFact(id=one.id, type=one.type, status=one.status, visibility=one.visibility)
        for _, one in sorted(found.items())
    )
