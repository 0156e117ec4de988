"""Revocation: what opens the door for a user loses its power, one by one or all at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.secret import remove
from accounts.viewer import Viewer
from db.models import ApiToken, AppPassword, WebSession

Revocable = type[ApiToken] | type[AppPassword] | type[WebSession]


def revoke_one(session: Session, table: Revocable, viewer: Viewer, row_id: int, now: datetime) -> None:
    """Revoke one of the viewer's own; raise Missing for a foreign, an unknown and a revoked one."""
    query = select(table.token_hash).where(
        table.company_id == viewer.company_id,
        table.user_id == viewer.user_id,
        table.id == row_id,
        table.revoked_at.is_(None),
    )
    token_hash = session.scalar(query)
    if token_hash is None:
        raise Missing("token or browser")
    _revoke(session, table, viewer.company_id, [token_hash], now)


def revoke_all(
    session: Session, table: Revocable, company_id: int, user_id: int, now: datetime, but: int | None = None
) -> int:
    """Revoke all of a user's, but one; answer how many there were."""
    query = select(table.token_hash).where(
        table.company_id == company_id, table.user_id == user_id, table.revoked_at.is_(None)
    )
    if but is not None:
        query = query.where(table.id != but)
    hashes = list(session.scalars(query))
    _revoke(session, table, company_id, hashes, now)
    return len(hashes)


def _revoke(session: Session, table: Revocable, company_id: int, hashes: list[str], now: datetime) -> None:
    for token_hash in hashes:
        remove(session, company_id, token_hash)
    session.execute(
        update(table).where(table.company_id == company_id, table.token_hash.in_(hashes)).values(revoked_at=now)
    )
