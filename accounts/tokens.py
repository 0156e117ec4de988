"""API tokens: a token acts as its user and sees what that user may see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.program_keys import KeyView, Principal, find_principal, list_keys, make_key, note_use, revoke_key
from accounts.secret import TokenKind, new_secret
from accounts.viewer import Viewer
from db.models import ApiToken


def make_api_token(session: Session, user: Viewer, name: str, now: datetime) -> str:
    """Make a token and answer its text, which nothing can show again; raise Invalid."""
    secret = new_secret(TokenKind.API)
    token_id = make_key(session, ApiToken, TokenKind.API, secret, user, name, now)
    record_event(session, user.company_id, user.user_id, "token.add", now=now, target=("token", token_id))
    return secret


def find_token_user(session: Session, token: str) -> Principal | None:
    """Answer whom a token acts for; None for an unknown or revoked one and for a deactivated user."""
    return find_principal(session, ApiToken, TokenKind.API, token)


def note_token_use(session: Session, principal: Principal, now: datetime) -> None:
    """Write when a token was last used."""
    note_use(session, ApiToken, principal, now)


def list_tokens(session: Session, viewer: Viewer) -> tuple[KeyView, ...]:
    """Answer one's own working tokens, the newest first."""
    return list_keys(session, ApiToken, viewer)


def revoke_token(session: Session, viewer: Viewer, token_id: int, now: datetime) -> None:
    """End one of one's own tokens; raise Missing."""
    revoke_key(session, ApiToken, viewer, token_id, now)
    record_event(session, viewer.company_id, viewer.user_id, "token.revoke", now=now, target=("token", token_id))
