"""API tokens: a token acts as its user and sees what that user may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Invalid
from accounts.revocation import revoke_all, revoke_one
from accounts.secret import TokenKind, enter, hash_secret, new_secret
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import ApiToken, DirectoryToken, User

LONGEST_NAME: Final = 100
MOST: Final = 50
"""Working tokens of one user: more is a script that forgets what it made."""
NOTED_EVERY: Final = timedelta(hours=1)
"""The last use is written once an hour, not at every request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whom a token acts for."""

    viewer: Viewer
    token_id: int
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """A token in the list of its user; the secret itself was shown once."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


def check_token_name(name: str) -> str:
    """Answer the name that a token is to have; raise Invalid."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid({"name": f"a name has 1 to {LONGEST_NAME} characters"})
    return plain


def make_api_token(session: Session, user: Viewer, name: str, now: datetime) -> str:
    """Make a token and answer its text, which nothing can show again; raise Invalid."""
    if len(list_tokens(session, user)) >= MOST:
        raise Invalid({"name": f"you have {MOST} tokens already: revoke one first"})
    secret, token_id = new_secret(TokenKind.API), new_id(session)
    token_hash = enter(session, TokenKind.API, user.company_id, token_id, secret)
    session.execute(
        insert(ApiToken).values(
            company_id=user.company_id,
            id=token_id,
            user_id=user.user_id,
            token_hash=token_hash,
            name=check_token_name(name),
            created_at=now,
        )
    )
    record_event(session, user.company_id, user.user_id, "token.add", now=now, target=("token", token_id))
    return secret


def find_token_user(session: Session, token: str) -> Principal | None:
    """Answer whom a token acts for; None for an unknown or revoked one and for a deactivated user."""
    query = (
        select(ApiToken.id, ApiToken.last_used_at, User.company_id, User.id, User.role)
        .join(
            DirectoryToken,
            and_(DirectoryToken.company_id == ApiToken.company_id, DirectoryToken.target_id == ApiToken.id),
        )
        .join(User, and_(User.company_id == ApiToken.company_id, User.id == ApiToken.user_id))
        .where(
            DirectoryToken.token_hash == hash_secret(token),
            DirectoryToken.kind == TokenKind.API,
            ApiToken.revoked_at.is_(None),
            User.state == "active",
        )
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    token_id, last_used_at, company_id, user_id, role = row
    return Principal(viewer=Viewer(company_id, user_id, Role(role)), token_id=token_id, last_used_at=last_used_at)


def note_use(session: Session, principal: Principal, now: datetime) -> None:
    """Write when a token was last used; cheap to call where `is_use_due` says so."""
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.company_id == principal.viewer.company_id,
            ApiToken.id == principal.token_id,
            or_(ApiToken.last_used_at.is_(None), ApiToken.last_used_at < now),
        )
        .values(last_used_at=now)
    )


def is_use_due(principal: Principal, now: datetime) -> bool:
    """Tell whether the last use is worth a write."""
    return principal.last_used_at is None or now - principal.last_used_at >= NOTED_EVERY


def list_tokens(session: Session, viewer: Viewer) -> tuple[TokenView, ...]:
    """Answer one's own working tokens, the newest first."""
    query = select(ApiToken).where(
        ApiToken.company_id == viewer.company_id, ApiToken.user_id == viewer.user_id, ApiToken.revoked_at.is_(None)
    )
    return tuple(
        TokenView(id=row.id, name=row.name, created_at=row.created_at, last_used_at=row.last_used_at)
        for row in session.scalars(query.order_by(ApiToken.id.desc()))
    )


def revoke_token(session: Session, viewer: Viewer, token_id: int, now: datetime) -> None:
    """End one of one's own tokens; raise Missing."""
    revoke_one(session, ApiToken, viewer, token_id, now)
    record_event(session, viewer.company_id, viewer.user_id, "token.revoke", now=now, target=("token", token_id))


def revoke_all_tokens(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    """End every token of a user."""
    revoke_all(session, ApiToken, company_id, user_id, now)
