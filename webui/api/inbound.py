"""`inbound`: what came in, and what became of it."""

from __future__ import annotations

from typing import Final, Literal

from ingest.approving import release_and_ask
from ingest.difference import Difference, Result
from ingest.inbounds import InboundView, get_inbound, list_inbound
from ingest.release import discard, release, restore
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from webui.api.operation import Operations
from webui.api.references import missing_references, number_of
from webui.api.shape import Answered, Asked, Empty, Listed, Moment, Page, Sealed
from webui.call import Call
from webui.cursor import paged, seal_cursor
from webui.sender_rows import post_of

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


class Replay(Asked):
    """`dry_run` only tells; `reauthenticate` asks DNS again and keeps both proofs."""

    dry_run: bool = False
    reauthenticate: bool = False


class ReplayChange(Answered):
    """What is different now."""

    field: str
    rule: str | None
    message_id: str | None
    before: str | None
    after: str | None


class Replayed(Answered):
    """How a replay ended; `reason` says why it was impossible."""

    id: str
    result: Result
    reason: str | None
    changes: list[ReplayChange]


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
        if given.approve:
            release_and_ask(call.session, call.viewer, inbound_id, post_of(call), call.now, user_id=user_id)
        else:
            release(call.session, call.viewer, inbound_id, call.now, user_id=user_id)
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


@operations.add("POST", "/inbound/{inbound}/replay", "Compute a mail anew", body=Replay, answer=Replayed, alone=True)
def replay_inbound(call: Call, given: Replay, inbound_id: int) -> Replayed:
    """Change only what rules made; an admin learns of another's mail only how it ended."""
    row = get_inbound(call.session, call.viewer, inbound_id)
    done = call.backend.replayer.replay(
        call.viewer.company_id,
        inbound_id,
        dry_run=given.dry_run,
        reauthenticate=given.reauthenticate,
        owner_id=call.viewer.user_id if row.mine else None,
    )
    return Replayed(
        id=call.seal("inbound", inbound_id),
        result=done.result,
        reason=(done.reason or None) if row.mine else None,
        changes=[_change(call, one) for one in done.differences] if row.mine else [],
    )


def _change(call: Call, found: Difference) -> ReplayChange:
    return ReplayChange(
        field=found.field,
        rule=found.rule,
        message_id=call.maybe_seal("message", found.message_id),
        before=_text(call, found.before),
        after=_text(call, found.after),
    )


def _text(call: Call, value: object) -> str | None:
    """Answer a value in words; the one kind of id among them is a user's."""
    if isinstance(value, int) and not isinstance(value, bool):
        return call.seal("user", value)
    return None if value is None else str(value)


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
