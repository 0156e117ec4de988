"""`approved-senders`: which From addresses count as which user, or as which team."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from accounts.sender_acts import reject, revoke
from accounts.sender_request import Owner
from accounts.senders import Sender, SenderState, list_senders
from ingest.approving import approve, ask
from webui.api.operation import Operations
from webui.api.references import missing_references, number_of
from webui.api.shape import Answered, Asked, Empty, Line, Listed, Moment, Page, Sealed
from webui.call import Call
from webui.cursor import paged, seal_cursor
from webui.sender_rows import post_of

operations: Final = Operations()


class ApprovedSender(Answered):
    """An address of a user or of a team."""

    id: str
    address: str
    state: SenderState
    user_id: str | None
    team_id: str | None
    created_at: Moment


class ApprovedSenderNew(Asked):
    """An address of one's own, or as an admin of another user or of a team.

    It counts once it is confirmed on the page that the mailed link opens.
    """

    address: Line
    user_id: Sealed | None = None
    team_id: Sealed | None = None


@operations.add("GET", "/approved-senders", "List the addresses", query=Page, answer=Listed[ApprovedSender])
def list_approved_senders(call: Call, page: Page) -> Listed[ApprovedSender]:
    """Answer one's own and one's teams', an admin's whole company's, the newest first."""
    found = paged(
        call, page, lambda limit, before: list_senders(call.session, call.viewer, limit, before), lambda row: row.id
    )
    data = [_shown(call, row) for row in found.rows]
    return Listed[ApprovedSender](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST",
    "/approved-senders",
    "Ask for an address",
    body=ApprovedSenderNew,
    answer=ApprovedSender,
    status=HTTPStatus.CREATED,
    wakes=True,
)
def request_sender(call: Call, given: ApprovedSenderNew) -> ApprovedSender:
    """Put it on the list and mail the link there: it is confirmed on the page that the link opens, never here."""
    with missing_references():
        user_id = number_of(call, "user", given.user_id) if given.user_id is not None else None
        team_id = number_of(call, "team", given.team_id) if given.team_id is not None else None
    owner = Owner(team_id=team_id) if team_id is not None else Owner(user_id=user_id or call.viewer.user_id)
    return _shown(call, ask(call.session, call.viewer, owner, given.address, post_of(call), call.now)[0])


@operations.add("DELETE", "/approved-senders/{sender}", "Take an address back", for_readers=True)
def revoke_sender(call: Call, sender_id: int) -> None:
    """Leave it as revoked: mail from it is held from now on. An admin may do so with every address."""
    revoke(call.session, call.viewer, sender_id, call.now)


@operations.add(
    "POST",
    "/approved-senders/{sender}/approve",
    "Approve a confirmed address",
    body=Empty,
    answer=ApprovedSender,
    admin=True,
    wakes=True,
)
def approve_sender(call: Call, _: Empty, sender_id: int) -> ApprovedSender:
    """Let it count, and let in what was held of it."""
    return _shown(call, approve(call.session, call.viewer, sender_id, call.now))


@operations.add(
    "POST",
    "/approved-senders/{sender}/reject",
    "Say no to an address that waits",
    body=Empty,
    answer=ApprovedSender,
    admin=True,
)
def reject_sender(call: Call, _: Empty, sender_id: int) -> ApprovedSender:
    """Leave it as rejected; it may be asked for anew."""
    return _shown(call, reject(call.session, call.viewer, sender_id, call.now))


def _shown(call: Call, row: Sender) -> ApprovedSender:
    return ApprovedSender(
        id=call.seal("sender", row.id),
        address=row.address,
        state=row.state,
        user_id=call.maybe_seal("user", row.user_id),
        team_id=call.maybe_seal("team", row.team_id),
        created_at=row.created_at,
    )
