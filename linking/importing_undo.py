"""Taking an import back: what it made goes, what it changed says again what it said before.

A record that somebody changed since is left alone: the later word counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.refusals import Refused
from accounts.viewer import Viewer
from db.models import ImportLine, Record
from linking.importing_plan import Outcome
from linking.record_fields import RecordType
from linking.records import change_record, delete_record

BATCH: Final = 10


def undo_some(session: Session, viewer: Viewer, import_id: int, now: datetime) -> int:
    """Take back the last lines that are not undone yet; answer how many there were, 0 at the end."""
    query = (
        select(ImportLine)
        .where(
            ImportLine.company_id == viewer.company_id,
            ImportLine.import_id == import_id,
            ImportLine.record_id.is_not(None),
            ImportLine.undone.is_(False),
        )
        # Last first: of two changes of one record the later is taken back before the earlier.
        .order_by(ImportLine.line.desc(), ImportLine.position.desc())
        .limit(BATCH)
    )
    rows = session.scalars(query).all()
    for row in rows:
        _undo(session, viewer, row, now)
        row.undone = True
    session.flush()
    return len(rows)


def _undo(session: Session, viewer: Viewer, row: ImportLine, now: datetime) -> None:
    this = (Record.company_id == viewer.company_id, Record.id == row.record_id)
    query = select(Record.type, Record.changed_at, Record.organization_id).where(*this, Record.deleted_at.is_(None))
    record = session.execute(query).first()
    if record is None or row.record_id is None or record.changed_at != row.at:
        return
    record_type = RecordType(record.type)
    try:
        with session.begin_nested():
            if row.outcome == Outcome.NEW:
                delete_record(session, viewer, record_type, row.record_id, now)
            else:
                before = _given(row.before or {})
                former = _former(before, record.organization_id)
                change_record(session, viewer, record_type, row.record_id, before | dict.fromkeys(former), now)
                # As if it had not been changed: an earlier line of this import may have made it.
                session.execute(update(Record).where(*this).values(**former, changed_at=_changed_before(row)))
    except Refused:
        # He may not do this any more: what is there stays.
        return


def _former(before: Mapping[str, Any], organization_id: int | None) -> dict[str, int | None]:
    """Answer the organization to put back, past the importer's rights: he saw none, or the import had kept it.

    Where there is none now, the record was erased since, and none comes back.
    """
    if "organization_id" not in before:
        return {}
    return {"organization_id": before["organization_id"] if organization_id is not None else None}


def _given(before: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in before.items() if name != "changed_at"}
    if fields.get("value") is not None:
        fields["value"] = Decimal(fields["value"])
    return fields


def _changed_before(row: ImportLine) -> datetime:
    return datetime.fromisoformat(dict(row.before or {})["changed_at"])
