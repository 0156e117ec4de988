"""`templates`: texts with merge fields that users begin a mail with."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

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


@operations.add("GET", "/templates", "List templates", query=Page, answer=Listed[Template])
def list_templates(call: Call, page: Page) -> Listed[Template]:
    """Answer one's own and the company's, the newest first."""
    found = paged(
        call,
        page,
        lambda limit, before: list_texts(call.session, call.viewer, TextKind.TEMPLATE, limit, before),
        lambda row: row.id,
    )
    data = [_shown(call, row) for row in found.rows]
    return Listed[Template](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add("POST", "/templates", "Make a template", body=TemplateNew, answer=Template, status=HTTPStatus.CREATED)
def make_template(call: Call, given: TemplateNew) -> Template:
    """Make one, for oneself or for everybody."""
    return _shown(call, add_text(call.session, call.viewer, TextKind.TEMPLATE, given.model_dump(), call.now))


@operations.add("GET", "/templates/{template}", "Read a template", answer=Template)
def read_template(call: Call, template_id: int) -> Template:
    """Answer one."""
    return _shown(call, get_text(call.session, call.viewer, TextKind.TEMPLATE, template_id))


@operations.add("PATCH", "/templates/{template}", "Change a template", body=TemplateChange, answer=Template)
def patch_template(call: Call, change: TemplateChange, template_id: int) -> Template:
    """Change what is named."""
    changed = change_text(call.session, call.viewer, TextKind.TEMPLATE, template_id, change.named(), call.now)
    return _shown(call, changed)


@operations.add("DELETE", "/templates/{template}", "Remove a template")
def delete_template(call: Call, template_id: int) -> None:
    """Remove one."""
    remove_text(call.session, call.viewer, TextKind.TEMPLATE, template_id, call.now)


def _shown(call: Call, row: PreparedTextView) -> Template:
    return Template(
        id=call.seal("template", row.id),
        owner_id=call.seal("user", row.owner_id),
        name=row.name,
        subject=row.subject,
        html=row.html,
        text=row.text,
        sharing=row.sharing,
        fields=list(row.fields),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
