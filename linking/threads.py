"""A viewer's threads: the connected parts of the letters that he sees (RULES R27, R28, R30b).

Nothing of a letter that the viewer may not see enters: not its connections, not its place, not its
count. So a thread's id is the id of its first visible letter, and two viewers may see two threads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Select, and_, bindparam, select
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.viewer import Role, Viewer
from db.models import Message, MessageCopy
from linking.connecting import Node, connect
from linking.dropped import dropped_among
from linking.nodes import load_nodes
from linking.rearranging import rearrange
from linking.seen import Seen, SeenCopy, seen_through
from linking.thread_choices import choices_about
from linking.visibility import ids_of, may_tell, of_role, shared_copy, visible_copy

_BUCKETS: Final = (
    select(Message.thread_id)
    .where(Message.company_id == bindparam("company_id"), Message.id.in_(bindparam("letters", expanding=True)))
    .distinct()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerThread:
    """`letters` are message ids by date, deleted ones left out; `missing` the msg-ids that are named but not here."""

    id: int
    letters: tuple[int, ...]
    missing: frozenset[str]

    @property
    def gaps(self) -> int:
        """Answer how many letters are named but not here (RULES R27)."""
        return len(self.missing)


def viewer_thread(session: Session, viewer: Viewer, message_id: int) -> ViewerThread | None:
    """Answer the thread of a letter as this viewer sees it; None where he does not see the letter."""
    seen = seen_beside(session, viewer, [message_id])
    if message_id not in seen:
        return None
    nodes = load_nodes(session, viewer.company_id, seen)
    part = next(part for part in parts_of(session, viewer.company_id, nodes, seen) if message_id in part)
    alive = sorted((seen[one] for one in part if not seen[one].deleted), key=lambda one: (one.at, one.message_id))
    return ViewerThread(id=min(part), letters=tuple(one.message_id for one in alive), missing=_missing(nodes, part))


def thread_ids(session: Session, viewer: Viewer, message_ids: Collection[int]) -> dict[int, int]:
    """Answer for each letter that the viewer sees the id of its thread."""
    seen = seen_beside(session, viewer, message_ids)
    parts = parts_of(session, viewer.company_id, load_nodes(session, viewer.company_id, seen), seen)
    root = {one: min(part) for part in parts for one in part}
    return {one: root[one] for one in message_ids if one in root}


def thread_sizes(session: Session, viewer: Viewer, message_ids: Collection[int]) -> dict[int, int]:
    """Answer for each letter that the viewer sees how many letters he sees of its thread."""
    seen = seen_beside(session, viewer, message_ids)
    parts = parts_of(session, viewer.company_id, load_nodes(session, viewer.company_id, seen), seen)
    size = {one: sum(not seen[each].deleted for each in part) for part in parts for one in part}
    return {one: size[one] for one in message_ids if one in size}


def parts_of(
    session: Session, company_id: int, nodes: Collection[Node], seen: Mapping[int, Seen]
) -> list[frozenset[int]]:
    """Answer the threads of these letters: connected, then split and merged as people chose (R25); lowest id first."""
    return rearrange(connect(nodes), nodes, choices_about(session, company_id, seen))


def seen_beside(session: Session, viewer: Viewer, message_ids: Collection[int]) -> dict[int, Seen]:
    """Answer the letters that the viewer sees of the buckets of these."""
    if not message_ids:
        return {}
    asked = {"company_id": viewer.company_id, "letters": list(message_ids)}
    buckets = session.connection().scalars(_BUCKETS, asked).all()
    seen = seen_in(session, viewer, buckets) if buckets else {}
    dropped = dropped_among(session, viewer, seen)
    return {one: letter for one, letter in seen.items() if one not in dropped}


def seen_in(
    session: Session, viewer: Viewer, buckets: Collection[int], *, audience: Sharing | None = None
) -> dict[int, Seen]:
    """Answer the letters of these buckets that the viewer sees; for an audience those alone that may tell it something.

    What an owner let him see is for his eyes, and evidence of nothing (RULES R32).
    """
    copies: dict[int, list[SeenCopy]] = {}
    query = _copies_in(viewer.role, audience)
    rows = session.connection().execute(query, {**ids_of(viewer), "buckets": list(buckets)})
    for message_id, bucket, date, copy_id, owner_id, deleted_at, received_at, sharing in rows:
        own, shared = owner_id == viewer.user_id, sharing == Sharing.SHARED
        copy = SeenCopy(copy_id, bucket, date or received_at, own, deleted_at is not None, shared)
        copies.setdefault(message_id, []).append(copy)
    return {message_id: seen_through(message_id, found) for message_id, found in copies.items()}


@cache
def _copies_in(
    role: Role, audience: Sharing | None
) -> Select[int, int, datetime | None, int, int, datetime | None, datetime, str]:
    viewer = of_role(role)
    query = select(
        Message.id,
        Message.thread_id,
        Message.date,
        MessageCopy.id.label("copy_id"),
        MessageCopy.owner_id,
        MessageCopy.deleted_at,
        MessageCopy.received_at,
        MessageCopy.sharing,
    ).join(MessageCopy, and_(MessageCopy.company_id == Message.company_id, MessageCopy.message_id == Message.id))
    query = query.where(
        Message.company_id == viewer.company_id,
        Message.thread_id.in_(bindparam("buckets", expanding=True)),
        visible_copy(viewer) if audience is None else and_(shared_copy(viewer), may_tell(viewer, audience)),
    )
    return query.order_by(MessageCopy.id)


def _missing(nodes: Iterable[Node], part: frozenset[int]) -> frozenset[str]:
    """R27: msg-ids that letters of the thread name and that no letter here has, as far as this viewer sees."""
    known = list(nodes)
    here = {node.own for node in known}
    return frozenset({msg_id for node in known if node.id in part for msg_id in node.named} - here)
