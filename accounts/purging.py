"""What opens nothing any more goes after a month: sessions, links, codes, keys that ended (SECURITY W4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from db.models import (
    ApiToken,
    AppPassword,
    DirectoryToken,
    IdempotencyKey,
    Invite,
    SenderToken,
    SetupLink,
    WebSession,
)

KEPT: Final = timedelta(days=30)
ANSWERED_AGAIN: Final = timedelta(days=2)
"""Longer than the same idempotency key gives the first answer."""
MOST_AT_ONCE: Final = 500


def purge_ended(session: Session, company_id: int, now: datetime) -> int:
    """Delete what ended a month ago in one company, so many rows at once; answer how many went."""
    before = now - KEPT
    ended = (
        (WebSession, or_(WebSession.expires_at < before, WebSession.revoked_at < before)),
        (Invite, or_(Invite.expires_at < before, Invite.used_at < before)),
        (ApiToken, ApiToken.revoked_at < before),
        (AppPassword, AppPassword.revoked_at < before),
        (SenderToken, or_(SenderToken.expires_at < before, SenderToken.used_at < before)),
    )
    count = sum(_purge_opening(session, company_id, model, over) for model, over in ended)
    old = IdempotencyKey.company_id == company_id, IdempotencyKey.created_at < now - ANSWERED_AGAIN
    session.execute(delete(IdempotencyKey).where(*old))
    return count


def purge_of_all(session: Session, now: datetime) -> None:
    """Delete what is no company's: a set-up link that ended."""
    before = now - KEPT
    session.execute(delete(SetupLink).where(or_(SetupLink.used_at < before, SetupLink.expires_at < before)))


def _purge_opening(session: Session, company_id: int, model: Any, over: ColumnElement[bool]) -> int:
    """Delete rows with the hashes under which the directory may still know them."""
    rows = select(model.token_hash).where(model.company_id == company_id, over).limit(MOST_AT_ONCE)
    hashes = session.scalars(rows).all()
    for table in (DirectoryToken, model):
        session.execute(delete(table).where(table.company_id == company_id, table.token_hash.in_(hashes)))
    return len(hashes)
