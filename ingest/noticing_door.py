"""What the door turned away and a user should hear of: mail in his name, and strangers at his address (RULES R9c, R13).

A session pays one entry in memory, whoever wrote; a thread looks later whom it concerns. What was noted since the
last writing is lost if the process is killed: the mail was refused, and its sender knows.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.senders import find_standing
from db.failures import place_of
from db.inserting import insert_unless_there
from db.models import BccAddress, Knock
from db.session import Database
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, notify

EVERY_SECONDS: Final = 10.0
MOST_NOTED: Final = 1000
"""Between two writings; a flood of forgeries is told like one."""
MANY_STRANGERS: Final = 20
"""Different senders at one personal address in a day: mistyped addresses and old contacts are fewer."""
ONE_KNOCK: Final = ("company_id", "bcc_address_id", "day", "sender")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnedAway:
    """A mail that was refused for good; `sender` is the key of From, `personal` the ids of personal addresses used.

    `proved`: somebody who may write as `sender` did.
    """

    company_id: int
    sender: str
    proved: bool
    personal: tuple[int, ...]
    peer: str
    at: datetime


class DoorNotices:
    """One for a process; `note` may be called from any thread and waits for nobody who writes."""

    def __init__(self, database: Database, letterhead: Letterhead) -> None:
        self._database = database
        self._letterhead = letterhead
        self._lock = threading.Lock()
        self._noted: dict[tuple[int, str, tuple[int, ...]], TurnedAway] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="door-notices", daemon=True)

    def start(self) -> None:
        """Write now and then from now on."""
        self._thread.start()

    def close(self) -> None:
        """Write the rest and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self.write()

    def note(self, mail: TurnedAway) -> None:
        """Remember one refusal; of those that are alike the first."""
        with self._lock:
            if len(self._noted) < MOST_NOTED:
                self._noted.setdefault((mail.company_id, mail.sender, mail.personal), mail)

    def write(self) -> None:
        """Tell whom it concerns; where the database is away, nobody."""
        with self._lock:
            noted, self._noted = list(self._noted.values()), {}
        try:
            self._write(noted)
        except Exception as error:  # a notice less is no mail lost
            log.warning("door notices not written", error=type(error).__name__, place=place_of(error))

    def _write(self, noted: Sequence[TurnedAway]) -> None:
        if not noted:
            return
        with self._database.read() as session:
            concerns = [
                (mail, owner) for mail in noted for owner in [_claimed(session, mail)] if owner or mail.personal
            ]
        for mail, owner in concerns:
            with self._database.write() as session:
                now = self._database.now(session)
                if owner is not None:
                    _tell_of_forgery(session, mail, owner, self._letterhead, now)
                else:
                    _note_knocks(session, mail, self._letterhead, now)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_SECONDS):
            self.write()


def _claimed(session: Session, mail: TurnedAway) -> int | None:
    """Answer the user in whose name it was, where nothing proved it."""
    standing = find_standing(session, mail.company_id, mail.sender)
    return standing.user_id if standing and standing.approved and not mail.proved else None


def _tell_of_forgery(session: Session, mail: TurnedAway, user_id: int, letterhead: Letterhead, now: datetime) -> None:
    args = {"from": mail.sender, "received": mail.at, "peer": mail.peer}
    notify(session, NoticeTo(mail.company_id, user_id), Notice.FORGED, args, letterhead=letterhead, now=now)


def _note_knocks(session: Session, mail: TurnedAway, letterhead: Letterhead, now: datetime) -> None:
    for address_id, user_id in _owners(session, mail.company_id, mail.personal):
        if _knocked(session, mail, address_id) == MANY_STRANGERS:
            args = {"visible": False, "count": MANY_STRANGERS}
            to = NoticeTo(mail.company_id, user_id)
            notify(session, to, Notice.ADDRESS_LEAKED, args, letterhead=letterhead, now=now)


def _owners(session: Session, company_id: int, ids: Iterable[int]) -> list[tuple[int, int]]:
    query = select(BccAddress.id, BccAddress.user_id).where(
        BccAddress.company_id == company_id, BccAddress.id.in_(list(ids)), BccAddress.state == "active"
    )
    return [(address_id, user_id) for address_id, user_id in session.execute(query) if user_id is not None]


def _knocked(session: Session, mail: TurnedAway, address_id: int) -> int:
    """Count a stranger at an address and answer how many there were today, 0 where this one is counted already."""
    of_day = {"company_id": mail.company_id, "bcc_address_id": address_id, "day": mail.at.date().isoformat()}
    there = select(func.count()).where(*(getattr(Knock, name) == value for name, value in of_day.items()))
    before = session.scalar(there) or 0
    if before >= MANY_STRANGERS:
        return 0
    row = of_day | {"sender": hashlib.sha256(mail.sender.encode("utf-8", "replace")).hexdigest()}
    insertion = insert_unless_there(session, Knock, ONE_KNOCK).returning(Knock.sender)
    return before + 1 if session.connection().scalar(insertion, row) is not None else 0
