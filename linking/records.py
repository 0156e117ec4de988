"""Contacts, organisations, deals, leads and projects: create, read, list, change, delete, restore.

Every call carries the viewer. Who sees a record may change it, unless he is read-only; whose it is
and who sees it is for its owner and the admins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, insert, not_, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, make_address
from accounts.audit import record_event
from accounts.policies import checked
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import Record
from languages.speech import _
from linking.created import touched_by_hand
from linking.cursor import Cursor, Page, page_by_id
from linking.merged import is_merged
from linking.record_fields import FIELDS, RecordFields, RecordType
from linking.record_filter import RecordFilter, filtered
from linking.record_view import RecordView, view_records
from linking.record_write import check_references, write_addresses, write_domains, write_participants
from linking.visibility import may_see, visible_record

UNDOABLE: Final = timedelta(days=30)
OWN_COLUMNS: Final = ("status", "organization_id", "value", "currency", "team_id", "visibility")
OWNERS_CHOICE: Final = frozenset({"owner_id", "team_id", "visibility"})


def create_record(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    given: Mapping[str, object],
    now: datetime,
    mail_domain: str,
) -> RecordView:
    """Make a record with an address of its own, and answer it; raise Forbidden, Invalid."""
    record_id = make_record(session, viewer, record_type, given, now, mail_domain)
    return _one(session, viewer, select(Record).where(Record.company_id == viewer.company_id, Record.id == record_id))


def make_record(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    given: Mapping[str, object],
    now: datetime,
    mail_domain: str,
) -> int:
    """Make a record likewise, and answer its number alone: reading it takes as long as making it."""
    _check_may_write(viewer)
    fields = checked(FIELDS[record_type], given)
    named = frozenset(given)
    check_references(session, viewer, fields, named)
    record_id = new_id(session)
    values = _columns(fields, frozenset(type(fields).model_fields))
    values["owner_id"] = fields.owner_id or viewer.user_id
    identity = {"company_id": viewer.company_id, "id": record_id, "type": record_type}
    session.execute(insert(Record).values(**identity, **values, created_at=now, changed_at=now))
    _write_parts(session, viewer, record_id, fields, frozenset(type(fields).model_fields))
    prefix = "org" if record_type is RecordType.ORGANIZATION else str(record_type)
    make_address(session, viewer.company_id, AddressKind.RECORD, prefix, mail_domain, now, record_id=record_id)
    _audit(session, viewer, record_type, record_id, "add", now)
    return record_id


def get_record(session: Session, viewer: Viewer, record_type: RecordType, record_id: int) -> RecordView:
    """Answer a record; raise Missing where it is not there, deleted, or not for this viewer."""
    return _one(session, viewer, _visible(viewer, record_type, record_id), record_type)


def list_records(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    limit: int,
    cursor: Cursor | None = None,
    wanted: RecordFilter | None = None,
) -> Page[RecordView]:
    """Answer a page of records, the newest first."""
    query = filtered(viewer, record_type, wanted or RecordFilter())
    if cursor is not None:
        query = query.where(Record.id < cursor.id)
    rows = session.scalars(query.order_by(Record.id.desc()).limit(limit + 1)).all()
    return page_by_id(view_records(session, viewer, rows), limit)


def records_by_id(
    session: Session, viewer: Viewer, ids: Sequence[int], record_type: RecordType
) -> tuple[RecordView, ...]:
    """Answer those of the records that the viewer sees, in the given order."""
    rows = session.scalars(select(Record).where(visible_record(viewer), Record.id.in_(ids), Record.type == record_type))
    place = {number: position for position, number in enumerate(ids)}
    return tuple(view_records(session, viewer, sorted(rows, key=lambda row: place[row.id])))


def change_record(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    record_id: int,
    changes: Mapping[str, object],
    now: datetime,
) -> RecordView:
    """Change some fields of a record; raise Missing, Forbidden, Invalid."""
    before = get_record(session, viewer, record_type, record_id)
    _check_may_write(viewer)
    named = frozenset(changes)
    if named & OWNERS_CHOICE and not (viewer.is_admin or before.owner_id == viewer.user_id):
        raise Forbidden(_("Whose a record is and who sees it is for its owner and the admins."))
    fields = checked(FIELDS[record_type], _as_given(before) | dict(changes))
    check_references(session, viewer, fields, named)
    values = _columns(fields, named)
    if "owner_id" in named:
        values["owner_id"] = fields.owner_id or before.owner_id
    session.execute(
        update(Record)
        .where(Record.company_id == viewer.company_id, Record.id == record_id)
        .values(**(touched_by_hand() | values), changed_at=now)
    )
    _write_parts(session, viewer, record_id, fields, named)
    _audit(session, viewer, record_type, record_id, "change", now, {"fields": sorted(named)})
    return _one(session, viewer, select(Record).where(Record.company_id == viewer.company_id, Record.id == record_id))


def delete_record(session: Session, viewer: Viewer, record_type: RecordType, record_id: int, now: datetime) -> None:
    """Take a record away, and its links with it, for 30 days undoable; raise Missing, Forbidden."""
    get_record(session, viewer, record_type, record_id)
    _set_deleted(session, viewer, record_id, now)
    _audit(session, viewer, record_type, record_id, "delete", now)


def restore_record(
    session: Session, viewer: Viewer, record_type: RecordType, record_id: int, now: datetime
) -> RecordView:
    """Bring a record back that was deleted in the last 30 days; raise Missing, Forbidden."""
    deleted = select(Record).where(
        may_see(viewer),
        not_(is_merged(viewer)),
        Record.id == record_id,
        Record.type == record_type,
        Record.deleted_at > now - UNDOABLE,
    )
    _one(session, viewer, deleted, record_type)
    _set_deleted(session, viewer, record_id, None)
    _audit(session, viewer, record_type, record_id, "restore", now)
    return get_record(session, viewer, record_type, record_id)


def _set_deleted(session: Session, viewer: Viewer, record_id: int, at: datetime | None) -> None:
    _check_may_write(viewer)
    session.execute(
        update(Record).where(Record.company_id == viewer.company_id, Record.id == record_id).values(deleted_at=at)
    )


def _visible(viewer: Viewer, record_type: RecordType, record_id: int) -> Select[Record]:
    return select(Record).where(visible_record(viewer), Record.id == record_id, Record.type == record_type)


def _one(session: Session, viewer: Viewer, query: Select[Record], record_type: RecordType | None = None) -> RecordView:
    row = session.scalar(query)
    if row is None:
        raise Missing(record_type or "record")
    return view_records(session, viewer, [row])[0]


def _as_given(before: RecordView) -> dict[str, object]:
    """Answer the fields of a record in the form in which they are given."""
    wanted = FIELDS[before.type].model_fields
    return {name: getattr(before, "name" if name == "title" else name) for name in wanted}


def _columns(fields: RecordFields, named: frozenset[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        column: getattr(fields, column) for column in OWN_COLUMNS if column in named and hasattr(fields, column)
    }
    for name in ("name", "title"):
        if name in named and hasattr(fields, name):
            values["name"] = getattr(fields, name)
    return values


def _write_parts(session: Session, viewer: Viewer, record_id: int, fields: RecordFields, named: frozenset[str]) -> None:
    if "addresses" in named:
        write_addresses(session, viewer, record_id, getattr(fields, "addresses", ()))
    if "domains" in named:
        write_domains(session, viewer, record_id, getattr(fields, "domains", ()))
    if "contact_ids" in named:
        write_participants(session, viewer, record_id, getattr(fields, "contact_ids", ()))


def _check_may_write(viewer: Viewer) -> None:
    if not viewer.may_write:
        raise Forbidden(_("A read-only user changes no records."))


def _audit(
    session: Session,
    viewer: Viewer,
    record_type: RecordType,
    record_id: int,
    act: str,
    now: datetime,
    args: Mapping[str, Any] | None = None,
) -> None:
    target = (str(record_type), record_id)
    record_event(session, viewer.company_id, viewer.user_id, f"{record_type}.{act}", now=now, target=target, args=args)
