"""Records to choose from, by words of their names."""

from __future__ import annotations

from typing import Final

from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import list_records
from webui.call import Call

FEW: Final = 5


def find_records(call: Call, words: str) -> list[RecordView]:
    """Answer a few of each kind, the newest first; all that contain the words where there are any."""
    wanted = RecordFilter(q="".join(char for char in words if char.isprintable()) or None)
    return [one for kind in RecordType for one in list_records(call.session, call.viewer, kind, FEW, None, wanted).rows]
