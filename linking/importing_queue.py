"""The queue of imports: one is claimed at a time, company by company; what nobody needs any more is forgotten."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from accounts.users import get_user
from db.lease import Claimed, Lease
from db.models import ImportLine, ImportPart, RecordImport
from db.session import Database
from languages.speech import marked
from linking.importing_run import IMPORTS, LEASE, LeaseLost, Run
from linking.importing_undo import undo_some
from linking.imports import UNDOABLE, State

MOST_ATTEMPTS: Final = 5
DRAFTS_KEPT: Final = timedelta(days=1)
FAILED: Final = marked("It stopped several times without getting on.")


def claim_import(database: Database) -> Lease | None:
    """Claim the import that is due; None where there is nothing to do."""
    if not IMPORTS.is_anything_due(database):
        return None
    with database.write() as session:
        now = database.now(session)
        for company_id in IMPORTS.companies_in_turn(session, now, -1):
            if (lease := take_import(session, company_id, now)) is not None:
                return lease
    return None


def take_import(session: Session, company_id: int, now: datetime, only: int | None = None) -> Lease | None:
    """Take what is due of a company, or that one; None where it is not."""
    due = select(RecordImport.id).where(RecordImport.company_id == company_id, IMPORTS.is_due(now))
    if only is not None:
        due = due.where(RecordImport.id == only)
    number = session.scalar(due.order_by(RecordImport.next_attempt_at).limit(1).with_for_update(skip_locked=True))
    if number is None:
        return None
    token = secrets.token_hex()
    values = {"lease_token": token, "lease_until": now + LEASE, "next_attempt_at": now + LEASE}
    attempts = session.scalar(
        update(RecordImport)
        .where(RecordImport.company_id == company_id, RecordImport.id == number)
        .values(attempts=RecordImport.attempts + 1, **values)
        .returning(RecordImport.attempts)
    )
    return Lease(company_id=company_id, token=token, rows=(Claimed(id=number, attempts=attempts or 1),))


def run_lease(database: Database, run: Run) -> None:
    """Run or undo what was claimed, as far as it goes; raise LeaseLost."""
    lease = run.lease
    with database.read() as session:
        row = session.execute(
            select(RecordImport.state, RecordImport.user_id).where(*IMPORTS.held(lease, lease.ids))
        ).one_or_none()
        viewer = get_user(session, lease.company_id, row.user_id).viewer if row else None
    if row is None or viewer is None:
        raise LeaseLost
    if lease.rows[0].attempts > MOST_ATTEMPTS:
        _fail(database, lease)
        return
    if row.state == State.RUNNING:
        run.go()
        return
    left = 1
    while left:
        with database.write() as session:
            now = database.now(session)
            left = undo_some(session, viewer, lease.rows[0].id, now)
            _keep(session, lease, now, is_undone=not left)


def forget_old(database: Database) -> int:
    """Forget drafts of yesterday, and the lines of what nobody can undo any more; answer how many imports."""
    with database.read() as session:
        now = database.now(session)
        held = exists().where(ImportLine.company_id == RecordImport.company_id, ImportLine.import_id == RecordImport.id)
        query = select(RecordImport.company_id, RecordImport.id).where(
            ((RecordImport.state == State.DRAFT) & (RecordImport.created_at < now - DRAFTS_KEPT))
            | ((RecordImport.finished_at < now - UNDOABLE) & RecordImport.state.not_in(["running", "undoing"]) & held)
        )
        options = {"across_companies": "the house is kept for all of them"}
        old = session.execute(query.limit(100), execution_options=options).all()
    for company_id, number in old:
        with database.write() as session:
            _forget(session, company_id, number)
    return len(old)


def _keep(session: Session, lease: Lease, now: datetime, *, is_undone: bool) -> None:
    values = {"lease_until": now + LEASE, "next_attempt_at": now + LEASE, "attempts": 0}
    if is_undone:
        values |= {"state": State.UNDONE, "lease_token": None, "lease_until": None}
    held = update(RecordImport).where(*IMPORTS.held(lease, lease.ids)).values(**values)
    if session.scalar(held.returning(RecordImport.id)) is None:
        raise LeaseLost


def _fail(database: Database, lease: Lease) -> None:
    with database.write() as session:
        values = {"state": State.FAILED, "problem": FAILED, "lease_token": None, "lease_until": None}
        ended = {"finished_at": database.now(session)}
        part = (ImportPart.company_id == lease.company_id, ImportPart.import_id == lease.rows[0].id)
        session.execute(delete(ImportPart).where(*part))
        session.execute(update(RecordImport).where(*IMPORTS.held(lease, lease.ids)).values(**values, **ended))


def _forget(session: Session, company_id: int, number: int) -> None:
    """A draft goes whole; of the others the file and the lines, which may hold what people are called."""
    this = (RecordImport.company_id == company_id, RecordImport.id == number)
    session.execute(delete(RecordImport).where(*this, RecordImport.state == State.DRAFT))
    session.execute(delete(ImportLine).where(ImportLine.company_id == company_id, ImportLine.import_id == number))
    session.execute(delete(ImportPart).where(ImportPart.company_id == company_id, ImportPart.import_id == number))
