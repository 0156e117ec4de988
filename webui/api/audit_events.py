"""`audit-events`: who changed what, never what a mail says (SECURITY W12)."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from accounts.audit import Event, list_events
from webui.api.operation import Operations
from webui.api.shape import Answered, Listed, Moment, Page, Sealed
from webui.audit_words import KINDS
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
Kind = Literal["users", "company", "records", "mail"]


class AuditTarget(Answered):
    """What was changed."""

    type: str
    id: str


class AuditEvent(Answered):
    """`actor_id` is null for the command line; `action` is a dotted word such as `user.add`."""

    id: str
    actor_id: str | None
    action: Annotated[str, Field(examples=["link.add"])]
    target: AuditTarget | None
    at: Moment


class AuditQuery(Page):
    """Which events."""

    actor_id: Sealed | None = None
    kind: Kind | None = None
    after: Moment | None = None
    before: Moment | None = None


@operations.add("GET", "/audit-events", "Read the audit log", query=AuditQuery, answer=Listed[AuditEvent])
def list_audit_events(call: Call, query: AuditQuery) -> Listed[AuditEvent]:
    """Answer an admin everybody's events, anybody else his own, the newest first."""
    actor_id = call.maybe_unseal("user", query.actor_id)
    if actor_id is None and not call.viewer.is_admin:
        actor_id = call.viewer.user_id
    kinds = KINDS[query.kind][1] if query.kind else ()

    def fetch(limit: int, before_id: int | None) -> tuple[Event, ...]:
        return list_events(
            call.session,
            call.viewer,
            limit,
            before_id,
            actor_id=actor_id,
            kinds=kinds,
            after=query.after,
            before=query.before,
        )

    found = paged(call, query, fetch, lambda row: row.id)
    data = [_shown(call, row) for row in found.rows]
    return Listed[AuditEvent](data=data, next_cursor=seal_cursor(call, found.next))


def _shown(call: Call, row: Event) -> AuditEvent:
    return AuditEvent(
        id=call.seal("audit_event", row.id),
        actor_id=call.maybe_seal("user", row.actor_id),
        action=row.action,
        target=_target(call, row.target),
        at=row.at,
    )


def _target(call: Call, target: str | None) -> AuditTarget | None:
    kind, _, number = (target or "").partition(" ")
    return AuditTarget(type=kind, id=call.seal(kind, int(number))) if number.isdecimal() else None
