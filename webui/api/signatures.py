"""`signatures`: what users end their mail with."""

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
from webui.api.shape import Answered, Asked, Change, Line, Listed, Moment, Page, Prose, unset
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
LONGEST: Final = 200_000
Body = Annotated[Prose, Field(max_length=LONGEST)]


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


@operations.add("GET", "/signatures", "List signatures", query=Page, answer=Listed[Signature])
def list_signatures(call: Call, page: Page) -> Listed[Signature]:
    """Answer one's own and the company's, the newest first."""
    found = paged(
        call,
        page,
        lambda limit, before: list_texts(call.session, call.viewer, TextKind.SIGNATURE, limit, before),
        lambda row: row.id,
    )
    data = [_shown(call, row) for row in found.rows]
    return Listed[Signature](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST", "/signatures", "Make a signature", body=SignatureNew, answer=Signature, status=HTTPStatus.CREATED
)
def make_signature(call: Call, given: SignatureNew) -> Signature:
    """Make one, for oneself or for everybody."""
    return _shown(call, add_text(call.session, call.viewer, TextKind.SIGNATURE, given.model_dump(), call.now))


@operations.add("GET", "/signatures/{signature}", "Read a signature", answer=Signature)
def read_signature(call: Call, signature_id: int) -> Signature:
    """Answer one."""
    return _shown(call, get_text(call.session, call.viewer, TextKind.SIGNATURE, signature_id))


@operations.add("PATCH", "/signatures/{signature}", "Change a signature", body=SignatureChange, answer=Signature)
def patch_signature(call: Call, change: SignatureChange, signature_id: int) -> Signature:
    """Change what is named."""
    changed = change_text(call.session, call.viewer, TextKind.SIGNATURE, signature_id, change.named(), call.now)
    return _shown(call, changed)


@operations.add("DELETE", "/signatures/{signature}", "Remove a signature")
def delete_signature(call: Call, signature_id: int) -> None:
    """Remove one."""
    remove_text(call.session, call.viewer, TextKind.SIGNATURE, signature_id, call.now)


def _shown(call: Call, row: PreparedTextView) -> Signature:
    return Signature(
        id=call.seal("signature", row.id),
        owner_id=call.seal("user", row.owner_id),
        name=row.name,
        html=row.html,
        text=row.text,
        sharing=row.sharing,
        fields=list(row.fields),
        created_at=row.created_at,
        changed_at=row.changed_at,
    )
