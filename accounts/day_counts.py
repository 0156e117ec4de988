"""Counts by day of what nothing else keeps, such as refused mail; of the whole company, for its admins (RULES R30b)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.inserting import insert_or_add
from db.models import DayCount

KEPT: Final = timedelta(days=90)
GATEWAY_DROPPED: Final = "dropped.gateway"
"""Mail of the company's gateway that was not kept (RULES R56)."""
Counted = tuple[int, date, str]
"""Company, day in UTC, and what was counted."""


def add_counts(session: Session, counts: Mapping[Counted, int]) -> None:
    """Add to the counts of days."""
    # In one order, so that two receivers do not wait for each other.
    rows = [
        {"company_id": company_id, "day": day.isoformat(), "kind": kind, "count": count}
        for (company_id, day, kind), count in sorted(counts.items())
    ]
    if rows:
        session.connection().execute(insert_or_add(session, DayCount, ("company_id", "day", "kind"), "count"), rows)


def counts_since(session: Session, company_id: int, first: date) -> dict[date, dict[str, int]]:
    """Answer what was counted from a day on, by day and kind."""
    query = select(DayCount.day, DayCount.kind, DayCount.count).where(
        DayCount.company_id == company_id, DayCount.day >= first.isoformat()
    )
    found: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for day, kind, count in session.execute(query):
        found[date.fromisoformat(day)][kind] = count
    return dict(found)


def forget_counts(session: Session, company_id: int, today: date) -> None:
    """Delete counts that are older than anybody asks for."""
    old = DayCount.company_id == company_id, DayCount.day < (today - KEPT).isoformat()
    session.execute(delete(DayCount).where(*old))
