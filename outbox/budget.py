"""Budgets: how much one peer may make us write or create for one user; what is over is paused (RULES R40).

Each is counted by the peer's address and by its domain, and for private mail apart, so that nothing of it shows in
what happens to mail that others see (R30b).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.free_mail import is_free_mail
from db.ids import new_id
from db.inserting import insert_or_add
from db.models import Pause, WindowCounter
from mail.address import address_key, domain_of

PAUSE: Final = timedelta(hours=24)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Budget(StrEnum):
    """What a peer may cause."""

    NOTICES = "notices"
    CREATIONS = "creations"
    ANSWERS = "answers"


class Spent(StrEnum):
    """Whether there was something left: `tripped` where this was the first that was too much."""

    WITHIN = "within"
    TRIPPED = "tripped"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Allowance:
    """At most so many of one address an hour, and of one domain a day."""

    address_an_hour: int
    domain_a_day: int


ALLOWANCES: Final[Mapping[Budget, Allowance]] = {
    # Nobody writes to one colleague every minute for an hour; a machine that does is told of once.
    Budget.NOTICES: Allowance(60, 600),
    # One address makes one contact, and another only after somebody has undone it; a company that is met for the
    # first time has some dozens of people, a sender with a new address for each mail has thousands.
    Budget.CREATIONS: Allowance(5, 100),
    # Who sets his mail up tries a few times.
    Budget.ANSWERS: Allowance(10, 100),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose budget it is; `own`: it concerns private mail. `user_id` is None for what is nobody's."""

    company_id: int
    user_id: int | None
    own: bool = False


def spend(session: Session, account: Account, budget: Budget, peer: str, now: datetime) -> Spent:
    """Take one from the budget of a peer's address and from that of its domain."""
    names = _peers(peer)
    if _count_on(session, account, budget, names, now):
        return Spent.PAUSED
    allowance = ALLOWANCES[budget]
    for name, window, most in zip(
        names, (HOUR, DAY), (allowance.address_an_hour, allowance.domain_a_day), strict=False
    ):
        if _counted(session, _key(account, budget, name), window, now) > most:
            _pause(session, account, budget, name, now)
            return Spent.TRIPPED
    return Spent.WITHIN


def forget_spent(session: Session, account: Account, budget: Budget, peer: str) -> None:
    """Begin the count of a peer anew."""
    session.execute(delete(WindowCounter).where(WindowCounter.key == _key(account, budget, peer)))


def _peers(peer: str) -> tuple[str, ...]:
    """Answer the address, and its domain where one party has it: at a free-mail provider everybody is."""
    domain = domain_of(peer)
    return (address_key(peer), domain) if domain and not is_free_mail(domain) else (address_key(peer),)


def _count_on(session: Session, account: Account, budget: Budget, names: tuple[str, ...], now: datetime) -> bool:
    """Count what is left undone where a pause stands."""
    counted = (
        update(Pause)
        .where(*of_account(account), Pause.kind == budget, Pause.peer.in_(names), *standing(now))
        .values(count=Pause.count + 1)
        .returning(Pause.id)
        .execution_options(synchronize_session=False)
    )
    return bool(session.execute(counted).all())


def _pause(session: Session, account: Account, budget: Budget, name: str, now: datetime) -> None:
    values = {"company_id": account.company_id, "user_id": account.user_id, "own": account.own}
    times = {"since": now, "until": now + PAUSE}
    session.execute(insert(Pause).values(**values, **times, id=new_id(session), kind=str(budget), peer=name, count=1))


def of_account(account: Account) -> tuple[ColumnElement[bool], ...]:
    """Choose the pauses of an account."""
    return (Pause.company_id == account.company_id, Pause.user_id == account.user_id, Pause.own.is_(account.own))


def standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Choose the pauses that hold."""
    return (Pause.ended_at.is_(None), Pause.until > now)


def is_paused(session: Session, account: Account, budget: Budget, peer: str, now: datetime) -> bool:
    """Tell whether a pause of this peer holds."""
    query = select(Pause.id).where(*of_account(account), Pause.kind == budget, Pause.peer.in_(_peers(peer)))
    return session.scalars(query.where(*standing(now)).limit(1)).first() is not None


def _counted(session: Session, key: str, window: timedelta, now: datetime) -> int:
    seconds = window.total_seconds()
    start = datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)
    statement = insert_or_add(session, WindowCounter, ("key", "window_start"), "count")
    row = {"key": key, "window_start": start, "count": 1}
    counted: int = session.connection().execute(statement.returning(WindowCounter.count), row).scalar_one()
    return counted


def _key(account: Account, budget: Budget, name: str) -> str:
    """Answer the counter's name; hashed, so that the counters are no list of who wrote."""
    told = f"{account.company_id} {account.user_id} {account.own} {name}"
    return f"{budget} {hashlib.sha256(told.encode('utf-8', 'replace')).hexdigest()[:40]}"
