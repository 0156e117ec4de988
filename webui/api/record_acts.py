"""What is done to records besides changing them: bringing back, merging contacts, taking a merge back."""

from __future__ import annotations

from typing import Any, Final

from linking.merging import merge_contacts, unmerge_contact
from linking.record_fields import RecordType
from linking.records import get_record, restore_record
from webui.api.operation import Operations
from webui.api.record_shapes import Contact
from webui.api.records import RESOURCES, Resource, shown
from webui.api.shape import Asked, Sealed
from webui.call import Call

operations: Final = Operations()
CONTACT: Final = RecordType.CONTACT


class ContactMerge(Asked):
    """Which contact is taken in; it is the same person."""

    contact_id: Sealed


class ContactUnmerge(Asked):
    """Which contact comes back; without one it is the last that was taken in."""

    contact_id: Sealed | None = None


@operations.add(
    "POST",
    "/contacts/{contact}/merge",
    "Take another contact in: its addresses, deals and links follow, undoable for 30 days",
    name="merge_contacts",
    body=ContactMerge,
    answer=Contact,
)
def merge(call: Call, asked: ContactMerge, contact_id: int) -> Any:
    """Answer the contact that is kept."""
    merge_contacts(call.session, call.viewer, contact_id, call.unseal(CONTACT, asked.contact_id), call.now)
    return shown(call, get_record(call.session, call.viewer, CONTACT, contact_id))


@operations.add(
    "POST",
    "/contacts/{contact}/unmerge",
    "Take a merge of the last 30 days back; the id is the kept contact's or the merged one's",
    name="unmerge_contact",
    body=ContactUnmerge,
    answer=Contact,
)
def unmerge(call: Call, asked: ContactUnmerge, contact_id: int) -> Any:
    """Answer the contact that is there again."""
    named = call.maybe_unseal(CONTACT, asked.contact_id)
    back = unmerge_contact(call.session, call.viewer, contact_id, call.now, named)
    return shown(call, get_record(call.session, call.viewer, CONTACT, back))


def _define(resource: Resource) -> None:
    kind = resource.kind
    path = f"/{resource.path}/{{{kind}}}/restore"

    @operations.add(
        "POST",
        path,
        f"Bring a {kind} back that was deleted in the last 30 days, with its links",
        name=f"restore_{kind}",
        answer=resource.answer,
    )
    def restore(call: Call, record_id: int) -> Any:
        return shown(call, restore_record(call.session, call.viewer, kind, record_id, call.now))


for _resource in RESOURCES:
    _define(_resource)
