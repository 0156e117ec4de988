"""Asking to see a letter, and telling the owners of its copies that somebody does (RULES R32, R38)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from accounts.users import get_user
from accounts.viewer import Viewer
from linking.access import Access, ask
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, notify


def ask_for_letter(
    session: Session, viewer: Viewer, asked: str, message_id: int | None, letterhead: Letterhead, now: datetime
) -> Access:
    """Ask once for the letter of this public id; raise Conflict after too many a day.

    The notice says who asks, and nothing of the letter: it travels in clear.
    """
    made = ask(session, viewer, asked, message_id, now)
    if made.owners:
        args = {"user": get_user(session, viewer.company_id, viewer.user_id).name}
        for owner_id in made.owners:
            to = NoticeTo(viewer.company_id, owner_id)
            notify(session, to, Notice.ACCESS_ASKED, args, letterhead=letterhead, now=now)
    return made.access
