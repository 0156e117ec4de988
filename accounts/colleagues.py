"""The viewer's colleagues: names to choose from, for everybody in the company."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import User

MOST = 500


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else in the company who is active."""

    id: int
    name: str


def active_colleagues(session: Session, viewer: Viewer) -> tuple[Colleague, ...]:
    """Answer the other active users, by name."""
    query = select(User.id, User.name).where(
        User.company_id == viewer.company_id, User.id != viewer.user_id, User.state == "active"
    )
    return tuple(Colleague(*row) for row in session.execute(query.order_by(func.lower(User.name), User.id).limit(MOST)))
