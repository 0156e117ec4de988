"""Running an import: batches of lines, each in one transaction that also moves the place to go on from.

Whoever is killed leaves a lease that runs out and a place that is right: nothing is made twice and no line left out.
A dry run reads batches and keeps what came of them in memory; it begins again where it was killed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.users import UserView, get_user
from accounts.viewer import Viewer
from db.lease import Lease, LeasedTable
from db.models import ImportLine, ImportPart, RecordImport
from db.models.record_import import DUE
from db.session import Database
from languages.speech import speaking
from linking.importing_apply import Deed, Hand, carry_out
from linking.importing_entry import Read, read_entries
from linking.importing_plan import Outcome, plan_entry
from linking.importing_sheet import Unreadable
from linking.importing_world import World
from linking.imports import ImportView, State, get_import, load_file, read_file

IMPORTS: Final = LeasedTable(RecordImport, DUE)
LEASE: Final = timedelta(minutes=2)
BATCH: Final = 10
"""Lines of a transaction: on SQLite a receiver waits for its end."""
DRY_BATCH: Final = 500
Progress = Callable[[int, int], None]
"""Hears how many lines of how many are finished."""


def _tell_nobody(_done: int, _total: int) -> None:
    return None


class LeaseLost(Exception):
    """Another has taken the import over, or it was stopped."""


@dataclass(slots=True)
class Run:
    """One run of an import by the holder of a lease."""

    database: Database
    lease: Lease
    mail_domain: str
    progress: Progress = _tell_nobody
    _world: World = field(default_factory=World)
    _counts: Counter[str] = field(default_factory=Counter)

    def go(self) -> None:
        """Bring it to its end; raise LeaseLost. What is wrong with lines is kept in the language of who imports."""
        with self.database.read() as session:
            user = self._user(session)
            view = get_import(session, user.viewer, self._id)
            raw = load_file(session, user.company_id, view.id)
        with speaking(user.preferences.language):
            self._go(user.viewer, view, raw)

    def _go(self, viewer: Viewer, view: ImportView, raw: bytes) -> None:
        try:
            reads = list(read_entries(read_file(raw), view.mapping))
        except Unreadable as wrong:
            self._finish({"state": State.FAILED, "problem": str(wrong)}, with_file=True)
            return
        if view.is_dry:
            self._try(viewer, view, reads)
        else:
            self._take(viewer, view, reads)

    @property
    def _id(self) -> int:
        return self.lease.rows[0].id

    def _user(self, session: Session) -> UserView:
        this = (RecordImport.company_id == self.lease.company_id, RecordImport.id == self._id)
        user_id = session.scalar(select(RecordImport.user_id).where(*this))
        if user_id is None:
            raise Missing("import")
        return get_user(session, self.lease.company_id, user_id)

    def _take(self, viewer: Viewer, view: ImportView, reads: Sequence[Read]) -> None:
        self._counts.update(view.counts)
        done = view.done
        for batch in _batches(reads[done:], BATCH):
            with self.database.write() as session:
                now = self.database.now(session)
                done += len(batch)
                hand = Hand(session=session, viewer=viewer, now=now, mail_domain=self.mail_domain)
                rows = self._settle(session, view, batch, hand, now)
                if rows:
                    session.execute(insert(ImportLine), rows)
                self._hold(session, now, {"done": done, "counts": dict(self._counts), "attempts": 0})
            self.progress(done, len(reads))
        self._finish({"state": State.DONE}, with_file=True)

    def _try(self, viewer: Viewer, view: ImportView, reads: Sequence[Read]) -> None:
        rows: list[dict[str, Any]] = []
        done = 0
        for batch in _batches(reads, DRY_BATCH):
            with self.database.read() as session:
                now = self.database.now(session)
                self._load(session, viewer, view, batch)
                rows += self._settle(session, view, batch, None, now)
            done += len(batch)
            with self.database.write() as session:
                self._hold(session, self.database.now(session), {"done": done})
            self.progress(done, len(reads))
        left_out = [row for row in rows if row["outcome"] in (Outcome.DOUBTFUL, Outcome.WRONG)]
        self._finish({"state": State.DRAFT, "counts": dict(self._counts)}, left_out)

    def _load(self, session: Session, viewer: Viewer, view: ImportView, batch: Sequence[Read]) -> None:
        self._world.load(session, viewer, view.mapping.kind, [read.entry for read in batch if read.entry])

    def _settle(
        self, session: Session, view: ImportView, batch: Sequence[Read], hand: Hand | None, now: datetime
    ) -> list[dict[str, Any]]:
        """Answer the rows of ImportLine; a line that was the same leaves none."""
        if hand:
            # What others did since the last batch counts.
            self._world = World()
            self._load(session, hand.viewer, view, batch)
        rows: list[dict[str, Any]] = []
        for read in batch:
            deeds = self._decide(view, read, hand)
            self._counts[deeds[0].outcome] += 1
            if deeds[0].outcome is not Outcome.SAME:
                rows += [self._row(read, place, deed, now) for place, deed in enumerate(deeds)]
        return rows

    def _decide(self, view: ImportView, read: Read, hand: Hand | None) -> tuple[Deed, ...]:
        if read.entry is None:
            said = " · ".join(fault.sentence for fault in read.faults)
            return (Deed(outcome=Outcome.WRONG, said=said),)
        kind = view.mapping.kind
        return carry_out(kind, plan_entry(kind, read.entry, self._world), self._world, hand)

    def _row(self, read: Read, place: int, deed: Deed, now: datetime) -> dict[str, Any]:
        left_out = deed.outcome in (Outcome.DOUBTFUL, Outcome.WRONG)
        return {
            "company_id": self.lease.company_id,
            "import_id": self._id,
            "line": read.number,
            "position": place,
            "outcome": deed.outcome,
            "record_id": deed.record_id,
            "said": deed.said,
            "cells": list(read.cells) if left_out else None,
            "before": dict(deed.before) if deed.before is not None else None,
            "at": now,
            "undone": False,
        }

    def _hold(self, session: Session, now: datetime, values: dict[str, Any]) -> None:
        """Pass the fence: what this transaction wrote counts only while the lease is ours."""
        held = update(RecordImport).where(
            *IMPORTS.held(self.lease, self.lease.ids), RecordImport.state == State.RUNNING
        )
        until = {"lease_until": now + LEASE, "next_attempt_at": now + LEASE}
        if session.scalar(held.values(**until, **values).returning(RecordImport.id)) is None:
            raise LeaseLost

    def _finish(
        self, values: dict[str, Any], left_out: Sequence[dict[str, Any]] = (), *, with_file: bool = False
    ) -> None:
        with self.database.write() as session:
            now = self.database.now(session)
            self._hold(session, now, values)
            ours = {"lease_token": None, "lease_until": None, "finished_at": now}
            this = (RecordImport.company_id == self.lease.company_id, RecordImport.id == self._id)
            session.execute(update(RecordImport).where(*this).values(**ours))
            if left_out:
                session.execute(insert(ImportLine), list(left_out))
            if with_file:
                part = (ImportPart.company_id == self.lease.company_id, ImportPart.import_id == self._id)
                session.execute(delete(ImportPart).where(*part))


def _batches(reads: Sequence[Read], size: int) -> Iterator[Sequence[Read]]:
    for start in range(0, len(reads), size):
        yield reads[start : start + size]
