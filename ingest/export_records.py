"""Records in an export: a table and JSON Lines of each type, as one viewer sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from ingest.export_folder import ExportFolder, as_line, as_row
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import list_records

Seal = Callable[[str, int], str]
AT_ONCE: Final = 200
FIELDS: Final = (
    "id",
    "name",
    "status",
    "organization_id",
    "value",
    "currency",
    "owner_id",
    "visibility",
    "bcc_address",
    "addresses",
    "domains",
    "contact_ids",
    "created_at",
    "changed_at",
)


def write_records(
    session: Session, viewer: Viewer, folder: ExportFolder, seal: Seal, owner_id: int | None = None
) -> dict[str, int]:
    """Write every type, even one without records; answer how many there are by type."""
    return {str(one): _write_type(session, viewer, folder, seal, one, owner_id) for one in RecordType}


def _write_type(
    session: Session, viewer: Viewer, folder: ExportFolder, seal: Seal, record_type: RecordType, owner_id: int | None
) -> int:
    with folder.file(f"{record_type}s.csv") as table, folder.file(f"{record_type}s.jsonl") as lines:
        table.write(as_row(FIELDS), counts=False)
        for record in _records(session, viewer, record_type, owner_id):
            told = _told(record, seal)
            table.write(as_row(told[name] for name in FIELDS))
            lines.write(as_line(told))
        return lines.count


def _records(session: Session, viewer: Viewer, record_type: RecordType, owner_id: int | None) -> Iterator[RecordView]:
    cursor = None
    while True:
        wanted = RecordFilter(owner_id=owner_id)
        page = list_records(session, viewer, record_type, AT_ONCE, cursor, wanted)
        yield from page.rows
        # A long export holds one page of rows, not all that it ever read.
        session.expunge_all()
        if page.next is None:
            return
        cursor = page.next


def _told(record: RecordView, seal: Seal) -> dict[str, Any]:
    organization = record.organization_id
    return {
        "id": seal(str(record.type), record.id),
        "name": record.name,
        "status": record.status,
        "organization_id": None if organization is None else seal("organization", organization),
        "value": None if record.value is None else str(record.value),
        "currency": record.currency,
        "owner_id": seal("user", record.owner_id),
        "visibility": record.visibility,
        "bcc_address": record.bcc_address,
        "addresses": list(record.addresses),
        "domains": list(record.domains),
        "contact_ids": [seal("contact", one) for one in record.contact_ids],
        "created_at": record.created_at.isoformat(),
        "changed_at": record.changed_at.isoformat(),
    }
