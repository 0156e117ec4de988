"""`approved-senders`: which From addresses count as which user."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from accounts.own_senders import request_own, revoke_own
from accounts.senders import Sender, SenderState, list_senders
from webui.api.operation import Operations
from webui.api.shape import Answered, Asked, Line, Listed, Moment, Page
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


class ApprovedSenderNew(Asked):
    """An address of one's own; it counts once the link that is mailed there was opened."""

    address: Line


@operations.add("GET", "/approved-senders", "List the addresses", query=Page, answer=Listed[ApprovedSender])
def list_approved_senders(call: Call, page: Page) -> Listed[ApprovedSender]:
    """Answer one's own, an admin's whole company's, the newest first."""
    found = paged(
        call, page, lambda limit, before: list_senders(call.session, call.viewer, limit, before), lambda row: row.id
    )
    data = [_shown(call, row) for row in found.rows]
    return Listed[ApprovedSender](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST",
    "/approved-senders",
    "Ask for an address of one's own",
    body=ApprovedSenderNew,
    answer=ApprovedSender,
    status=HTTPStatus.CREATED,
    for_readers=True,
)
def request_sender(call: Call, given: ApprovedSenderNew) -> ApprovedSender:
    """Put it on the list as requested: it is confirmed on the page that its link opens, never here."""
    return _shown(call, request_own(call.session, call.viewer, given.address, call.now))


@operations.add("DELETE", "/approved-senders/{sender}", "Take an address of one's own back", for_readers=True)
def revoke_sender(call: Call, sender_id: int) -> None:
    """Leave it as revoked: mail from it is held from now on."""
    revoke_own(call.session, call.viewer, sender_id, call.now)


def _shown(call: Call, row: Sender) -> ApprovedSender:
    return ApprovedSender(
        id=call.seal("sender", row.id),
        address=row.address,
        state=row.state,
        user_id=call.seal("user", row.user_id),
        team_id=None,
        created_at=row.created_at,
    )
