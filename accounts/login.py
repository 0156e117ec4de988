"""Signing in: count the try, check the password outside any write; then a session, or the second step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from accounts.connecting import Connecting, where_else
from accounts.passwords import matches
from accounts.second_factor import is_on, use
from accounts.second_step import HalfWay, digest_of
from accounts.sessions import open_session
from accounts.throttle import Throttled, begin_try, code_limits, give_back, login_limits
from accounts.viewer import Role, Viewer
from db.models import DirectoryLogin, User
from db.session import Database
from mail.address import address_key
from net.sealed import Keys


@dataclass(frozen=True, slots=True)
class Welcome:
    """Signed in; `secret` goes into the cookie."""

    viewer: Viewer
    secret: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """No such user, no password set, deactivated, or the wrong password or code: all alike."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """It is really the user, whose company has its users sign in at a provider alone; `label` is its name."""

    label: str


@dataclass(frozen=True, slots=True)
class _Account:
    viewer: Viewer
    password_hash: str | None


def sign_in(
    database: Database,
    email: str,
    password: str,
    peer: str,
    user_agent: str,
    connecting: Connecting | None = None,
) -> Welcome | HalfWay | Elsewhere | Wrong | Throttled:
    """Check a password; open a session, or answer that a code is asked for. `peer` is the browser's IP address."""
    key = address_key(email.strip())
    limits = login_limits(key, peer)
    tried_at = begin_try(database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    with database.read() as session:
        account = _find_account(session, key)
    if not matches(account.password_hash if account else None, password) or account is None:
        return Wrong()
    with database.write() as session:
        # The password took its time: nobody may have been deactivated or changed it meanwhile.
        if _find_account(session, key) != account:
            return Wrong()
        give_back(session, limits, tried_at)
        return let_in(session, account.viewer, account.password_hash, user_agent, database.now(session), connecting)


def let_in(
    session: Session,
    viewer: Viewer,
    password_hash: str | None,
    user_agent: str,
    now: datetime,
    connecting: Connecting | None = None,
) -> Welcome | HalfWay | Elsewhere:
    """Let somebody in whose password is known to be right: at once, or as far as the second step."""
    if label := where_else(session, viewer, connecting):
        return Elsewhere(label)
    if is_on(session, viewer.company_id, viewer.user_id):
        return HalfWay(viewer.company_id, viewer.user_id, digest_of(password_hash), now)
    return Welcome(viewer, open_session(session, viewer, user_agent, now))


def give_code(
    database: Database, keys: Keys, half_way: HalfWay, code: str, peer: str, user_agent: str
) -> Welcome | Wrong | Throttled:
    """Check the code of one whose password was right, and open a session."""
    limits = code_limits(half_way.company_id, half_way.user_id, peer)
    tried_at = begin_try(database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    with database.write() as session:
        now = database.now(session)
        account = _account_of(session, half_way)
        if account is None or not half_way.is_good(account.password_hash, now):
            return Wrong()
        if not use(session, keys, half_way.company_id, half_way.user_id, code, now):
            return Wrong()
        give_back(session, limits, tried_at)
        return Welcome(account.viewer, open_session(session, account.viewer, user_agent, now))


def _find_account(session: Session, email_key: str) -> _Account | None:
    query = _ACCOUNT.join(
        DirectoryLogin, and_(DirectoryLogin.company_id == User.company_id, DirectoryLogin.user_id == User.id)
    ).where(DirectoryLogin.email_key == email_key)
    return _account(session, query)


def _account_of(session: Session, half_way: HalfWay) -> _Account | None:
    return _account(session, _ACCOUNT.where(User.company_id == half_way.company_id, User.id == half_way.user_id))


def _account(session: Session, query: Select[int, int, str, str | None]) -> _Account | None:
    row = session.execute(query).one_or_none()
    return _Account(Viewer(row[0], row[1], Role(row[2])), row[3]) if row else None


_ACCOUNT = select(User.company_id, User.id, User.role, User.password_hash).where(User.state == "active")
