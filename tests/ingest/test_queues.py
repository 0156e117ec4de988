"""The queue in numbers, and what failed put back: by one, by error, of one's own company, by admins alone."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Missing
from accounts.viewer import Role, Viewer
from db.models import AuditEvent, Company, InboundMessage, RecordImport, ReplayRun, User
from db.session import Database
from ingest.queues import (
    Looking,
    list_causes,
    list_failed,
    look_at_imports,
    look_at_queues,
    look_at_replays,
    retry_all,
    retry_one,
)
from tests.kit.factories import make


def viewer(session: Session, role: Role = Role.ADMIN, company_id: int | None = None) -> Viewer:
    """Answer somebody of a new company, or of that one."""
    company_id = company_id or make(session, Company, policies={}).id
    user = make(session, User, company_id=company_id)
    return Viewer(company_id=company_id, user_id=user.id, role=role)


def failed(session: Session, who: Viewer, error: str | None, **given: Any) -> int:
    """Keep a mail that failed."""
    args = None if error is None else {"error": error}
    values = {"status": "failed", "attempts": 10, "reason": "R2.failed", "reason_args": args} | given
    return make(session, InboundMessage, company_id=who.company_id, **values).id


def status(session: Session, inbound_id: int, who: Viewer) -> tuple[str, int, str | None]:
    """Answer how a mail stands."""
    this = InboundMessage.company_id == who.company_id, InboundMessage.id == inbound_id
    row = session.scalars(select(InboundMessage).where(*this), execution_options={"populate_existing": True}).one()
    return row.status, row.attempts, row.reason


def test_what_failed_is_told_by_its_error_and_put_back(database: Database) -> None:
    with database.write() as session:
        ada, other = viewer(session), viewer(session)
        now = database.now(session)
        first, second = failed(session, ada, "OSError"), failed(session, ada, "OSError")
        third, bare = failed(session, ada, "ValueError"), failed(session, ada, None)
        theirs = failed(session, other, "OSError")
        make(session, InboundMessage, company_id=ada.company_id, status="received", attempts=3, received_at=now)
        assert [(one.error, one.count) for one in list_causes(session, ada)] == [
            ("OSError", 2),
            ("", 1),
            ("ValueError", 1),
        ]
        standing = {one.status: (one.count, one.tried) for one in look_at_queues(session, ada)}
        assert standing == {"received": (1, 1), "processing": (0, 0), "held": (0, 0), "failed": (4, 4)}
        assert [one.id for one in list_failed(session, ada, 2)] == [bare, third]
        assert [one.id for one in list_failed(session, ada, 9, third)] == [second, first]

        assert retry_all(session, ada, "OSError", now) == 2
        assert [status(session, one, ada) for one in (first, second)] == [("received", 0, None)] * 2
        retry_one(session, ada, bare, now)
        for wrong in (bare, theirs):
            with pytest.raises(Missing):
                retry_one(session, ada, wrong, now)
        assert status(session, theirs, other)[0] == status(session, third, ada)[0] == "failed"
        events = session.scalars(select(AuditEvent.args).where(AuditEvent.company_id == ada.company_id)).all()
        assert sorted(one["mails"] for one in events) == [1, 2]


def test_the_long_work_of_users_is_added_up(database: Database) -> None:
    with database.write() as session:
        ada = viewer(session)
        company = {"company_id": ada.company_id}
        for state, done in (("running", 3), ("undoing", 4), ("done", 9)):
            make(session, RecordImport, **company, state=state, done=done, total=10)
        make(session, ReplayRun, **company, state="looking", seen=5, total=50)
        imports, replays = look_at_imports(session, ada), look_at_replays(session, ada)
    assert (imports.count, imports.done, imports.total) == (2, 7, 20)
    assert replays == Looking(count=1, percent=10)


def test_it_is_for_admins(database: Database) -> None:
    with database.write() as session:
        rep = viewer(session, Role.MEMBER)
        now = database.now(session)
        for act in (
            lambda: look_at_queues(session, rep),
            lambda: list_causes(session, rep),
            lambda: list_failed(session, rep, 5),
            lambda: look_at_imports(session, rep),
            lambda: look_at_replays(session, rep),
            lambda: retry_one(session, rep, 1, now),
            lambda: retry_all(session, rep, "OSError", now),
        ):
            with pytest.raises(Forbidden):
                act()
