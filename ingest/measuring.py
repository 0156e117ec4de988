"""Measures every five minutes how each company's mail and the machine are, and thins what was measured as it ages.

Numbers of the whole company alone, whoever's mail it is (RULES R30b exempts them). Five-minute spans stay two days,
hours two weeks, days a year: about 1,300 rows a company, for ever.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.companies import list_company_ids
from accounts.day_counts import counts_since
from db.failures import place_of
from db.ids import least_id_at
from db.inserting import insert_unless_there
from db.models import Decision, InboundMessage, Measurement, OutboxMessage
from db.session import Database
from ingest.measurements import DAY, FIVE, HOUR, combined, list_measured, span_before
from ingest.stored_octets import count_database, count_stored, is_counted

EVERY_SECONDS: Final = 60.0
LATE: Final = timedelta(minutes=2)
"""How far the number of an id may be before its row's time: clocks differ."""
KEPT: Final = {FIVE: timedelta(days=2), HOUR: timedelta(days=15), DAY: timedelta(days=400)}
PARTS: Final = {HOUR: FIVE, DAY: HOUR}
CATCH_UP: Final = 3
"""How many spans back a longer one is still put together, where no worker ran when it ended."""
MOST_TIMES: Final = 20_000
WAITING: Final = ("received", "processing")
SENDING: Final = ("queued", "sending")
LATER: Final = frozenset({"refused.put_off", "refused.trouble"})
UNIQUE: Final = ("company_id", "minutes", "at")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What every company of the installation lies on, in octets."""

    database_octets: int
    free_octets: int
    disk_octets: int


def watch_measures(database: Database, data_dir: Path, stop: threading.Event) -> None:
    """Measure what is due until told to stop; several workers may do it at once."""
    while not stop.is_set():
        try:
            with database.read() as session:
                now = database.now(session)
            measure_due(database, data_dir, now)
        except Exception as error:  # the database may be away: the next round does the work
            log.error("not measured", error=type(error).__name__, place=place_of(error))
        stop.wait(EVERY_SECONDS)


def measure_due(database: Database, data_dir: Path, now: datetime) -> int:
    """Measure the last five minutes of each company that has them not; answer of how many."""
    with database.read() as session:
        span = span_before(now, FIVE)
        due = [one for one in list_company_ids(session) if not _is_there(session, one, FIVE, span)]
        machine = _machine(session, data_dir) if due else None
        rows = [_measured(session, one, span, now, machine) for one in due if machine]
    for row in rows:
        with database.write() as session:
            session.connection().execute(insert_unless_there(session, Measurement, UNIQUE), row)
            _thin(session, row["company_id"], now)
    return len(rows)


def _machine(session: Session, data_dir: Path) -> Machine:
    disk = shutil.disk_usage(data_dir)
    return Machine(database_octets=count_database(session), free_octets=disk.free, disk_octets=disk.total)


def _measured(session: Session, company_id: int, span: datetime, now: datetime, machine: Machine) -> dict[str, Any]:
    waiting, since = _queue(session, InboundMessage, InboundMessage.received_at, company_id, WAITING)
    sending, asked = _queue(session, OutboxMessage, OutboxMessage.created_at, company_id, SENDING)
    median, slow, filed = _times(session, company_id, span)
    stored = {} if is_counted(session, company_id, now) else count_stored(session, company_id)
    return {
        "company_id": company_id,
        "minutes": FIVE,
        "at": span,
        **_taken(session, company_id, span),
        "refused": _refused(session, company_id, span),
        "notices": _notices(session, company_id, span),
        "filed": filed,
        "median_ms": median,
        "slow_ms": slow,
        "waiting": waiting,
        "waiting_ms": _age(since, now),
        "sending": sending,
        "sending_ms": _age(asked, now),
        "raw_octets": stored.get("raw"),
        "file_octets": stored.get("file"),
        "index_octets": stored.get("index"),
        "database_octets": machine.database_octets,
        "free_octets": machine.free_octets,
        "disk_octets": machine.disk_octets,
    }


def _queue(session: Session, model: Any, time: Any, company_id: int, statuses: Sequence[str]) -> Any:
    query = select(func.count(), func.min(time)).where(model.company_id == company_id, model.status.in_(statuses))
    return session.execute(query).one()


def _age(since: datetime | None, now: datetime) -> int:
    return max(int((now - since).total_seconds() * 1000), 0) if since else 0


def _taken(session: Session, company_id: int, span: datetime) -> dict[str, int]:
    query = select(func.count(), func.count().filter(InboundMessage.status == "held")).where(
        InboundMessage.company_id == company_id,
        InboundMessage.id >= least_id_at(span - LATE),
        InboundMessage.received_at >= span,
        InboundMessage.received_at < span + timedelta(minutes=FIVE),
    )
    accepted, held = session.execute(query).one()
    return {"accepted": accepted, "held": held}


def _refused(session: Session, company_id: int, span: datetime) -> int:
    """Answer what the count of the day has gained: of refusals only days are counted."""
    counted = counts_since(session, company_id, span.date()).get(span.date(), {})
    total = sum(number for kind, number in counted.items() if kind.startswith("refused.") and kind not in LATER)
    known = select(func.coalesce(func.sum(Measurement.refused), 0)).where(
        Measurement.company_id == company_id,
        Measurement.minutes == FIVE,
        Measurement.at >= span.replace(hour=0, minute=0),
        Measurement.at < span,
    )
    return max(total - int(session.scalars(known).one()), 0)


def _notices(session: Session, company_id: int, span: datetime) -> int:
    query = select(func.count()).where(
        OutboxMessage.company_id == company_id,
        OutboxMessage.id >= least_id_at(span - LATE),
        OutboxMessage.kind == "notice",
        OutboxMessage.created_at >= span,
        OutboxMessage.created_at < span + timedelta(minutes=FIVE),
    )
    return session.scalars(query).one()


def _times(session: Session, company_id: int, span: datetime) -> tuple[int | None, int | None, int]:
    """Answer how many ms mails took from their 250 to a decision: half of them, 95 of 100; and how many they were."""
    query = (
        select(InboundMessage.received_at, Decision.made_at)
        .join(
            InboundMessage,
            (InboundMessage.company_id == Decision.company_id) & (InboundMessage.id == Decision.inbound_id),
        )
        .where(
            Decision.company_id == company_id,
            Decision.id >= least_id_at(span - LATE),
            Decision.cause == "arrival",
            Decision.made_at >= span,
            Decision.made_at < span + timedelta(minutes=FIVE),
        )
        .limit(MOST_TIMES)
    )
    took = sorted(max(int((made - received).total_seconds() * 1000), 0) for received, made in session.execute(query))
    if not took:
        return None, None, 0
    return took[(len(took) - 1) // 2], took[min(int(len(took) * 0.95), len(took) - 1)], len(took)


def _thin(session: Session, company_id: int, now: datetime) -> None:
    """Put longer spans together of what has ended, and forget what is old."""
    for minutes, part in PARTS.items():
        span = span_before(now, minutes)
        for back in range(CATCH_UP):
            begins = span - timedelta(minutes=minutes * back)
            if _is_there(session, company_id, minutes, begins):
                break
            parts = list_measured(session, company_id, part, begins, begins + timedelta(minutes=minutes))
            if parts:
                row: Mapping[str, Any] = combined(parts) | {"company_id": company_id, "minutes": minutes, "at": begins}
                session.connection().execute(insert_unless_there(session, Measurement, UNIQUE), row)
    for minutes, kept in KEPT.items():
        old = Measurement.minutes == minutes, Measurement.at < now - kept
        session.execute(delete(Measurement).where(Measurement.company_id == company_id, *old))


def _is_there(session: Session, company_id: int, minutes: int, at: datetime) -> bool:
    this = Measurement.minutes == minutes, Measurement.at == at
    return session.scalar(select(Measurement.at).where(Measurement.company_id == company_id, *this)) is not None
