"""The worker: claim, think, write (DESIGN 5).

A mail is never lost: whatever fails leaves its row in the queue, later and later, and after
MOST_ATTEMPTS with status failed, a reason and the raw bytes. What is written is written once: the
write act begins at the fence, and a worker whose lease ran out finds it closed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Final, cast

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.claim import INBOUND, Claimer, give_up, pass_fence, put_off, release
from db.failures import place_of
from db.heartbeat import Heartbeat
from db.lease import Claimed, Lease
from db.raw import RawStore
from db.session import Database
from ingest.inbound import Inbound
from ingest.loading import load_inbound
from linking.rule import Rule

MOST_ATTEMPTS: Final = 10
BATCH: Final = 10
WRITE_AFTER_SECONDS: Final = 0.2
"""How long a mail that was thought about waits for its batch to be written."""
WRITE_SECONDS: Final = 0.005
"""Processor time that a write may keep other writers waiting; a receiver among them answers no client meanwhile."""
WRITE_AFTER_OCTETS: Final = 4 * 1024 * 1024
POLL_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Thought[P]:
    """What became of a claimed row: a plan, or the error that thinking raised."""

    row: Claimed
    plan: P | None
    error: Exception | None
    octets: int = 0


class Worker[P]:
    """One worker of a process.

    `think` decides about a mail and has no transaction of ours open; `write` writes its plan in the
    session it is given and sets the row's status. `wait` sleeps until woken or for so many seconds.
    """

    def __init__(
        self,
        database: Database,
        raw: RawStore,
        think: Callable[[Inbound], P],
        write: Callable[[P, Session], None],
        wait: Callable[[float], object] = time.sleep,
        heartbeat: Callable[[Lease], AbstractContextManager[object]] | None = None,
    ) -> None:
        self._database = database
        self._raw = raw
        self._think = think
        self._write = write
        self._wait = wait
        self._heartbeat = heartbeat or (lambda lease: Heartbeat(partial(INBOUND.keep, database, lease)))
        self._claimer = Claimer(database)
        self._portion = 1

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; a batch begun is finished."""
        while not stop.is_set():
            try:
                if not self.run_once():
                    self._wait(POLL_SECONDS)
            except Exception as error:  # the database may be away: what is leased comes back, we try again
                log.error("work interrupted", error=type(error).__name__, place=place_of(error))
                stop.wait(TROUBLE_SECONDS)

    def run_until_idle(self) -> int:
        """Work until nothing is due; answer how many rows were tried."""
        tried = 0
        while count := self.run_once():
            tried += count
        return tried

    def run_once(self) -> int:
        """Claim one batch of a company and bring it to an end; answer how many rows it had."""
        lease = self._claimer.claim(BATCH)
        if lease is None:
            return 0
        try:
            with self._heartbeat(lease):
                for thoughts in self._think_in_portions(lease):
                    self._write_portion(lease, thoughts)
        except Exception:
            self._give_back(lease)
            raise
        return len(lease.rows)

    def _think_in_portions(self, lease: Lease) -> Iterator[list[_Thought[P]]]:
        portion: list[_Thought[P]] = []
        began = time.monotonic()
        for row in lease.rows:
            portion.append(self._think_about(lease.company_id, row))
            octets = sum(thought.octets for thought in portion)
            waited = time.monotonic() - began >= WRITE_AFTER_SECONDS
            if waited or octets >= WRITE_AFTER_OCTETS or len(portion) >= self._portion:
                yield portion
                portion, began = [], time.monotonic()
        if portion:
            yield portion

    def _think_about(self, company_id: int, row: Claimed) -> _Thought[P]:
        if row.attempts > MOST_ATTEMPTS:
            # Its worker died each time before it could say why.
            return _Thought(row, None, RuntimeError("the worker was killed"))
        try:
            with self._database.read() as session:
                inbound = load_inbound(session, self._raw, company_id, row.id)
            return _Thought(row, self._think(inbound), None, len(inbound.raw))
        except Exception as error:  # whatever a mail does to us, the others go on and it is kept
            return _Thought(row, None, error)

    def _write_portion(self, lease: Lease, thoughts: Sequence[_Thought[P]]) -> None:
        with self._database.write() as session:
            began = time.thread_time()
            ours = pass_fence(session, lease, [thought.row.id for thought in thoughts])
            for thought in thoughts:
                if thought.row.id in ours:
                    self._write_one(session, lease.company_id, thought)
            each = max((time.thread_time() - began) / len(thoughts), 1e-4)
        self._portion = max(1, min(BATCH, int(WRITE_SECONDS / each)))
        for thought in thoughts:
            if thought.row.id not in ours:
                log.warning("lease lost", inbound_id=thought.row.id)

    def _write_one(self, session: Session, company_id: int, thought: _Thought[P]) -> None:
        error = thought.error
        if error is None:
            try:
                with session.begin_nested():
                    self._write(cast(P, thought.plan), session)
                return
            except Exception as wrong:
                # A connection that is gone takes the whole portion with it.
                if not session.is_active or session.connection().invalidated:
                    raise
                error = wrong
        self._record_failure(session, company_id, thought.row, error)

    def _record_failure(self, session: Session, company_id: int, row: Claimed, error: Exception) -> None:
        kind, place = type(error).__name__, place_of(error)
        is_last = row.attempts >= MOST_ATTEMPTS
        log.error("mail not worked out", inbound_id=row.id, attempts=row.attempts, error=kind, place=place)
        if is_last:
            give_up(session, company_id, row, Rule.FAILED, {"error": kind})
        else:
            # Another worker's row came first: look again, at once.
            is_race = isinstance(error, IntegrityError)
            put_off(session, company_id, row, self._database.now(session), at_once=is_race and row.attempts == 1)

    def _give_back(self, lease: Lease) -> None:
        """Let others have what we could not write; where even that fails, the lease runs out."""
        try:
            with self._database.write() as session:
                release(session, lease, self._database.now(session))
        except Exception:  # the first error is the one to tell
            log.warning("lease not given back", company_id=lease.company_id)
