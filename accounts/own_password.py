"""Asking somebody who is signed in for the password once more; guesses count like those of signing in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.login import Wrong
from accounts.passwords import check_chosen_password, hash_password, matches
from accounts.second_factor import use
from accounts.sessions import revoke_all_sessions
from accounts.throttle import Throttled, begin_try, code_limits, give_back, login_limits
from accounts.totp import is_code
from accounts.viewer import Viewer
from db.models import Company, User
from db.session import Database
from net.sealed import Keys


@dataclass(frozen=True, slots=True)
class Right:
    """It is really the user; `password_hash` is what a password was checked against."""

    password_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The new password is set, and so many other browsers were signed out."""

    signed_out: int


def ask_password(database: Database, viewer: Viewer, password: str, peer: str) -> Right | Wrong | Throttled:
    """Check one's own password outside any write; `peer` is the browser's IP address."""
    with database.read() as session:
        row = session.execute(_of(viewer)).one()
    limits = login_limits(row.email_key, peer)
    tried_at = begin_try(database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    if not matches(row.password_hash, password):
        return Wrong()
    with database.write() as session:
        give_back(session, limits, tried_at)
    return Right(row.password_hash)


def ask_again(database: Database, keys: Keys, viewer: Viewer, given: str, peer: str) -> Right | Wrong | Throttled:
    """Take one's own password, or a code of one's authenticator, as a sign that it is really oneself."""
    if is_code("".join(given.split())):
        return _ask_code(database, keys, viewer, given, peer)
    return ask_password(database, viewer, given, peer)


def change_password(
    database: Database, viewer: Viewer, current: str, new: str, peer: str, *, this_session: int
) -> Changed | Wrong | Throttled:
    """Set a new password where the current one is right; every other browser is signed out.

    Raise Invalid where the new one may not be chosen; nothing was tried then.
    """
    with database.read() as session:
        check_chosen_password(new, words_about(session, viewer))
    asked = ask_password(database, viewer, current, peer)
    if not isinstance(asked, Right):
        return asked
    new_hash = hash_password(new)
    with database.write() as session:
        now = database.now(session)
        # Hashing took its time: somebody may have set another one meanwhile.
        if not _replace(session, viewer, asked.password_hash, new_hash):
            return Wrong()
        gone = revoke_all_sessions(session, viewer.company_id, viewer.user_id, now, but=this_session)
        _audit(session, viewer, now)
    return Changed(gone)


def _ask_code(database: Database, keys: Keys, viewer: Viewer, code: str, peer: str) -> Right | Wrong | Throttled:
    limits = code_limits(viewer.company_id, viewer.user_id, peer)
    tried_at = begin_try(database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    with database.write() as session:
        if not use(session, keys, viewer.company_id, viewer.user_id, code, database.now(session)):
            return Wrong()
        give_back(session, limits, tried_at)
    return Right()


def words_about(session: Session, viewer: Viewer) -> tuple[str, ...]:
    """Answer what everybody knows of a user, so that no password is made of it."""
    user = session.execute(_of(viewer)).one()
    company = session.scalar(select(Company.name).where(Company.id == viewer.company_id))
    return (user.email_key, user.name, company or "")


def _of(viewer: Viewer) -> Select[str, str, str | None]:
    return select(User.email_key, User.name, User.password_hash).where(
        User.company_id == viewer.company_id, User.id == viewer.user_id
    )


def _replace(session: Session, viewer: Viewer, before: str | None, after: str) -> bool:
    changed = session.execute(
        update(User)
        .where(User.company_id == viewer.company_id, User.id == viewer.user_id, User.password_hash == before)
        .values(password_hash=after)
        .returning(User.id)
    )
    return changed.first() is not None


def _audit(session: Session, viewer: Viewer, now: datetime) -> None:
    record_event(session, viewer.company_id, viewer.user_id, "user.password", now=now, target=("user", viewer.user_id))
