"""What belongs together with a record: its deals, its people, where they work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import url_for

from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import list_records, records_by_id
from webui.call import Call
from webui.records.kinds import BY_TYPE, Kind

FEW: Final = 8
OF_CONTACT: Final = (RecordType.DEAL, RecordType.LEAD, RecordType.PROJECT)
OF_ORGANIZATION: Final = (RecordType.CONTACT, RecordType.DEAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """Some records of one kind; `add` is where another one of them is made."""

    kind: Kind
    rows: tuple[RecordView, ...]
    more: bool
    add: str


def related_to(call: Call, record: RecordView) -> list[Related]:
    """Answer the groups that belong to a record, those without a row too: each can be added to."""
    match record.type:
        case RecordType.CONTACT:
            wanted = RecordFilter(contact_id=record.id)
            return [_group(call, one, wanted, contact_ids=call.seal("contact", record.id)) for one in OF_CONTACT]
        case RecordType.ORGANIZATION:
            wanted, sealed = RecordFilter(organization_id=record.id), call.seal("organization", record.id)
            return [_group(call, one, wanted, organization_id=sealed) for one in OF_ORGANIZATION]
        case _:
            return []


def people_of(call: Call, record: RecordView) -> tuple[RecordView, ...]:
    """Answer the contacts of a deal, lead or project with their addresses."""
    return records_by_id(call.session, call.viewer, record.contact_ids, RecordType.CONTACT)


def _group(call: Call, record_type: RecordType, wanted: RecordFilter, **given: str) -> Related:
    found = list_records(call.session, call.viewer, record_type, FEW, None, wanted)
    add = url_for(f"records.new_{record_type}", **given)  # type: ignore[arg-type]
    return Related(kind=BY_TYPE[record_type], rows=found.rows, more=found.next is not None, add=add)
