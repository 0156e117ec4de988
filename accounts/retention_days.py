"""For how many days a company keeps mail: a shorter time takes effect after a week (RULES R53)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.models import Company, RetentionBefore

NOTICE: Final = timedelta(days=7)
"""So long a shorter time can be taken back before anything goes."""


def is_shorter(after: int | None, before: int | None) -> bool:
    """Tell whether the second choice deletes more than the first; None is for good."""
    return after is not None and (before is None or after < before)


def note_change(session: Session, company_id: int, before: int | None, after: int | None, now: datetime) -> None:
    """Remember for a week what held before a shorter time was chosen; call it before the choice is written."""
    held = _in_force(session, company_id, before, now)
    session.execute(delete(RetentionBefore).where(RetentionBefore.company_id == company_id))
    if is_shorter(after, held):
        session.execute(insert(RetentionBefore).values(company_id=company_id, days=held, until=now + NOTICE))


def retention_in_force(session: Session, company_id: int, now: datetime) -> int | None:
    """Answer how many days mail is kept as of now; None is for good."""
    policies = session.scalar(select(Company.policies).where(Company.id == company_id)) or {}
    return _in_force(session, company_id, policies.get("retention_days"), now)


def shorter_from(session: Session, company_id: int, now: datetime) -> datetime | None:
    """Answer when a shorter time that was chosen takes effect; None where none waits."""
    query = select(RetentionBefore.until).where(RetentionBefore.company_id == company_id, RetentionBefore.until > now)
    return session.scalar(query)


def _in_force(session: Session, company_id: int, chosen: int | None, now: datetime) -> int | None:
    query = select(RetentionBefore.days).where(RetentionBefore.company_id == company_id, RetentionBefore.until > now)
    before = session.execute(query).one_or_none()
    if before is None or chosen is None:
        return chosen
    return before.days if is_shorter(chosen, before.days) else chosen
