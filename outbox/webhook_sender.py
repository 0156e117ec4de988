"""Sends webhooks: claim, look again whether the user may know, post, write down.

At least once: who dies between the post and the record leaves a lease that runs out, and the same event is sent again
under the same `webhook-id`.
"""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.events import EventKind
from db.failures import place_of
from db.ids import IdSealer
from db.session import Database
from net.post import Poster, PostFailed
from net.sealed import Keys
from outbox.letterhead import Letterhead
from outbox.webhook_claim import Claimer, Parcel
from outbox.webhook_recording import Outcome, record
from outbox.webhook_signing import sign, unseal_secret

AT_ONCE: Final = 4
POLL_SECONDS: Final = 1.0
TROUBLE_SECONDS: Final = 2.0
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTools:
    """What sending needs: `spread` lays out new events, `told` answers what the user may know of one, or None."""

    spread: Callable[[], bool]
    told: Callable[[Session, Viewer, EventKind, Mapping[str, int]], Mapping[str, str] | None]
    poster: Poster
    keys: Keys
    sealer: IdSealer
    letterhead: Letterhead


class WebhookSender:
    """Sends for one process."""

    def __init__(self, database: Database, tools: WebhookTools, chance: Callable[[], float] = random.random) -> None:
        self._database = database
        self._tools = tools
        self._chance = chance
        self._claimer = Claimer(database)
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def run(self, stop: threading.Event) -> None:
        """Send until told to stop, each delivery in a thread of its own; those begun are finished."""
        while not stop.is_set():
            if not self._places.acquire(timeout=POLL_SECONDS):
                continue
            parcel = self._next(stop)
            if parcel is None:
                self._places.release()
                stop.wait(POLL_SECONDS)
            else:
                threading.Thread(target=self._run_one, args=(parcel,), name="webhook", daemon=True).start()
        for _ in range(AT_ONCE):
            self._places.acquire()

    def run_until_idle(self) -> int:
        """Lay out and send until nothing is due, one after the other; answer how many were tried."""
        tried = 0
        while (parcel := self._lay_out_and_claim()) is not None:
            self.deliver(parcel)
            tried += 1
        return tried

    def deliver(self, parcel: Parcel) -> None:
        """Send one delivery and write down what became of it."""
        outcome = self._try(parcel)
        with self._database.write() as session:
            now = self._database.now(session)
            ours = record(session, parcel, outcome, now, self._chance, self._tools.letterhead)
        status = outcome.answer.status if outcome.answer else None
        log.info("webhook tried", delivery_id=parcel.row.id, sent=outcome.is_sent, status=status, ours=ours)

    def _lay_out_and_claim(self) -> Parcel | None:
        while self._tools.spread():
            pass
        return self._claimer.claim()

    def _next(self, stop: threading.Event) -> Parcel | None:
        try:
            self._tools.spread()
            return self._claimer.claim()
        except Exception as error:  # the database may be away: we try again
            log.error("webhooks interrupted", error=type(error).__name__, place=place_of(error))
            stop.wait(TROUBLE_SECONDS)
            return None

    def _run_one(self, parcel: Parcel) -> None:
        try:
            self.deliver(parcel)
        except Exception as error:  # the lease runs out, and it is sent again
            log.error("webhook not recorded", error=type(error).__name__, place=place_of(error))
        finally:
            self._places.release()

    def _try(self, parcel: Parcel) -> Outcome:
        tools = self._tools
        with self._database.read() as session:
            data = tools.told(session, parcel.viewer, parcel.kind, parcel.about)
            now = self._database.now(session)
        if data is None:
            return Outcome(hidden=True)
        body = body_of(parcel.kind, parcel.at, data)
        try:
            return Outcome(answer=tools.poster.post(parcel.url, body, self._fields(parcel, body, now)))
        except PostFailed as failed:
            return Outcome(error=str(failed))

    def _fields(self, parcel: Parcel, body: bytes, now: datetime) -> tuple[tuple[str, str], ...]:
        tools = self._tools
        secrets = [unseal_secret(tools.keys, parcel.webhook_id, one) for one in parcel.secrets]
        message_id, timestamp = f"msg_{tools.sealer.seal('delivery', parcel.row.id)}", int(now.timestamp())
        return (
            *fields_of(message_id, timestamp),
            ("webhook-signature", sign(secrets, message_id, timestamp, body)),
        )


def body_of(kind: EventKind, at: datetime, data: Mapping[str, str]) -> bytes:
    """Answer the body: type, time of the event, and its ids."""
    told = {"type": str(kind), "timestamp": at.isoformat().replace("+00:00", "Z"), "data": dict(data)}
    return json.dumps(told, separators=(",", ":")).encode()


def fields_of(message_id: str, timestamp: int) -> tuple[tuple[str, str], ...]:
    """Answer the fields of a request but its signature."""
    return (
        ("User-Agent", "smartbcc"),
        ("Content-Type", "application/json"),
        ("webhook-id", message_id),
        ("webhook-timestamp", str(timestamp)),
    )
