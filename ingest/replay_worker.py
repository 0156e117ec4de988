"""The worker of runs: a few mails at a time, so that mail that comes in never waits for them (RULES R52).

A run is held by a token for a minute; who dies over it is followed by another, which goes on behind the last mail.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from sqlalchemy import insert, select, text, update

from db.failures import place_of
from db.models import ReplayFinding, ReplayRun
from db.session import Database
from ingest.difference import Difference, Replayed, Result
from ingest.replay import Replayer
from ingest.replay_runs import RunState, of_owner

HELD: Final = timedelta(minutes=1)
AT_ONCE: Final = 20
EVERY_SECONDS: Final = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Held:
    """A run that is ours until its minute is over."""

    row: ReplayRun
    token: str


def run_replays(replayer: Replayer, stop: threading.Event) -> None:
    """Work at runs until told to stop."""
    while not stop.is_set():
        try:
            if step(replayer):
                continue
        except Exception as error:  # the database may be away: the run is taken up again
            log.error("run not worked at", error=type(error).__name__, place=place_of(error))
        stop.wait(EVERY_SECONDS)


def step(replayer: Replayer) -> bool:
    """Do the next mails of one run; False where no run is waiting."""
    held = _claim(replayer.database)
    if held is None:
        return False
    ids = _next(replayer.database, held.row)
    looks = held.row.state == RunState.LOOKING
    done = [replayer.replay(held.row.company_id, one, dry_run=looks, owner_id=held.row.user_id) for one in ids]
    _write(replayer.database, held, ids, done)
    return True


def _claim(database: Database) -> Held | None:
    # As it stands in the partial index.
    at_work = text("state IN ('looking', 'applying')")
    everywhere = {"across_companies": "a worker serves every company"}
    with database.read() as session:
        due = select(ReplayRun.id).where(at_work, ReplayRun.busy_until <= database.now(session))
        if session.scalars(due.limit(1), execution_options=everywhere).first() is None:
            return None
    with database.write() as session:
        now = database.now(session)
        query = select(ReplayRun).where(at_work, ReplayRun.busy_until <= now).order_by(ReplayRun.busy_until)
        row = session.scalars(query.limit(1).with_for_update(skip_locked=True), execution_options=everywhere).first()
        if row is None:
            return None
        token = secrets.token_hex()
        this = (ReplayRun.company_id == row.company_id, ReplayRun.id == row.id)
        session.execute(update(ReplayRun).where(*this).values(token=token, busy_until=now + HELD))
        session.expunge(row)
    return Held(row, token)


def _next(database: Database, row: ReplayRun) -> Sequence[int]:
    with database.read() as session:
        if row.state == RunState.LOOKING:
            query = of_owner(row.company_id, row.user_id, row.since, row.cursor)
        else:
            query = (
                select(ReplayFinding.inbound_id)
                .where(
                    ReplayFinding.company_id == row.company_id,
                    ReplayFinding.run_id == row.id,
                    ReplayFinding.inbound_id > row.cursor,
                )
                .order_by(ReplayFinding.inbound_id)
            )
        return session.scalars(query.limit(AT_ONCE)).all()


def _write(database: Database, held: Held, ids: Sequence[int], done: Sequence[Replayed]) -> None:
    row = held.row
    with database.write() as session:
        now = database.now(session)
        this = (ReplayRun.company_id == row.company_id, ReplayRun.id == row.id)
        mine = (*this, ReplayRun.token == held.token, ReplayRun.state == row.state)
        values: dict[str, Any] = {"token": None, "busy_until": now}
        if ids:
            values["cursor"] = ids[-1]
        else:
            ended = RunState.LOOKED if row.state == RunState.LOOKING else RunState.APPLIED
            values |= {"state": ended, "ended_at": now}
        if row.state == RunState.LOOKING:
            values["seen"] = ReplayRun.seen + len(ids)
            values["impossible"] = ReplayRun.impossible + sum(one.result is Result.IMPOSSIBLE for one in done)
        if session.scalar(update(ReplayRun).where(*mine).values(**values).returning(ReplayRun.id)) is None:
            return
        if row.state == RunState.APPLYING:
            found = (ReplayFinding.company_id == row.company_id, ReplayFinding.run_id == row.id)
            session.execute(update(ReplayFinding).where(*found, ReplayFinding.inbound_id.in_(ids)).values(applied=True))
            return
        changed = [one for one in done if one.result is Result.CHANGED]
        for one in changed:
            kept = {"company_id": row.company_id, "run_id": row.id, "inbound_id": one.inbound_id, "applied": False}
            session.execute(insert(ReplayFinding).values(**kept, differences=[_as_json(d) for d in one.differences]))


def _as_json(found: Difference) -> dict[str, Any]:
    return {
        "field": found.field,
        "before": found.before,
        "after": found.after,
        "rule": found.rule,
        "message_id": found.message_id,
        "record": found.record,
    }
