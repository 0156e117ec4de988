"""Leases on rows that are a queue: a token that is the fence, a time that runs out, companies in turn.

A row is due while its queue's condition holds and `next_attempt_at` has come; a lease moves that time to its own
end, so that one condition says both. Every time is the database's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, select, text, update
from sqlalchemy.orm import Session

from db.session import Database

LEASE: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """One row under a lease; `attempts` counts this claim too."""

    id: int
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Rows of one company that are ours until the lease ends; `token` is the fence."""

    company_id: int
    token: str
    rows: tuple[Claimed, ...]

    @property
    def ids(self) -> tuple[int, ...]:
        """Answer the ids of its rows."""
        return tuple(row.id for row in self.rows)


@dataclass(frozen=True, slots=True)
class LeasedTable:
    """A table with the columns of a queue; `due` is the condition of its partial index.

    `serves` chooses the companies that are served at all, by their `company_id` here.
    """

    model: Any
    due: str
    serves: tuple[ColumnElement[bool], ...] = ()

    def is_due(self, now: datetime) -> ColumnElement[bool]:
        """Choose what waits and whose time has come."""
        # As it stands in the partial index: a bound parameter would hide the index from the planner.
        return and_(text(self.due), self.model.next_attempt_at <= now)

    def held(self, lease: Lease, ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
        """Choose those of the rows that are still under this lease."""
        return (
            self.model.company_id == lease.company_id,
            self.model.id.in_(ids),
            self.model.lease_token == lease.token,
        )

    def keep(self, database: Database, lease: Lease) -> int:
        """Extend a lease by its full time (the heartbeat); answer how many of its rows are still ours."""
        with database.write() as session:
            until = database.now(session) + LEASE
            kept = session.execute(
                update(self.model)
                .where(*self.held(lease, lease.ids))
                .values(lease_until=until, next_attempt_at=until)
                .returning(self.model.id)
            )
            return len(kept.all())

    def is_anything_due(self, database: Database) -> bool:
        """Look without a turn to write: idle workers do not queue before receivers."""
        with database.read() as session:
            return self._next_company(session, database.now(session), -1) is not None

    def companies_in_turn(self, session: Session, now: datetime, last: int) -> Iterator[int]:
        """Give the companies with due rows, beginning after the last one served, each once."""
        after, wrapped = last, False
        while True:
            company_id = self._next_company(session, now, after)
            if company_id is None and not wrapped:
                after, wrapped = -1, True
            elif company_id is None or (wrapped and company_id > last):
                return
            else:
                yield company_id
                after = company_id

    def _next_company(self, session: Session, now: datetime, after: int) -> int | None:
        query = (
            select(self.model.company_id)
            .where(self.model.company_id > after, self.is_due(now), *self.serves)
            .order_by(self.model.company_id)
            .limit(1)
            .execution_options(across_companies="a worker serves them all, in turn")
        )
        found: int | None = session.scalars(query).first()
        return found
