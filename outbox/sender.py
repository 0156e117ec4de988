"""The sender: claim, send, write down (DESIGN 5).

A mail is never lost: whatever fails before the last dot leaves its row in the queue. None is sent twice: the attempt
is committed as `sending` before the dot, and what ends between the dot and the written reply is unknown (R47).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

import structlog

from db.failures import place_of
from db.heartbeat import Heartbeat
from db.session import Database
from outbox.claim import OUTBOX, Claimer, Errand
from outbox.outcome import Fate, Outcome
from outbox.recording import LeaseLost, give_back, mark_sending, record
from outbox.route import Route
from outbox.server import Letter

AT_ONCE: Final = 8
"""Mails of one process on their way at once: they wait for others nearly all of the time."""
POLL_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 2.0
RECORD_TRIES: Final = 30
log = structlog.get_logger(__name__)


class _Stopping(Exception):
    """We are told to stop, and the mail has not had its last dot."""


class Sender:
    """Sends for one process. `reverse_path` and `sign` make of a mail what goes over the wire."""

    def __init__(
        self,
        database: Database,
        route: Route,
        *,
        sign: Callable[[bytes], bytes],
        reverse_path: Callable[[Errand], str],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database = database
        self._route = route
        self._sign = sign
        self._reverse_path = reverse_path
        self._chance = chance
        self._claimer = Claimer(database, route)
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._stop = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop, each mail in a thread of its own."""
        self._stop = stop
        while not stop.is_set():
            if not self._places.acquire(timeout=POLL_SECONDS):
                continue
            errand = self._claim()
            if errand is None:
                self._places.release()
                stop.wait(POLL_SECONDS)
            else:
                threading.Thread(target=self._run_one, args=(errand,), name="send", daemon=True).start()
        # What got its last dot is waited for; the others end at their next word.
        for _ in range(AT_ONCE):
            self._places.acquire()

    def run_until_idle(self) -> int:
        """Send until nothing is due, one after the other; answer how many were tried."""
        tried = 0
        while (errand := self._claimer.claim()) is not None:
            self._send(errand)
            tried += 1
        return tried

    def _claim(self) -> Errand | None:
        try:
            return self._claimer.claim()
        except Exception as error:  # the database may be away: we try again
            log.error("sending interrupted", error=type(error).__name__, place=place_of(error))
            self._stop.wait(TROUBLE_SECONDS)
            return None

    def _run_one(self, errand: Errand) -> None:
        try:
            self._send(errand)
        finally:
            self._places.release()

    def _send(self, errand: Errand) -> None:
        with Heartbeat(partial(OUTBOX.keep, self._database, errand.lease)):
            outcome = self._try(errand)
            if outcome is not None:
                self._write_down(errand, outcome)

    def _try(self, errand: Errand) -> Outcome | None:
        """Answer what became of it, None where nothing did and nothing is to be written."""
        marked = threading.Event()

        def before_dot() -> None:
            if self._stop.is_set():
                raise _Stopping
            mark_sending(self._database, errand)
            marked.set()

        try:
            letter = Letter(
                content=self._sign(errand.content),
                reverse_path=self._reverse_path(errand),
                forward_path=errand.forward_path,
                before_dot=before_dot,
            )
            return self._route.deliver(letter)
        except _Stopping:
            self._give_back(errand)
            return None
        except LeaseLost:
            log.warning("lease lost", outbox_id=errand.row.id)
            return None
        except Exception as error:  # whatever a mail does to us, the others go on and it is kept
            log.error("mail not sent", outbox_id=errand.row.id, error=type(error).__name__, place=place_of(error))
            fate = Fate.UNKNOWN if marked.is_set() else Fate.DEFERRED
            return Outcome(fate=fate, reply=f"4.3.0 Trouble of ours: {type(error).__name__}")

    def _write_down(self, errand: Errand, outcome: Outcome) -> None:
        """Record an outcome, however long the database is away; where it stays away, the lease says it is unknown."""
        destination = self._route.destination(errand.domain)
        for turn in range(RECORD_TRIES):
            try:
                with self._database.write() as session:
                    ours = record(session, errand, outcome, destination, self._database.now(session), self._chance)
                break
            except Exception as error:
                log.error("outcome not written", outbox_id=errand.row.id, error=type(error).__name__)
                self._stop.wait(min(TROUBLE_SECONDS * turn, 10))
        else:
            return
        told = log.info if ours and outcome.fate in (Fate.SENT, Fate.DEFERRED) else log.warning
        told("mail tried", outbox_id=errand.row.id, fate=str(outcome.fate), code=outcome.code, ours=ours)

    def _give_back(self, errand: Errand) -> None:
        try:
            with self._database.write() as session:
                give_back(session, errand, self._database.now(session))
        except Exception:  # the lease runs out
            log.warning("lease not given back", outbox_id=errand.row.id)
