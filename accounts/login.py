"""Signing in: count the try, check the password outside any write, open a session."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.passwords import matches
from accounts.sessions import open_session
from accounts.throttle import count_try, give_back, login_limits, seconds_left
from accounts.viewer import Role, Viewer
from db.models import DirectoryLogin, User
from db.session import Database
from mail.address import address_key


@dataclass(frozen=True, slots=True)
class Welcome:
    """Signed in; `secret` goes into the cookie."""

    viewer: Viewer
    secret: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """No such user, no password set, deactivated, or the wrong password: all alike."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many tries; nothing was checked."""

    retry_after_seconds: int


@dataclass(frozen=True, slots=True)
class _Account:
    viewer: Viewer
    password_hash: str | None


def sign_in(database: Database, email: str, password: str, peer: str, user_agent: str) -> Welcome | Wrong | Throttled:
    """Check a password and open a session; `peer` is the browser's IP address."""
    key = address_key(email.strip())
    limits = login_limits(key, peer)
    with database.write() as session:
        now = database.now(session)
        allowed = count_try(session, limits, now)
    if not allowed:
        return Throttled(seconds_left(now))
    with database.read() as session:
        account = _find_account(session, key)
    if not matches(account.password_hash if account else None, password) or account is None:
        return Wrong()
    with database.write() as session:
        # The password took its time: nobody may have been deactivated or changed it meanwhile.
        if _find_account(session, key) != account:
            return Wrong()
        give_back(session, limits, now)
        return Welcome(account.viewer, open_session(session, account.viewer, user_agent, database.now(session)))


def _find_account(session: Session, email_key: str) -> _Account | None:
    query = (
        select(User.company_id, User.id, User.role, User.password_hash)
        .join(DirectoryLogin, and_(DirectoryLogin.company_id == User.company_id, DirectoryLogin.user_id == User.id))
        .where(DirectoryLogin.email_key == email_key, User.state == "active")
    )
    row = session.execute(query).one_or_none()
    return _Account(Viewer(row[0], row[1], Role(row[2])), row[3]) if row else None
