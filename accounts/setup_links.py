"""The set-up link of an empty installation: one works at a time, once, for a day.

    (none) > open     a start of the server on an empty installation; a later start takes its place
    open > used       its holder founds the first company
    open > void       a company was founded another way

There is one row, and whoever founds or makes a link locks it first: what two servers or two founders
do at once is settled there. The secret is kept as its hash alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from accounts.secret import TokenKind, hash_secret, new_secret
from db.inserting import insert_unless_there
from db.models import Company, SetupLink

LIFETIME: Final = timedelta(hours=24)
SLOT: Final = "first"


def is_empty(session: Session) -> bool:
    """Tell whether the installation has no company yet."""
    return not session.scalar(select(exists(select(Company.id))))


def make_setup_link(session: Session, now: datetime) -> str | None:
    """Answer the secret of a new link, any earlier one ends; None where there is a company."""
    secret = new_secret(TokenKind.SETUP)
    row = {"token_hash": hash_secret(secret), "created_at": now, "expires_at": now + LIFETIME}
    session.execute(insert_unless_there(session, SetupLink, ["slot"]).values(slot=SLOT, **row, used_at=now))
    _lock(session)
    if not is_empty(session):
        return None
    session.execute(update(SetupLink).where(SetupLink.slot == SLOT).values(**row, used_at=None))
    return secret


def is_setup_link_open(session: Session, secret: str, now: datetime) -> bool:
    """Tell whether the link would still set the installation up; looking changes nothing (SECURITY W4)."""
    return _is_open(session, secret, now) and is_empty(session)


def use_setup_link(session: Session, secret: str, now: datetime) -> bool:
    """Use the link up and answer True; False where it is not open. The company is founded in this transaction."""
    _lock(session)
    if not is_setup_link_open(session, secret, now):
        return False
    end_setup_link(session, now)
    return True


def end_setup_link(session: Session, now: datetime) -> None:
    """Make an open link void: there is a company, or is about to be."""
    session.execute(update(SetupLink).where(SetupLink.used_at.is_(None)).values(used_at=now))


def _lock(session: Session) -> None:
    # SQLite has one writer at a time and knows no FOR UPDATE; SQLAlchemy leaves it out there.
    session.execute(select(SetupLink.slot).with_for_update()).all()


def _is_open(session: Session, secret: str, now: datetime) -> bool:
    found = select(SetupLink.slot).where(
        SetupLink.token_hash == hash_secret(secret), SetupLink.used_at.is_(None), SetupLink.expires_at > now
    )
    return session.scalar(found) is not None
