"""`templates` and `signatures`: prepared texts with merge fields, two resources of one make."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from pydantic import Field

from outbox.merge_fields import MergeField
from outbox.prepared_texts import (
    PreparedTextView,
    TextKind,
    TextSharing,
    add_text,
    change_text,
    get_text,
    list_texts,
    remove_text,
)
from webui.api.operation import Operations
from webui.api.shape import Answered, Asked, Change, Line, Listed, Moment, Page, Prose, Written, unset
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
CREATED: Final = HTTPStatus.CREATED
LONGEST: Final = 200_000
Subject = Annotated[Written, Field(max_length=200, examples=["Your offer, {{contact.name}}"])]
Body = Annotated[Prose, Field(max_length=LONGEST)]


class Template(Answered):
    """`html` is cleaned, and `text` made of it where none was given; `fields` are the merge fields in it."""

    id: str
    owner_id: str
    name: str
    subject: str
    html: str
    text: str
    sharing: TextSharing
    fields: list[MergeField]
    created_at: Moment
    changed_at: Moment


class TemplateNew(Asked):
    """A name, and `text` or `html` or both."""

    name: Line
    subject: Subject = ""
    html: Body = ""
    text: Body = ""
    sharing: TextSharing = TextSharing.MINE


class TemplateChange(Change):
    """What to change; new `html` without `text` makes the text anew."""

    name: Line = unset()
    subject: Subject = unset()
    html: Body = unset()
    text: Body = unset()
    sharing: TextSharing = unset()


class Signature(Answered):
    """`html` is cleaned, and `text` made of it where none was given; `fields` are the merge fields in it."""

    id: str
    owner_id: str
    name: str
    html: str
    text: str
    sharing: TextSharing
    fields: list[MergeField]
    created_at: Moment
    changed_at: Moment


class SignatureNew(Asked):
    """A name, and `text` or `html` or both."""

    name: Line
    html: Body = ""
    text: Body = ""
    sharing: TextSharing = TextSharing.MINE


class SignatureChange(Change):
    """What to change; new `html` without `text` makes the text anew."""

    name: Line = unset()
    html: Body = unset()
    text: Body = unset()
    sharing: TextSharing = unset()


@dataclass(frozen=True, slots=True)
class Resource:
    """One of the two."""

    path: str
    kind: TextKind
    new: type[Asked]
    change: type[Change]
    answer: type[Answered]


RESOURCES: Final = (
    Resource("templates", TextKind.TEMPLATE, TemplateNew, TemplateChange, Template),
    Resource("signatures", TextKind.SIGNATURE, SignatureNew, SignatureChange, Signature),
)


def _shown(call: Call, resource: Resource, row: PreparedTextView) -> Any:
    values: dict[str, Any] = {
        "id": call.seal(resource.kind, row.id),
        "owner_id": call.seal("user", row.owner_id),
        "name": row.name,
        "subject": row.subject,
        "html": row.html,
        "text": row.text,
        "sharing": row.sharing,
        "fields": list(row.fields),
        "created_at": row.created_at,
        "changed_at": row.changed_at,
    }
    return resource.answer.model_validate({name: values[name] for name in resource.answer.model_fields})


def _define(resource: Resource) -> None:
    """Register the operations of one resource."""
    path, kind, answer = resource.path, resource.kind, resource.answer
    listed: Any = Listed[answer]  # type: ignore[valid-type]  # the class is known at run time alone
    one = f"/{path}/{{{kind}}}"

    @operations.add("GET", f"/{path}", f"List {path}", name=f"list_{path}", query=Page, answer=listed)
    def list_them(call: Call, page: Page) -> Any:
        found = paged(
            call,
            page,
            lambda limit, before: list_texts(call.session, call.viewer, kind, limit, before),
            lambda row: row.id,
        )
        return listed(
            data=[_shown(call, resource, row) for row in found.rows], next_cursor=seal_cursor(call, found.next)
        )

    @operations.add(
        "POST", f"/{path}", f"Make a {kind}", name=f"make_{kind}", body=resource.new, answer=answer, status=CREATED
    )
    def make(call: Call, given: Asked) -> Any:
        return _shown(call, resource, add_text(call.session, call.viewer, kind, given.model_dump(), call.now))

    @operations.add("GET", one, f"Read a {kind}", name=f"read_{kind}", answer=answer)
    def read(call: Call, text_id: int) -> Any:
        return _shown(call, resource, get_text(call.session, call.viewer, kind, text_id))

    @operations.add("PATCH", one, f"Change a {kind}", name=f"patch_{kind}", body=resource.change, answer=answer)
    def patch(call: Call, change: Change, text_id: int) -> Any:
        return _shown(call, resource, change_text(call.session, call.viewer, kind, text_id, change.named(), call.now))

    @operations.add("DELETE", one, f"Remove a {kind}", name=f"delete_{kind}")
    def delete(call: Call, text_id: int) -> None:
        remove_text(call.session, call.viewer, kind, text_id, call.now)


for _resource in RESOURCES:
    _define(_resource)
