"""Five minutes are measured once, thinned as they age, and never more rows than a year of days needs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from accounts.day_counts import add_counts
from db.models import Company, Decision, InboundMessage, Measurement, OutboxMessage, RawContent
from db.session import Database
from ingest.measurements import (
    DAY,
    FIVE,
    HOUR,
    Measured,
    combined,
    growth_of,
    last_counted,
    last_measured,
    list_measured,
    span_before,
)
from ingest.measuring import measure_due
from tests.kit.factories import make

NOON = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def measured(at: datetime = NOON, **given: Any) -> Measured:
    """Answer a quiet span, but for what is given."""
    empty = dict.fromkeys(Measured.__slots__, 0) | {"median_ms": None, "slow_ms": None, "raw_octets": None}
    return Measured(**empty | {"at": at} | given)


def test_five_minutes_are_measured_once_and_by_company(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        ours, other = (make(session, Company, policies={}).id for _ in range(2))
        now = database.now(session)
        span = span_before(now, FIVE)
        for seconds, status in ((2, "filed"), (10, "held"), (4, "filed")):
            at = span + timedelta(minutes=1)
            row = make(session, InboundMessage, company_id=ours, status=status, received_at=at, owner_id=None)
            made = at + timedelta(seconds=seconds)
            make(session, Decision, company_id=ours, inbound_id=row.id, cause="arrival", made_at=made)
            make(session, Decision, company_id=ours, inbound_id=row.id, cause="replay", made_at=made)
        make(session, InboundMessage, company_id=ours, status="received", received_at=span - timedelta(hours=1))
        make(session, OutboxMessage, company_id=ours, kind="notice", status="queued", created_at=span)
        make(session, RawContent, company_id=ours, size=1000)
        make(session, RawContent, company_id=ours, size=200, bytes=b"packed")
        counted = {(ours, span.date(), "refused.unproved"): 3, (ours, span.date(), "refused.put_off"): 5}
        add_counts(session, counted)
    assert measure_due(database, tmp_path, now) == 2
    with database.read() as session:
        found, quiet = last_measured(session, ours), last_measured(session, other)
        assert found is not None
        assert quiet is not None
    assert found.at == span
    assert (found.accepted, found.held, found.refused, found.notices) == (3, 1, 3, 1)
    assert (found.filed, found.median_ms, found.slow_ms) == (3, 4000, 10_000)
    assert (found.waiting, found.sending) == (1, 1)
    assert found.waiting_ms >= 3_600_000
    assert (found.raw_octets, found.file_octets) == (1200, 1000)
    assert found.database_octets > 0
    assert found.disk_octets > found.free_octets > 0
    assert (quiet.accepted, quiet.refused, quiet.waiting, quiet.raw_octets, quiet.median_ms) == (0, 0, 0, 0, None)
    assert measure_due(database, tmp_path, now) == 0


def test_hours_and_days_are_put_together_and_old_spans_forgotten(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        company_id = make(session, Company, policies={}).id
        now = database.now(session)
        hour, day = span_before(now, HOUR), span_before(now, DAY)
        for number in range(12):
            _keep(session, company_id, FIVE, measured(hour + timedelta(minutes=5 * number), accepted=1, waiting=number))
        for number in range(24):
            _keep(session, company_id, HOUR, measured(day + timedelta(hours=number), accepted=10, refused=1))
        for minutes, days in ((FIVE, 3), (HOUR, 16), (DAY, 500)):
            _keep(session, company_id, minutes, measured(now - timedelta(days=days)))
    assert measure_due(database, tmp_path, now) == 1
    with database.read() as session:
        long_ago = now - timedelta(days=900)
        (made,) = [one for one in list_measured(session, company_id, HOUR, hour) if one.at == hour]
        (whole,) = list_measured(session, company_id, DAY, long_ago)
        assert min(one.at for one in list_measured(session, company_id, FIVE, long_ago)) > now - timedelta(days=2)
        assert min(one.at for one in list_measured(session, company_id, HOUR, long_ago)) > now - timedelta(days=15)
        assert last_counted(session, company_id) is not None
        assert session.scalars(select(Measurement.minutes).where(Measurement.company_id == company_id)).all()
    assert (made.accepted, made.waiting) == (12, 11)
    assert whole.at == day
    assert whole.accepted >= 230
    assert whole.refused >= 23


def test_parts_are_combined() -> None:
    parts = [
        measured(accepted=1, held=1, filed=1, median_ms=100, slow_ms=900, waiting=4, free_octets=9, raw_octets=7),
        measured(accepted=3, refused=2, filed=3, median_ms=500, slow_ms=700, waiting=2, free_octets=8),
    ]
    row = combined(parts)
    assert (row["accepted"], row["held"], row["refused"], row["filed"]) == (4, 1, 2, 4)
    assert (row["median_ms"], row["slow_ms"], row["waiting"]) == (400, 900, 4)
    assert (row["free_octets"], row["raw_octets"]) == (8, 7)
    assert combined([measured()])["median_ms"] is combined([measured()])["slow_ms"] is None
    assert {*row, "at"} == set(asdict(parts[0]))


@pytest.mark.parametrize(
    ("minutes", "at"),
    [(FIVE, "2026-11-03T11:55:00+00:00"), (HOUR, "2026-11-03T11:00:00+00:00"), (DAY, "2026-11-02T00:00:00+00:00")],
)
def test_the_last_span_that_has_ended(minutes: int, at: str) -> None:
    assert span_before(NOON + timedelta(minutes=2), minutes) == datetime.fromisoformat(at)


def test_a_disk_is_full_in_so_many_days() -> None:
    week = [measured(NOON + timedelta(days=day), free_octets=1000 - 100 * day) for day in range(8)]
    found = growth_of(week)
    assert found is not None
    assert (found.a_day, found.full_in_days) == (100, 3)
    assert growth_of(week[:1]) is None
    shrinking = growth_of([measured(free_octets=1), measured(NOON + timedelta(days=2), free_octets=5)])
    assert shrinking is not None
    assert shrinking.full_in_days is None


def _keep(session: Any, company_id: int, minutes: int, one: Measured) -> None:
    make(session, Measurement, company_id=company_id, minutes=minutes, **asdict(one))
