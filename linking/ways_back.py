"""The way back of an act on many letters: kept for its user alone, for an hour, and good for one use.

What an act changed is more than a form or a cookie could carry, and what a form carries could be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import WayBack

GOOD_FOR: Final = timedelta(hours=1)
"""Later, what an act left stands as everybody has seen it: nothing is taken from under them."""
KEPT: Final = timedelta(days=1)


def keep_way_back(session: Session, viewer: Viewer, told: Mapping[str, Any], now: datetime) -> int:
    """Keep what an act changed; answer its number."""
    forget_ways_back(session, viewer.company_id, now)
    number = new_id(session)
    identity = {"company_id": viewer.company_id, "id": number, "user_id": viewer.user_id}
    session.execute(insert(WayBack).values(**identity, told=dict(told), done_at=now))
    return number


def take_way_back(session: Session, viewer: Viewer, number: int, now: datetime) -> Mapping[str, Any] | None:
    """Answer what an act of the viewer's changed, once; None where it was asked before or is too old; raise Missing."""
    this = WayBack.company_id == viewer.company_id, WayBack.user_id == viewer.user_id, WayBack.id == number
    found = session.execute(select(WayBack.told, WayBack.done_at).where(*this).with_for_update()).one_or_none()
    if found is None:
        raise Missing("way back")
    used = update(WayBack).where(*this, WayBack.used_at.is_(None)).values(told={}, used_at=now)
    is_first = session.execute(used.returning(WayBack.id)).scalar_one_or_none() is not None
    return found.told if is_first and now - found.done_at <= GOOD_FOR else None


def forget_ways_back(session: Session, company_id: int, now: datetime) -> None:
    """Forget what can be undone no more."""
    session.execute(delete(WayBack).where(WayBack.company_id == company_id, WayBack.done_at < now - KEPT))
