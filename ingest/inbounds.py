"""Rows of the queue as one viewer may know of them (INTERFACE 4, `inbound`; RULES R9b, R30b).

One's own in full. An admin knows of every row that it is there; its envelope and reason only where
the mail is held, discarded or failed, or has a copy that is not private. Another user's are not there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.models import InboundMessage, MessageCopy
from ingest.envelopes import envelope_from_json
from ingest.team_queue import is_in_team, of_my_teams, team_of
from linking.dropped import in_view
from linking.rule import Rule
from linking.visibility import visible_copy
from mail.envelope import Envelope

AS_IT_IS: Final = {"populate_existing": True}
"""Rows are changed by statements: what the session read before may be old."""
OPEN_TO_ADMINS: Final = frozenset({"held", "discarded", "failed"})
UNNAMED: Final[Mapping[str, Any]] = {"what": "…"}
"""Of a colleague's mail no admin is told which rule it met: his rule `subject:…` would tell him what it says (R31)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundView:
    """`envelope`, `reason` and `reason_args` are None where this viewer may not know them.

    `mine`: it belongs to the viewer. `message_ids`: letters that it gave and that the viewer sees.
    """

    id: int
    status: str
    origin: str
    received_at: datetime
    size: int
    attempts: int
    mine: bool
    owner_id: int | None
    envelope: Envelope | None
    reason: str | None
    reason_args: Mapping[str, Any] | None
    held_until: datetime | None
    message_ids: tuple[int, ...]


def list_inbound(
    session: Session,
    viewer: Viewer,
    *,
    status: str | None = None,
    limit: int = 200,
    before_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> tuple[InboundView, ...]:
    """Answer the rows that the viewer may know of, the newest first, received from `since` on and before `until`."""
    query = select(InboundMessage).where(known_to(viewer))
    if since is not None:
        query = query.where(InboundMessage.received_at >= since)
    if until is not None:
        query = query.where(InboundMessage.received_at < until)
    if status is not None:
        query = query.where(InboundMessage.status == status)
    if before_id is not None:
        query = query.where(InboundMessage.id < before_id)
    rows = session.scalars(query.order_by(InboundMessage.id.desc()).limit(limit), execution_options=AS_IT_IS).all()
    return _views(session, viewer, rows)


def get_inbound(session: Session, viewer: Viewer, inbound_id: int) -> InboundView:
    """Answer one row; raise Missing."""
    (view,) = _views(session, viewer, [find_row(session, viewer, inbound_id)])
    return view


def find_row(session: Session, viewer: Viewer, inbound_id: int) -> InboundMessage:
    """Answer a row that the viewer may know of; raise Missing."""
    query = select(InboundMessage).where(known_to(viewer), InboundMessage.id == inbound_id)
    row = session.scalars(query, execution_options=AS_IT_IS).one_or_none()
    if row is None:
        raise Missing("inbound mail")
    return row


def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Answer the condition of a row that the viewer may know of."""
    a_copy = exists().where(MessageCopy.company_id == viewer.company_id, MessageCopy.inbound_id == InboundMessage.id)
    own_copy = a_copy.where(MessageCopy.owner_id == viewer.user_id)
    # Whose mail gave letters has them, or had them: it is theirs to whom they were handed over (R55).
    mine = or_(and_(InboundMessage.owner_id == viewer.user_id, ~a_copy), own_copy, of_my_teams(viewer))
    return and_(InboundMessage.company_id == viewer.company_id, true() if viewer.is_admin else mine)


def _views(session: Session, viewer: Viewer, rows: Sequence[InboundMessage]) -> tuple[InboundView, ...]:
    ids = [row.id for row in rows]
    copies = _copies(session, viewer, ids)
    letters = _letters(session, viewer, ids)
    return tuple(
        _view(viewer, row, copies[row.id], letters[row.id], of_team=_is_of_my_team(session, viewer, row))
        for row in rows
    )


def _view(
    viewer: Viewer,
    row: InboundMessage,
    copies: Sequence[tuple[int, str]],
    letters: Sequence[int],
    *,
    of_team: bool,
) -> InboundView:
    owners: set[int | None] = {owner for owner, _ in copies} or {row.owner_id}
    mine = of_team or viewer.user_id in owners
    open_to_admins = row.status in OPEN_TO_ADMINS or any(sharing != "private" for _, sharing in copies)
    told = mine or (viewer.is_admin and open_to_admins)
    return InboundView(
        id=row.id,
        status=row.status,
        origin=row.origin,
        received_at=row.received_at,
        size=row.size,
        attempts=row.attempts,
        mine=mine,
        owner_id=row.owner_id if told else None,
        envelope=envelope_from_json(row.envelope, row.received_at) if told else None,
        reason=row.reason if told else None,
        reason_args=_args(row, mine=mine) if told else None,
        held_until=row.held_until if told else None,
        message_ids=tuple(letters),
    )


def _is_of_my_team(session: Session, viewer: Viewer, row: InboundMessage) -> bool:
    team_id = team_of(row)
    return team_id is not None and is_in_team(session, viewer, team_id)


def _args(row: InboundMessage, *, mine: bool) -> Mapping[str, Any]:
    is_anothers = row.owner_id is not None and not mine
    return UNNAMED if is_anothers and row.reason == Rule.NEVER_STORE else row.reason_args or {}


def _copies(session: Session, viewer: Viewer, ids: Sequence[int]) -> defaultdict[int, list[tuple[int, str]]]:
    query = select(MessageCopy.inbound_id, MessageCopy.owner_id, MessageCopy.sharing).where(
        MessageCopy.company_id == viewer.company_id, MessageCopy.inbound_id.in_(ids)
    )
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for inbound_id, owner_id, sharing in session.execute(query) if ids else ():
        found[inbound_id].append((owner_id, sharing))
    return found


def _letters(session: Session, viewer: Viewer, ids: Sequence[int]) -> defaultdict[int, list[int]]:
    query = (
        select(MessageCopy.inbound_id, MessageCopy.message_id)
        .where(
            visible_copy(viewer),
            *in_view(session, viewer, MessageCopy.message_id),
            MessageCopy.inbound_id.in_(ids),
        )
        .order_by(MessageCopy.inner_path, MessageCopy.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for inbound_id, message_id in session.execute(query) if ids else ():
        if message_id not in found[inbound_id]:
            found[inbound_id].append(message_id)
    return found
