"""Runs over one's own mail: what today's rules and records would decide otherwise, and making it so (RULES R52).

A run is its owner's alone and looks at nobody else's mail. After a change of rules one is offered, never started:
what stands is not touched until its owner has looked at the differences and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, delete, exists, func, insert, not_, or_, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import InboundMessage, MessageCopy, ReplayFinding, ReplayRun, User
from languages.speech import _
from linking.cursor import Cursor, Page, page_by_id

LOOKS_BACK: Final = timedelta(days=90)
"""How far an offered run reaches: older mail is seldom worth another decision."""


class RunState(StrEnum):
    """How far a run is."""

    OFFERED = "offered"
    LOOKING = "looking"
    LOOKED = "looked"
    APPLYING = "applying"
    APPLIED = "applied"
    DISMISSED = "dismissed"


AT_WORK: Final = (RunState.LOOKING, RunState.APPLYING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`seen` of `total` mails are done; `found` are decided otherwise, `applied` of them made so."""

    id: int
    state: RunState
    cause: str
    since: datetime
    asked_at: datetime
    seen: int
    total: int
    impossible: int
    found: int
    applied: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mail of the run, and what would be different: values of `ingest.difference.Difference` as JSON."""

    id: int
    differences: tuple[dict[str, Any], ...]
    applied: bool


def offer_run(session: Session, company_id: int, user_ids: Sequence[int] | None, cause: str, now: datetime) -> None:
    """Offer a look to users (None: to all who are active), because what `cause` names was changed.

    Who has an offer keeps the one he has.
    """
    waiting = exists().where(
        ReplayRun.company_id == company_id, ReplayRun.user_id == User.id, ReplayRun.state == RunState.OFFERED
    )
    query = select(User.id).where(User.company_id == company_id, User.state == "active", not_(waiting))
    if user_ids is not None:
        query = query.where(User.id.in_(user_ids))
    for user_id in session.scalars(query).all():
        _insert(session, company_id, user_id, RunState.OFFERED, cause, now - LOOKS_BACK, now, 0)


def start_run(session: Session, viewer: Viewer, since: datetime, now: datetime, cause: str = "asked") -> int:
    """Begin to look at one's own mail since then; raise Conflict while another run of his is at work."""
    if any(one.state in AT_WORK for one in latest_runs(session, viewer)):
        raise Conflict(_("One run at a time: the last is still at work."))
    end = (RunState.OFFERED, RunState.LOOKED)
    mine = (ReplayRun.company_id == viewer.company_id, ReplayRun.user_id == viewer.user_id)
    session.execute(update(ReplayRun).where(*mine, ReplayRun.state.in_(end)).values(state=RunState.DISMISSED))
    counted = select(func.count()).select_from(of_owner(viewer.company_id, viewer.user_id, since, 0).subquery())
    total = session.scalars(counted).one()
    return _insert(session, viewer.company_id, viewer.user_id, RunState.LOOKING, cause, since, now, total)


def apply_run(session: Session, viewer: Viewer, run_id: int) -> None:
    """Make so what a run has found; raise Missing, Conflict."""
    changed = _move(session, viewer, run_id, (RunState.LOOKED,), {"state": RunState.APPLYING, "cursor": 0})
    if not changed:
        raise Conflict(_("It is not at a point where it can be applied."))


def dismiss_run(session: Session, viewer: Viewer, run_id: int) -> None:
    """Put an offer or a finding aside, or stop what is at work; what was applied stays. Raises Missing."""
    states = (RunState.OFFERED, RunState.LOOKING, RunState.LOOKED, RunState.APPLYING)
    _move(session, viewer, run_id, states, {"state": RunState.DISMISSED})


def latest_runs(session: Session, viewer: Viewer, limit: int = 1) -> list[Run]:
    """Answer one's own runs that are not put aside, the newest first."""
    query = select(ReplayRun).where(
        ReplayRun.company_id == viewer.company_id,
        ReplayRun.user_id == viewer.user_id,
        ReplayRun.state != RunState.DISMISSED,
    )
    rows = session.scalars(query.order_by(ReplayRun.id.desc()).limit(limit)).all()
    return [_run(session, row) for row in rows]


def list_findings(session: Session, viewer: Viewer, run_id: int, limit: int, cursor: Cursor | None) -> Page[Finding]:
    """Answer what one's own run has found, the newest mail first; raise Missing."""
    _find(session, viewer, run_id)
    query = select(ReplayFinding).where(ReplayFinding.company_id == viewer.company_id, ReplayFinding.run_id == run_id)
    if cursor is not None:
        query = query.where(ReplayFinding.inbound_id < cursor.id)
    rows = session.scalars(query.order_by(ReplayFinding.inbound_id.desc()).limit(limit + 1)).all()
    return page_by_id(
        [Finding(id=row.inbound_id, differences=tuple(row.differences), applied=row.applied) for row in rows], limit
    )


def of_owner(company_id: int, user_id: int, since: datetime, after: int) -> Select[int]:
    """Ask for the mails, by id, that gave this user a copy, or that are his and gave none.

    A colleague may have a copy of the same mail; nothing here depends on it (R30b).
    """
    copies = (MessageCopy.company_id == company_id, MessageCopy.inbound_id == InboundMessage.id)
    own = or_(InboundMessage.owner_id == user_id, exists().where(*copies, MessageCopy.owner_id == user_id))
    return (
        select(InboundMessage.id)
        .where(
            InboundMessage.company_id == company_id,
            InboundMessage.received_at >= since,
            InboundMessage.id > after,
            InboundMessage.status.in_(("filed", "discarded", "failed")),
            own,
        )
        .order_by(InboundMessage.id)
    )


def forget_runs(session: Session, company_id: int, before: datetime) -> None:
    """Delete what was asked before then: a finding is of its day."""
    session.execute(delete(ReplayRun).where(ReplayRun.company_id == company_id, ReplayRun.asked_at < before))


def _insert(
    session: Session,
    company_id: int,
    user_id: int,
    state: RunState,
    cause: str,
    since: datetime,
    now: datetime,
    total: int,
) -> int:
    made = new_id(session)
    values = {"company_id": company_id, "id": made, "user_id": user_id, "state": state, "cause": cause}
    times = {"since": since, "asked_at": now, "busy_until": now}
    session.execute(insert(ReplayRun).values(**values, **times, cursor=0, seen=0, total=total, impossible=0))
    return made


def _move(session: Session, viewer: Viewer, run_id: int, states: Sequence[RunState], values: dict[str, Any]) -> bool:
    row = _find(session, viewer, run_id)
    moved = (
        update(ReplayRun)
        .where(ReplayRun.company_id == viewer.company_id, ReplayRun.id == row.id, ReplayRun.state.in_(states))
        .values(**values, token=None)
        .returning(ReplayRun.id)
    )
    return session.scalar(moved) is not None


def _find(session: Session, viewer: Viewer, run_id: int) -> ReplayRun:
    query = select(ReplayRun).where(
        ReplayRun.company_id == viewer.company_id, ReplayRun.id == run_id, ReplayRun.user_id == viewer.user_id
    )
    row = session.scalars(query).one_or_none()
    if row is None:
        raise Missing("run")
    return row


def _run(session: Session, row: ReplayRun) -> Run:
    counts = select(func.count(), func.count().filter(ReplayFinding.applied)).where(
        ReplayFinding.company_id == row.company_id, ReplayFinding.run_id == row.id
    )
    found, applied = session.execute(counts).one()
    return Run(
        id=row.id,
        state=RunState(row.state),
        cause=row.cause,
        since=row.since,
        asked_at=row.asked_at,
        seen=row.seen,
        total=row.total,
        impossible=row.impossible,
        found=found,
        applied=applied,
    )
