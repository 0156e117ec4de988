"""`approved-senders`: which From addresses count as which user."""

from __future__ import annotations

from typing import Final

from accounts.senders import SenderState, list_senders
from webui.api.operation import Operations
from webui.api.shape import Answered, Listed, Moment, Page
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()


class ApprovedSender(Answered):
    """An address of a user (or, later, of a team)."""

    id: str
    address: str
    state: SenderState
    user_id: str | None
    team_id: str | None
    created_at: Moment


@operations.add("GET", "/approved-senders", "List the addresses", query=Page, answer=Listed[ApprovedSender])
def list_approved_senders(call: Call, page: Page) -> Listed[ApprovedSender]:
    """Answer one's own, an admin's whole company's, the newest first."""
    found = paged(
        call, page, lambda limit, before: list_senders(call.session, call.viewer, limit, before), lambda row: row.id
    )
    data = [
        ApprovedSender(
            id=call.seal("sender", row.id),
            address=row.address,
            state=row.state,
            user_id=call.seal("user", row.user_id),
            team_id=None,
            created_at=row.created_at,
        )
        for row in found.rows
    ]
    return Listed[ApprovedSender](data=data, next_cursor=seal_cursor(call, found.next))
