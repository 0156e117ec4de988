"""Whose mail is a record's: its own, an organisation's with that of the contacts who work there."""

from __future__ import annotations

from typing import Final

from linking.contacts_at import contacts_of
from linking.record_fields import RecordType
from linking.record_view import RecordView
from webui.call import Call

MOST_PEOPLE: Final = 200


def with_people(call: Call, record: RecordView) -> tuple[int, ...]:
    """Answer the records to one of which its letters are linked."""
    if record.type is not RecordType.ORGANIZATION:
        return (record.id,)
    return (record.id, *contacts_of(call.session, call.viewer, record.id, MOST_PEOPLE))
