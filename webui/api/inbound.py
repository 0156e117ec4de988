"""`inbound`: what came in, and what became of it."""

from __future__ import annotations

from typing import Final, Literal

from ingest.inbounds import InboundView, get_inbound, list_inbound
from ingest.release import discard, release, restore
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from webui.api.operation import Operations
from webui.api.references import missing_references, number_of
from webui.api.shape import Answered, Asked, Listed, Moment, Page, Sealed
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
Status = Literal["received", "processing", "filed", "held", "discarded", "failed"]


class Envelope(Answered):
    """What the client said before DATA; `reverse_path` is "" for `<>` and null where it is unknown."""

    reverse_path: str | None
    forward_paths: list[str]
    helo: str
    peer: str


class Inbound(Answered):
    """One delivery; what the caller may not know of it is null. `message_ids` are API ids."""

    id: str
    status: Status
    reason: str | None
    sentence: str | None
    origin: Literal["smtp", "lmtp", "imap", "upload", "composed"]
    envelope: Envelope | None
    received_at: Moment
    size: int
    message_ids: list[str]
    attempts: int


class InboundQuery(Page):
    """Which rows."""

    status: Status | None = None


class Release(Asked):
    """`approve` also requests From as an address of that user; `user_id`: an admin says whose nobody's mail is."""

    approve: bool = False
    user_id: Sealed | None = None


class Empty(Asked):
    """No fields."""


@operations.add("GET", "/inbound", "List what came in", query=InboundQuery, answer=Listed[Inbound])
def list_all_inbound(call: Call, query: InboundQuery) -> Listed[Inbound]:
    """Answer the newest first."""
    found = paged(
        call,
        query,
        lambda limit, before: list_inbound(
            call.session, call.viewer, status=query.status, limit=limit, before_id=before
        ),
        lambda row: row.id,
    )
    return Listed[Inbound](data=[_shown(call, one) for one in found.rows], next_cursor=seal_cursor(call, found.next))


@operations.add("GET", "/inbound/{inbound}", "Read one delivery", answer=Inbound)
def get_one_inbound(call: Call, inbound_id: int) -> Inbound:
    """Answer one."""
    return _shown(call, get_inbound(call.session, call.viewer, inbound_id))


@operations.add("POST", "/inbound/{inbound}/release", "Let held mail in", body=Release, answer=Inbound, wakes=True)
def release_inbound(call: Call, given: Release, inbound_id: int) -> Inbound:
    """File it by today's rules, in a moment."""
    user_id = number_of(call, "user", given.user_id) if given.user_id is not None else None
    with missing_references():
        release(call.session, call.viewer, inbound_id, call.now, approve=given.approve, user_id=user_id)
    return get_one_inbound(call, inbound_id)


@operations.add(
    "POST", "/inbound/{inbound}/discard", "Throw held mail away, undoable for 7 days", body=Empty, answer=Inbound
)
def discard_inbound(call: Call, _: Empty, inbound_id: int) -> Inbound:
    """Discard."""
    discard(call.session, call.viewer, inbound_id, call.now)
    return get_one_inbound(call, inbound_id)


@operations.add(
    "POST", "/inbound/{inbound}/restore", "Take discarded mail back", body=Empty, answer=Inbound, wakes=True
)
def restore_inbound(call: Call, _: Empty, inbound_id: int) -> Inbound:
    """Restore."""
    restore(call.session, call.viewer, inbound_id, call.now)
    return get_one_inbound(call, inbound_id)


def _shown(call: Call, row: InboundView) -> Inbound:
    envelope = row.envelope
    names = names_of(call.session, call.viewer, sorted(records_in(row.reason_args or {})))
    return Inbound.model_validate(
        {
            "id": call.seal("inbound", row.id),
            "status": row.status,
            "reason": row.reason,
            "sentence": sentence(row.reason, row.reason_args, names.get) if row.reason else None,
            "origin": row.origin,
            "envelope": {
                "reverse_path": envelope.reverse_path,
                "forward_paths": list(envelope.forward_paths),
                "helo": envelope.helo,
                "peer": envelope.peer,
            }
            if envelope
            else None,
            "received_at": row.received_at,
            "size": row.size,
            "message_ids": [call.seal("message", one) for one in row.message_ids],
            "attempts": row.attempts,
        }
    )
