"""`access-requests`: asking to see a letter, and letting a colleague see one's copy (RULES R32)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from ingest.access_asked import ask_for_letter
from linking.access import Access, AccessState, decide, list_asked, list_to_decide
from outbox.letterhead import letterhead_of
from webui.api.operation import Operations
from webui.api.shape import Answered, Empty, Listed, Moment, Page
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor
from webui.problem import not_found

operations: Final = Operations()
AN_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")


class AccessRequest(Answered):
    """`user_id` asks for the letter; the one who asks sees `asked` or `granted`, whatever is behind the id."""

    id: str
    message_id: str
    user_id: str
    state: AccessState
    created_at: Moment


class AccessQuery(Page):
    """`mine`: what the caller asked for; else what is asked of him."""

    mine: bool = False


@operations.add(
    "POST",
    "/messages/{message}/access-requests",
    "Ask the owner of a letter to see it; every id is answered alike",
    body=Empty,
    answer=AccessRequest,
    status=HTTPStatus.CREATED,
    for_readers=True,
    as_given=True,
)
def request_access(call: Call, _: Empty, message: str) -> AccessRequest:
    """Keep the request; one that is there already is answered again."""
    return shown(call, ask_by_id(call, message))


@operations.add(
    "GET",
    "/access-requests",
    "List who asks for one's letters, or with mine what one asked for",
    query=AccessQuery,
    answer=Listed[AccessRequest],
)
def list_access_requests(call: Call, query: AccessQuery) -> Listed[AccessRequest]:
    """Answer the newest first."""
    fetch = list_asked if query.mine else list_to_decide
    found = fetch(call.session, call.viewer, query.limit, open_cursor(call, query))
    return Listed[AccessRequest](
        data=[shown(call, one) for one in found.rows], next_cursor=seal_cursor(call, found.next)
    )


@operations.add(
    "POST", "/access-requests/{access}/grant", "Let the asker see one's copy", body=Empty, answer=AccessRequest
)
def grant_access(call: Call, _: Empty, request_id: int) -> AccessRequest:
    """Let him see this one copy until it is refused again."""
    return shown(call, decide(call.session, call.viewer, request_id, AccessState.GRANTED, call.now))


@operations.add(
    "POST",
    "/access-requests/{access}/refuse",
    "Say no, or take back what was granted; the asker is not told",
    body=Empty,
    answer=AccessRequest,
)
def refuse_access(call: Call, _: Empty, request_id: int) -> AccessRequest:
    """Keep it from him."""
    return shown(call, decide(call.session, call.viewer, request_id, AccessState.REFUSED, call.now))


def ask_by_id(call: Call, message: str) -> Access:
    """Ask for the letter of a public id, whatever is behind it; 404 for what has no form of an id."""
    if not AN_ID.fullmatch(message):
        raise not_found()
    number = call.backend.sealer.unseal("message", message)
    return ask_for_letter(call.session, call.viewer, message, number, letterhead_of(call.backend.settings), call.now)


def shown(call: Call, access: Access) -> AccessRequest:
    """Answer a request as the API shows it."""
    return AccessRequest(
        id=call.seal("access", access.id),
        message_id=access.asked,
        user_id=call.seal("user", access.asker_id),
        state=access.state,
        created_at=access.created_at,
    )
