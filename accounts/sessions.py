"""Web sessions: one row a signed-in browser, so that devices can be listed and revoked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, bindparam, insert, select, update
from sqlalchemy.orm import Session

from accounts.revocation import revoke_all, revoke_one
from accounts.secret import TokenKind, enter, hash_secret, new_secret
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import DirectoryToken, User, WebSession
from languages.language import SOURCE

LIFETIME: Final = timedelta(days=30)
IDLE: Final = timedelta(days=7)
SEEN_EVERY: Final = timedelta(minutes=5)
LONGEST_USER_AGENT: Final = 300


# Asked for every page: made once, because making a statement takes longer than its answer.
_SIGNED_IN: Final = (
    select(WebSession, User.role, User.preferences)
    .join(
        DirectoryToken,
        and_(DirectoryToken.company_id == WebSession.company_id, DirectoryToken.target_id == WebSession.id),
    )
    .join(User, and_(User.company_id == WebSession.company_id, User.id == WebSession.user_id))
    .where(
        DirectoryToken.token_hash == bindparam("token_hash"),
        DirectoryToken.kind == TokenKind.SESSION,
        WebSession.revoked_at.is_(None),
        WebSession.expires_at > bindparam("now"),
        WebSession.last_seen_at > bindparam("idle_since"),
        User.state == "active",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A browser that is signed in, and as whom; language and time zone are known where it was found by its secret."""

    viewer: Viewer
    session_id: int
    user_agent: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    language: str = SOURCE
    time_zone: str = "UTC"


def open_session(session: Session, viewer: Viewer, user_agent: str, now: datetime) -> str:
    """Sign a browser in and answer its secret; each sign-in gets a new one (SECURITY W9)."""
    secret, session_id = new_secret(TokenKind.SESSION), new_id(session)
    token_hash = enter(session, TokenKind.SESSION, viewer.company_id, session_id, secret)
    session.execute(
        insert(WebSession).values(
            company_id=viewer.company_id,
            id=session_id,
            user_id=viewer.user_id,
            token_hash=token_hash,
            user_agent=user_agent[:LONGEST_USER_AGENT],
            created_at=now,
            last_seen_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return secret


def find_session(session: Session, secret: str, now: datetime) -> SignedIn | None:
    """Answer who is signed in; None for an unknown, revoked, idle or expired session and a deactivated user."""
    asked = {"token_hash": hash_secret(secret), "now": now, "idle_since": now - IDLE}
    row = session.execute(_SIGNED_IN, asked).one_or_none()
    return _view(row[0], row[1], row[2]) if row else None


def is_sight_due(signed_in: SignedIn, now: datetime) -> bool:
    """Tell whether seeing this browser again is worth a write."""
    return now - signed_in.last_seen_at >= SEEN_EVERY


def note_sight(session: Session, signed_in: SignedIn, now: datetime) -> None:
    """Write that the browser was here."""
    session.execute(
        update(WebSession)
        .where(WebSession.company_id == signed_in.viewer.company_id, WebSession.id == signed_in.session_id)
        .values(last_seen_at=now)
    )


def list_sessions(session: Session, viewer: Viewer, now: datetime) -> tuple[SignedIn, ...]:
    """Answer one's own signed-in browsers, the newest first."""
    query = select(WebSession).where(
        WebSession.company_id == viewer.company_id,
        WebSession.user_id == viewer.user_id,
        WebSession.revoked_at.is_(None),
        WebSession.expires_at > now,
        WebSession.last_seen_at > now - IDLE,
    )
    return tuple(_view(row, viewer.role, {}) for row in session.scalars(query.order_by(WebSession.id.desc())))


def revoke_session(session: Session, viewer: Viewer, session_id: int, now: datetime) -> None:
    """Sign one of one's own browsers out; raise Missing."""
    revoke_one(session, WebSession, viewer, session_id, now)


def revoke_all_sessions(session: Session, company_id: int, user_id: int, now: datetime, but: int | None = None) -> int:
    """Sign every browser of a user out, all but one; answer how many rows that were."""
    return revoke_all(session, WebSession, company_id, user_id, now, but)


def _view(row: WebSession, role: str, preferences: Mapping[str, Any]) -> SignedIn:
    return SignedIn(
        viewer=Viewer(row.company_id, row.user_id, Role(role)),
        session_id=row.id,
        user_agent=row.user_agent,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        language=preferences.get("language", SOURCE),
        time_zone=preferences.get("time_zone", "UTC"),
    )
