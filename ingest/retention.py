"""What time does to mail: holds end, and what was discarded or is private of a leaver goes (RULES R9b, R23, R55)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from accounts.companies import list_company_ids
from accounts.day_counts import forget_counts
from accounts.holds import Holds, standing_holds
from accounts.purging import purge_ended, purge_of_all
from db.failures import place_of
from db.models import InboundMessage, RawContent
from db.raw import RawDamaged, RawMissing, RawStore
from db.session import Database
from ingest.expiring import let_expire
from ingest.forgetting import forget_leavers
from ingest.noticing_daily import tell_daily
from ingest.release import expire
from outbox.letterhead import Letterhead
from outbox.purging import purge_outbox
from outbox.webhook_log import forget_deliveries

UNDOABLE: Final = timedelta(days=7)
UNFINISHED: Final = timedelta(days=1)
EVERY_SECONDS: Final = 600.0
MOST_AT_ONCE: Final = 200
log = structlog.get_logger(__name__)


def keep_house(database: Database, raw: RawStore, stop: threading.Event, letterhead: Letterhead) -> None:
    """Tidy up, and tell what is told by the day, until told to stop; several workers may do it at once."""
    while not stop.is_set():
        try:
            tidy(database, raw)
            tell_daily(database, letterhead)
        except Exception as error:  # the database may be away: the next round does the work
            log.error("house not kept", error=type(error).__name__, place=place_of(error))
        stop.wait(EVERY_SECONDS)


def tidy(database: Database, raw: RawStore) -> None:
    """End what has an end, company by company, and delete raw bytes that nothing can bring back any more."""
    with database.read() as session:
        companies = list_company_ids(session)
        started = database.now(session)
    raw.sweep_unfinished(started - UNFINISHED)
    with database.write() as session:
        purge_of_all(session, started)
    for company_id in companies:
        kept = _named_in_holds(database, raw, company_id, started - UNDOABLE)
        with database.write() as session:
            now = database.now(session)
            expire(session, company_id, now)
            gone = _forget(session, raw, company_id, started - UNDOABLE, kept)
            forget_counts(session, company_id, now.date())
            forget_deliveries(session, company_id, now)
            purge_ended(session, company_id, now)
            purge_outbox(session, company_id, now)
        for sha256 in gone:
            raw.sweep(company_id, sha256, now - UNDOABLE)
        forget_leavers(database, raw, company_id)
        let_expire(database, raw, company_id)


def _named_in_holds(database: Database, raw: RawStore, company_id: int, before: datetime) -> frozenset[str] | None:
    """Answer which bytes name a person on hold; what was discarded has no rows that tell. None: no such hold."""
    with database.read() as session:
        holds = standing_holds(session, company_id)
        if not holds.people or holds.company:
            return None
        found = session.scalars(_over(company_id, before, holds)).all()
    kept = set()
    for sha256 in found:
        try:
            if holds.names_in(raw.load(company_id, sha256)):
                kept.add(sha256)
        except (RawMissing, RawDamaged):
            kept.add(sha256)
    return frozenset(kept)


def _forget(
    session: Session, raw: RawStore, company_id: int, before: datetime, kept: frozenset[str] | None
) -> Sequence[str]:
    """Delete the bytes of mails discarded before that moment; not those that another mail rests on, or a hold keeps."""
    holds = standing_holds(session, company_id)
    if holds.company or (holds.people and kept is None):
        return ()
    free = _over(company_id, before, holds).where(InboundMessage.sha256.not_in(kept or ()))
    found = session.scalars(free.limit(MOST_AT_ONCE)).all()
    # Looked at again under the lock: the same bytes may have come in meanwhile, and been answered with 250.
    raw.lock(session, company_id, found)
    gone = session.scalars(_over(company_id, before, holds).where(InboundMessage.sha256.in_(found))).all()
    for sha256 in gone:
        raw.forget(session, company_id, sha256)
    return gone


def _over(company_id: int, before: datetime, holds: Holds) -> Select[str]:
    """Ask for the bytes that only mails discarded before that moment rest on, and none of a user on hold."""
    other = aliased(InboundMessage)
    rests = select(other.id).where(
        other.company_id == company_id,
        other.sha256 == InboundMessage.sha256,
        (other.status != "discarded") | (other.discarded_at >= before) | other.owner_id.in_(holds.users),
    )
    return (
        select(InboundMessage.sha256)
        .join(
            RawContent,
            (RawContent.company_id == InboundMessage.company_id) & (RawContent.sha256 == InboundMessage.sha256),
        )
        .where(
            InboundMessage.company_id == company_id,
            InboundMessage.status == "discarded",
            InboundMessage.discarded_at < before,
            ~rests.exists(),
        )
        .distinct()
    )
