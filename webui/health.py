"""Is the company's mail going through? Numbers alone, of all mail whoever's it is (RULES R30b exempts them)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts.companies import list_company_ids
from accounts.day_counts import counts_since
from db.models import InboundMessage
from webui.call import Call

WAITING: Final = ("received", "processing")
DAYS: Final = 14
REFUSED: Final = "refused."
LATER: Final = frozenset({"put_off", "trouble"})
"""Answered with 4xx: the sender comes again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What came in on a day (UTC): of what was accepted, where it stands now; and what was refused, by kind."""

    day: date
    statuses: dict[str, int]
    refused: dict[str, int]

    @property
    def accepted(self) -> int:
        """Answer how many were taken."""
        return sum(self.statuses.values())

    @property
    def turned_away(self) -> int:
        """Answer how many were refused for good."""
        return sum(count for kind, count in self.refused.items() if kind not in LATER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHealth:
    """The last days, the oldest first, and what waits now."""

    days: tuple[Day, ...]
    waiting: int
    oldest_waits: timedelta | None
    held: int
    held_of_nobody: int
    oldest_held: datetime | None

    @property
    def accepted(self) -> int:
        """Answer how many were taken in these days."""
        return sum(one.accepted for one in self.days)

    @property
    def failed(self) -> int:
        """Answer how many of them could not be worked on."""
        return sum(one.statuses.get("failed", 0) for one in self.days)

    @property
    def refused(self) -> dict[str, int]:
        """Answer how many were refused in these days, by kind."""
        total: Counter[str] = Counter()
        for one in self.days:
            total.update(one.refused)
        return dict(total)


def look_at_mail(call: Call) -> MailHealth:
    """Answer the numbers of the viewer's company."""
    company_id = call.viewer.company_id
    waiting, since = _queue(call.session, company_id)
    mine = InboundMessage.company_id == company_id, InboundMessage.status == "held"
    held = select(func.count(), func.count(InboundMessage.owner_id), func.min(InboundMessage.received_at)).where(*mine)
    count, owned, oldest = call.session.execute(held).one()
    return MailHealth(
        days=_days(call),
        waiting=waiting,
        oldest_waits=call.now - since if since else None,
        held=count,
        held_of_nobody=count - owned,
        oldest_held=oldest,
    )


def look_at_queue(session: Session, now: datetime) -> tuple[int, float]:
    """Answer how many mails of the installation wait for a worker, and the age of the oldest in seconds."""
    queues = [_queue(session, company_id) for company_id in list_company_ids(session)]
    since = min((oldest for _, oldest in queues if oldest), default=None)
    return sum(waiting for waiting, _ in queues), (now - since).total_seconds() if since else 0.0


def _days(call: Call) -> tuple[Day, ...]:
    today = call.now.date()
    wanted = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    taken = _taken(call, wanted[0])
    refused = counts_since(call.session, call.viewer.company_id, wanted[0])
    return tuple(
        Day(
            day=one,
            statuses=taken.get(one, {}),
            refused={
                kind.removeprefix(REFUSED): count
                for kind, count in refused.get(one, {}).items()
                if kind.startswith(REFUSED)
            },
        )
        for one in wanted
    )


def _taken(call: Call, first: date) -> dict[date, dict[str, int]]:
    begins = datetime(first.year, first.month, first.day, tzinfo=call.now.tzinfo)
    day = _day_of(call)
    query = (
        select(day, InboundMessage.status, func.count())
        .where(InboundMessage.company_id == call.viewer.company_id, InboundMessage.received_at >= begins)
        .group_by(day, InboundMessage.status)
    )
    found: dict[date, dict[str, int]] = {}
    for text, status, count in call.session.execute(query):
        found.setdefault(date.fromisoformat(text), {})[status] = count
    return found


def _day_of(call: Call) -> ColumnElement[Any]:
    """Answer the day of receipt in UTC as text, in the words of either database."""
    if call.backend.database.is_sqlite:
        return func.date(InboundMessage.received_at)
    return func.to_char(func.timezone("UTC", InboundMessage.received_at), "YYYY-MM-DD")


def _queue(session: Session, company_id: int) -> tuple[int, datetime | None]:
    query = select(func.count(), func.min(InboundMessage.received_at)).where(
        InboundMessage.company_id == company_id, InboundMessage.status.in_(WAITING)
    )
    waiting, since = session.execute(query).one()
    return waiting, since
