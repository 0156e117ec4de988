"""How many letters of a kind a viewer has among the newest of his own: what is counted is bounded, whatever he keeps.

Views of what he read, put away or left without a link hold his own copies alone, so that his newest copies are all
that is looked at: nobody else's mail moves the number (RULES R30b).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from accounts.viewer import Viewer
from db.models import Message, MessageCopy
from linking.dropped import in_view
from linking.letter_filter import LetterFilter, conditions
from linking.visibility import chosen_copy

NEWEST: Final = 1000
_mine: Final = aliased(MessageCopy, name="newest_copy")


@dataclass(frozen=True, slots=True)
class Count:
    """A number; `or_more`: there may be more that nobody counted."""

    number: int
    or_more: bool = False

    @staticmethod
    def of(number: int, most: int) -> Count:
        """Answer a count that went no further than `most`: 99 or more."""
        return Count(min(number, most - 1), number >= most)


def count_among_newest(
    session: Session, viewer: Viewer, wanted: LetterFilter, most: int, *, now: datetime, newest: int = NEWEST
) -> Count:
    """Count the letters among the viewer's `newest` own copies, no further than `most`."""
    mine = (
        select(_mine.id)
        .where(_mine.company_id == viewer.company_id, _mine.owner_id == viewer.user_id)
        .order_by(_mine.sort_at.desc(), _mine.id.desc())
        .limit(newest)
    )
    found = (
        select(MessageCopy.id)
        .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
        .where(
            MessageCopy.id.in_(mine),
            *conditions(session, viewer, wanted, now),
            chosen_copy(viewer),
            *in_view(session, viewer, MessageCopy.message_id),
        )
        .limit(most)
    )
    looked_at = select(func.count()).select_from(mine.subquery()).scalar_subquery()
    number, looked = session.execute(select(func.count(), looked_at).select_from(found.subquery())).one()
    return Count.of(number, most) if number >= most else Count(number, looked == newest)
