"""How often somebody may try: counters of windows of time in the database (SECURITY W5)."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from db.models import WindowCounter
from db.session import Database

WINDOW: Final = timedelta(minutes=15)
KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries a window under one key."""

    key: str
    tries: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many tries; nothing was checked."""

    retry_after_seconds: int


def login_limits(email_key: str, peer: str) -> tuple[Limit, ...]:
    """Answer the limits of a sign-in: tight for one account from one network, wide for each alone.

    A wide limit on the account keeps a stranger from locking its owner out easily. Addresses are
    kept hashed: the counters are no list of who tried.
    """
    account, network = _hashed(email_key), _network(peer)
    return (
        Limit(f"login {account} {network}", 10),
        Limit(f"login {account}", 100),
        Limit(f"login {network}", 100),
    )


def code_limits(company_id: int, user_id: int, peer: str) -> tuple[Limit, ...]:
    """Answer the limits of the second step, whose codes have six digits and of which three are right at a time.

    Only who knows the password comes so far: ten tries a window for the whole account lock no stranger's victim out,
    and leave a guesser a chance of one in 350 a day.
    """
    account, network = f"{company_id} {user_id}", _network(peer)
    return (
        Limit(f"code {account} {network}", 5),
        Limit(f"code {account}", 10),
        Limit(f"code {network}", 100),
    )


def passkey_limits(credential_id: str, peer: str) -> tuple[Limit, ...]:
    """Answer the limits of a sign-in by passkey; nobody guesses a signature, so they only bound the work."""
    credential, network = _hashed(credential_id), _network(peer)
    return (
        Limit(f"passkey {credential} {network}", 10),
        Limit(f"passkey {network}", 100),
    )


def provider_limits(peer: str) -> tuple[Limit, ...]:
    """Answer the limits of signing in elsewhere: each try makes us ask another server."""
    return (Limit(f"provider {_network(peer)}", 100),)


def begin_try(database: Database, limits: Iterable[Limit]) -> datetime | Throttled:
    """Count one try before anything is checked; answer when it was counted, for `give_back`."""
    with database.write() as session:
        now = database.now(session)
        allowed = count_try(session, limits, now)
    return now if allowed else Throttled(seconds_left(now))


def count_try(session: Session, limits: Iterable[Limit], now: datetime) -> bool:
    """Count one try under every limit and tell whether all of them allow it."""
    counts = [(_count(session, limit.key, now), limit.tries) for limit in limits]
    if any(count == 1 for count, _ in counts):
        session.execute(delete(WindowCounter).where(WindowCounter.window_start < now - KEPT))
    return all(count <= tries for count, tries in counts)


def give_back(session: Session, limits: Iterable[Limit], now: datetime) -> None:
    """Take a counted try back: it was a right one."""
    keys = [limit.key for limit in limits]
    session.execute(
        update(WindowCounter)
        .where(WindowCounter.key.in_(keys), WindowCounter.window_start == _start(now), WindowCounter.count > 0)
        .values(count=WindowCounter.count - 1)
    )


def seconds_left(now: datetime) -> int:
    """Answer the seconds until a new window begins."""
    return int((_start(now) + WINDOW - now).total_seconds()) + 1


def _count(session: Session, key: str, now: datetime) -> int:
    make = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = make(WindowCounter).values(key=key, window_start=_start(now), count=1)
    counted = statement.on_conflict_do_update(
        index_elements=["key", "window_start"], set_={"count": WindowCounter.count + 1}
    ).returning(WindowCounter.count)
    return session.execute(counted).scalar_one()


def _start(now: datetime) -> datetime:
    seconds = WINDOW.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


def _network(peer: str) -> str:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return "unknown"
    # A household or a server gets a whole /64 of IPv6.
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
