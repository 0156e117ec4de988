"""`webhooks`: where one's own events are posted to, signed as Standard Webhooks asks; their log; sending again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import Field

from db.events import EventKind
from outbox.webhook_log import DeliveryView, list_deliveries, send_again, send_since, send_test
from outbox.webhooks import (
    LISTENED,
    LONGEST_DESCRIPTION,
    LONGEST_URL,
    WebhookView,
    add_webhook,
    change_webhook,
    get_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
)
from webui.api.operation import Operations
from webui.api.shape import Answered, Asked, Change, Empty, Listed, Moment, Page, Written, unset
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
Listened = Literal[
    "message.filed",
    "message.held",
    "message.released",
    "message.discarded",
    "message.updated",
    "link.created",
    "link.removed",
    "contact.suggested",
]
Url = Annotated[Written, Field(min_length=1, max_length=LONGEST_URL, examples=["https://hooks.example/smartbcc"])]
Description = Annotated[Written, Field(max_length=LONGEST_DESCRIPTION)]
Events = Annotated[list[Listened], Field(min_length=1, max_length=len(LISTENED), examples=[["message.filed"]])]


class Webhook(Answered):
    """`disabled_reason`: we switched it off, because it answered 410 or took nothing for three days."""

    id: str
    url: str
    events: list[Listened]
    description: str
    active: bool
    disabled_reason: Literal["gone", "failing"] | None
    failing_since: Moment | None
    created_at: Moment


class WebhookMade(Webhook):
    """A new webhook; `secret` is shown this once."""

    secret: str


class WebhookNew(Asked):
    """An https address, and what is to be posted there."""

    url: Url
    events: Events
    description: Description = ""
    active: bool = True


class WebhookChange(Change):
    """What to change; `active` true also forgets why it was switched off."""

    url: Url = unset()
    events: Events = unset()
    description: Description = unset()
    active: bool = unset()


class WebhookSecret(Answered):
    """The new secret, shown this once; the old one signs beside it for 24 hours."""

    secret: str


class WebhookDelivery(Answered):
    """One event on its way; `response` is the beginning of what was answered last."""

    id: str
    type: EventKind
    timestamp: Moment
    status: Literal["pending", "sent", "failed", "dropped"]
    attempts: int
    next_attempt_at: Moment | None
    tried_at: Moment | None
    response_status: int | None
    response: str | None
    error: str | None


class WebhookReplay(Asked):
    """What happened since then is sent again: what failed, or with `all` everything."""

    since: Moment
    all: bool = False


class WebhookReplayed(Answered):
    """How many deliveries were put into the queue again."""

    count: int


@operations.add("GET", "/webhooks", "List one's own webhooks", query=Page, answer=Listed[Webhook])
def list_own_webhooks(call: Call, page: Page) -> Listed[Webhook]:
    """Answer one's own, the newest first."""
    found = paged(
        call, page, lambda limit, before: list_webhooks(call.session, call.viewer, limit, before), lambda row: row.id
    )
    return Listed[Webhook](data=[_shown(call, row) for row in found.rows], next_cursor=seal_cursor(call, found.next))


@operations.add("POST", "/webhooks", "Make a webhook", body=WebhookNew, answer=WebhookMade, status=HTTPStatus.CREATED)
def make_webhook(call: Call, given: WebhookNew) -> WebhookMade:
    """Make one and answer its secret."""
    made, secret = add_webhook(
        call.session,
        call.viewer,
        call.backend.keys,
        url=given.url,
        events=given.events,
        description=given.description,
        active=given.active,
        now=call.now,
    )
    return WebhookMade(**_shown(call, made).model_dump(), secret=secret)


@operations.add("GET", "/webhooks/{webhook}", "Read a webhook", answer=Webhook)
def read_webhook(call: Call, webhook_id: int) -> Webhook:
    """Answer one of one's own."""
    return _shown(call, get_webhook(call.session, call.viewer, webhook_id))


@operations.add("PATCH", "/webhooks/{webhook}", "Change a webhook", body=WebhookChange, answer=Webhook)
def patch_webhook(call: Call, change: WebhookChange, webhook_id: int) -> Webhook:
    """Change what is named."""
    return _shown(call, change_webhook(call.session, call.viewer, webhook_id, change.named(), call.now))


@operations.add("DELETE", "/webhooks/{webhook}", "Remove a webhook and its log", for_readers=True)
def delete_webhook(call: Call, webhook_id: int) -> None:
    """Remove it."""
    remove_webhook(call.session, call.viewer, webhook_id, call.now)


@operations.add("POST", "/webhooks/{webhook}/rotate", "Make a new secret", body=Empty, answer=WebhookSecret)
def rotate_webhook_secret(call: Call, _: Empty, webhook_id: int) -> WebhookSecret:
    """Answer the new secret."""
    return WebhookSecret(secret=rotate_secret(call.session, call.viewer, call.backend.keys, webhook_id, call.now))


@operations.add(
    "POST",
    "/webhooks/{webhook}/test",
    "Send a test",
    body=Empty,
    answer=WebhookDelivery,
    status=HTTPStatus.ACCEPTED,
)
def try_webhook(call: Call, _: Empty, webhook_id: int) -> WebhookDelivery:
    """Put an event of type `test` into the queue."""
    return _logged(call, send_test(call.session, call.viewer, webhook_id, call.now))


@operations.add("GET", "/webhooks/{webhook}/deliveries", "Read the log", query=Page, answer=Listed[WebhookDelivery])
def list_webhook_deliveries(call: Call, page: Page, webhook_id: int) -> Listed[WebhookDelivery]:
    """Answer the deliveries of the last 30 days, the newest first."""
    found = paged(
        call,
        page,
        lambda limit, before: list_deliveries(call.session, call.viewer, webhook_id, limit, before),
        lambda row: row.id,
    )
    data = [_logged(call, row) for row in found.rows]
    return Listed[WebhookDelivery](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST",
    "/webhooks/{webhook}/deliveries/{delivery}/replay",
    "Send one again",
    body=Empty,
    answer=WebhookDelivery,
    status=HTTPStatus.ACCEPTED,
)
def replay_webhook_delivery(call: Call, _: Empty, webhook_id: int, delivery_id: int) -> WebhookDelivery:
    """Put it into the queue again, under its own webhook-id."""
    return _logged(call, send_again(call.session, call.viewer, webhook_id, delivery_id, call.now))


@operations.add(
    "POST",
    "/webhooks/{webhook}/replay",
    "Send again since a time",
    body=WebhookReplay,
    answer=WebhookReplayed,
    status=HTTPStatus.ACCEPTED,
)
def replay_webhook(call: Call, given: WebhookReplay, webhook_id: int) -> WebhookReplayed:
    """Put what happened since then into the queue again."""
    count = send_since(call.session, call.viewer, webhook_id, given.since, call.now, failed_only=not given.all)
    return WebhookReplayed(count=count)


def _shown(call: Call, row: WebhookView) -> Webhook:
    return Webhook.model_validate(
        {
            "id": call.seal("webhook", row.id),
            "url": row.url,
            "events": list(row.events),
            "description": row.description,
            "active": row.active,
            "disabled_reason": row.disabled_reason,
            "failing_since": row.failing_since,
            "created_at": row.created_at,
        }
    )


def _logged(call: Call, row: DeliveryView) -> WebhookDelivery:
    return WebhookDelivery.model_validate(
        {
            "id": call.seal("delivery", row.id),
            "type": row.kind,
            "timestamp": row.at,
            "status": row.status,
            "attempts": row.attempts,
            "next_attempt_at": row.next_attempt_at,
            "tried_at": row.tried_at,
            "response_status": row.answer_status,
            "response": row.answer,
            "error": row.error,
        }
    )
