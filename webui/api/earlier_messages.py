"""`earlier-messages`: what a record would take of the mail that was here before it, and taking it (RULES R26)."""

from __future__ import annotations

from typing import Any, Final

from linking.earlier import list_earlier
from linking.records import get_record
from linking.taking_in import take_earlier
from webui.api.message_shapes import Message
from webui.api.message_values import message_of
from webui.api.operation import Operations
from webui.api.records import RESOURCES, Resource
from webui.api.shape import Answered, Asked, Listed, Page
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor

operations: Final = Operations()


class EarlierMessagesTake(Asked):
    """`confirm`: those too that the link would hide from colleagues who see them now."""

    confirm: bool = False


class EarlierMessagesTaken(Answered):
    """`linked` letters; `would_hide`: left alone without `confirm`; `more`: there are more than one call links."""

    linked: int
    would_hide: int
    more: bool


def _define(resource: Resource) -> None:
    kind = resource.kind
    path = f"/{resource.path}/{{{kind}}}/earlier-messages"

    @operations.add(
        "GET",
        path,
        f"List the earlier letters that the {kind} would take, by receipt or release",
        name=f"list_earlier_of_{kind}",
        query=Page,
        answer=Listed[Message],
    )
    def list_them(call: Call, query: Page, record_id: int) -> Any:
        record = get_record(call.session, call.viewer, kind, record_id)
        cursor = open_cursor(call, query)
        found = list_earlier(call.session, call.viewer, record, query.limit, cursor, call.read_raw)
        return Listed[Message](
            data=[message_of(call, one) for one in found.rows], next_cursor=seal_cursor(call, found.next)
        )

    @operations.add(
        "POST",
        path,
        f"Link them all to the {kind}",
        name=f"take_earlier_of_{kind}",
        body=EarlierMessagesTake,
        answer=EarlierMessagesTaken,
    )
    def take(call: Call, asked: EarlierMessagesTake, record_id: int) -> Any:
        taken = take_earlier(call.session, call.viewer, kind, record_id, call.now, confirmed=asked.confirm)
        return EarlierMessagesTaken(linked=taken.linked, would_hide=taken.would_hide, more=taken.more)


for _resource in RESOURCES:
    _define(_resource)
