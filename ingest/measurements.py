"""What was measured, and how short spans are put together into long ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Measurement

FIVE: Final = 5
HOUR: Final = 60
DAY: Final = 1440
ADDED: Final = ("accepted", "held", "refused", "filed", "notices")
HIGHEST: Final = ("waiting", "waiting_ms", "sending", "sending_ms")
LAST: Final = ("raw_octets", "file_octets", "index_octets", "database_octets", "free_octets", "disk_octets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A span that was measured; the fields are those of `db.models.Measurement`."""

    at: datetime
    accepted: int
    held: int
    refused: int
    filed: int
    notices: int
    waiting: int
    waiting_ms: int
    sending: int
    sending_ms: int
    median_ms: int | None
    slow_ms: int | None
    raw_octets: int | None
    file_octets: int | None
    index_octets: int | None
    database_octets: int
    free_octets: int
    disk_octets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How much the disk fills in a day, in octets, and in how many days it is full; None: it does not fill up."""

    a_day: int
    full_in_days: int | None


def list_measured(
    session: Session, company_id: int, minutes: int, since: datetime, before: datetime | None = None
) -> tuple[Measured, ...]:
    """Answer the spans of that length that begin in the time, the oldest first."""
    query = select(Measurement).where(
        Measurement.company_id == company_id, Measurement.minutes == minutes, Measurement.at >= since
    )
    if before is not None:
        query = query.where(Measurement.at < before)
    return tuple(_measured(row) for row in session.scalars(query.order_by(Measurement.at)))


def last_measured(session: Session, company_id: int) -> Measured | None:
    """Answer the newest five minutes; None where nothing was measured yet."""
    query = select(Measurement).where(Measurement.company_id == company_id, Measurement.minutes == FIVE)
    row = session.scalars(query.order_by(Measurement.at.desc()).limit(1)).one_or_none()
    return _measured(row) if row else None


def last_counted(session: Session, company_id: int) -> Measured | None:
    """Answer the newest span in which the octets of the raw mail were counted, which takes long."""
    query = select(Measurement).where(
        Measurement.company_id == company_id, Measurement.minutes == FIVE, Measurement.raw_octets.is_not(None)
    )
    row = session.scalars(query.order_by(Measurement.at.desc()).limit(1)).one_or_none()
    return _measured(row) if row else None


def growth_of(found: Sequence[Measured]) -> Growth | None:
    """Answer how fast the disk fills; None where less than a day is known."""
    if len(found) < 2 or found[-1].at - found[0].at < timedelta(days=1):
        return None
    days = (found[-1].at - found[0].at) / timedelta(days=1)
    a_day = int((found[0].free_octets - found[-1].free_octets) / days)
    return Growth(a_day=a_day, full_in_days=found[-1].free_octets // a_day if a_day > 0 else None)


def span_before(now: datetime, minutes: int) -> datetime:
    """Answer when the last span of that length that has ended by now began; spans begin at full hours of UTC."""
    here = now.astimezone(UTC)
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    ended = int((here - midnight) / timedelta(minutes=minutes))
    return midnight + timedelta(minutes=minutes * (ended - 1))


def combined(parts: Sequence[Measured]) -> dict[str, Any]:
    """Answer the values of a long span by those of its parts, at least one.

    Counts are added. Of depths and ages the most counts, of octets the last that is known. The median is that of the
    parts, by their mails; of the slow ones the slowest part counts.
    """
    values = [asdict(one) for one in parts]
    row: dict[str, Any] = {name: sum(one[name] for one in values) for name in ADDED}
    row |= {name: max(one[name] for one in values) for name in HIGHEST}
    row |= {name: next((one[name] for one in reversed(values) if one[name] is not None), None) for name in LAST}
    timed = [one for one in parts if one.filed and one.median_ms is not None]
    weight = sum(one.filed for one in timed)
    row["median_ms"] = sum((one.median_ms or 0) * one.filed for one in timed) // weight if weight else None
    row["slow_ms"] = max((one.slow_ms or 0 for one in timed), default=None)
    return row


def _measured(row: Measurement) -> Measured:
    return Measured(**{name: getattr(row, name) for name in Measured.__slots__})
