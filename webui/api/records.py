"""`contacts`, `organizations`, `deals`, `leads`, `projects`: five resources of one make."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import (
    change_record,
    create_record,
    delete_record,
    get_record,
    list_records,
)
from linking.reference_tag import tag_of
from webui.api import record_shapes as shapes
from webui.api.operation import Operations
from webui.api.references import missing_references, read_fields
from webui.api.shape import Answered, Asked, Change, Listed, Page, Sealed, Search
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor

operations: Final = Operations()
CREATED: Final = HTTPStatus.CREATED


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the five."""

    path: str
    kind: RecordType
    new: type[Asked]
    change: type[Change]
    answer: type[Answered]


RESOURCES: Final = (
    Resource("contacts", RecordType.CONTACT, shapes.ContactNew, shapes.ContactChange, shapes.Contact),
    Resource(
        "organizations",
        RecordType.ORGANIZATION,
        shapes.OrganizationNew,
        shapes.OrganizationChange,
        shapes.Organization,
    ),
    Resource("deals", RecordType.DEAL, shapes.DealNew, shapes.DealChange, shapes.Deal),
    Resource("leads", RecordType.LEAD, shapes.LeadNew, shapes.LeadChange, shapes.Lead),
    Resource("projects", RecordType.PROJECT, shapes.ProjectNew, shapes.ProjectChange, shapes.Project),
)


class RecordQuery(Page):
    """Which records."""

    q: Search | None = None
    status: Search | None = None
    contact_id: Sealed | None = None
    organization_id: Sealed | None = None


def shown(call: Call, record: RecordView) -> Any:
    """Answer a record as its resource shows it."""
    answer = next(one.answer for one in RESOURCES if one.kind is record.type)
    values: dict[str, Any] = {
        "id": call.seal(record.type, record.id),
        "name": record.name,
        "title": record.name,
        "status": record.status,
        "addresses": list(record.addresses),
        "domains": list(record.domains),
        "contact_ids": [call.seal("contact", one) for one in record.contact_ids],
        "organization_id": call.maybe_seal("organization", record.organization_id),
        "value": record.value,
        "currency": record.currency,
        "owner_id": call.seal("user", record.owner_id),
        "team_id": call.maybe_seal("team", record.team_id),
        "visibility": record.visibility,
        "bcc_address": record.bcc_address or None,
        "reference_tag": tag_of(call.backend.sealer, record.id),
        "created_at": record.created_at,
        "merged": [
            {"id": call.seal(record.type, one.id), "name": one.name, "merged_at": one.merged_at}
            for one in record.merged
        ],
    }
    return answer.model_validate({name: values[name] for name in answer.model_fields})


def _define(resource: Resource) -> None:
    """Register the operations of one resource."""
    path, kind, answer = resource.path, resource.kind, resource.answer
    listed: Any = Listed[answer]  # type: ignore[valid-type]  # the class is known at run time alone
    one = f"/{path}/{{{kind}}}"

    @operations.add("GET", f"/{path}", f"List {path}", name=f"list_{path}", query=RecordQuery, answer=listed)
    def list_them(call: Call, query: RecordQuery) -> Any:
        wanted = RecordFilter(
            q=query.q,
            status=query.status,
            contact_id=call.unseal("contact", query.contact_id) if query.contact_id else None,
            organization_id=call.unseal("organization", query.organization_id) if query.organization_id else None,
        )
        found = list_records(call.session, call.viewer, kind, query.limit, open_cursor(call, query), wanted)
        return listed(data=[shown(call, row) for row in found.rows], next_cursor=seal_cursor(call, found.next))

    @operations.add("GET", one, f"Read a {kind}", name=f"get_{kind}", answer=answer)
    def get_one(call: Call, record_id: int) -> Any:
        return shown(call, get_record(call.session, call.viewer, kind, record_id))

    @operations.add(
        "POST", f"/{path}", f"Make a {kind}", name=f"make_{kind}", body=resource.new, answer=answer, status=CREATED
    )
    def make(call: Call, new: Asked) -> Any:
        domain = call.backend.settings.mail_domain[0]
        with missing_references():
            fields = read_fields(call, new.model_dump())
            return shown(call, create_record(call.session, call.viewer, kind, fields, call.now, domain))

    @operations.add("PATCH", one, f"Change a {kind}", name=f"change_{kind}", body=resource.change, answer=answer)
    def change(call: Call, changes: Change, record_id: int) -> Any:
        with missing_references():
            fields = read_fields(call, changes.named())
            return shown(call, change_record(call.session, call.viewer, kind, record_id, fields, call.now))

    @operations.add("DELETE", one, f"Delete a {kind}: unlinks it, undoable for 30 days", name=f"delete_{kind}")
    def delete(call: Call, record_id: int) -> None:
        delete_record(call.session, call.viewer, kind, record_id, call.now)


for _resource in RESOURCES:
    _define(_resource)
