"""Webhooks: made with a secret that is shown once, tried, switched off and on; what was sent, and sending it again."""

from __future__ import annotations

from typing import Final

from flask import make_response, request
from werkzeug.wrappers import Response

from accounts.refusals import Conflict
from outbox.webhook_log import list_deliveries, send_again, send_since, send_test
from outbox.webhooks import (
    LISTENED,
    WebhookView,
    add_webhook,
    change_webhook,
    get_webhook,
    list_webhooks,
    remove_webhook,
    rotate_secret,
)
from webui.cursor import paged
from webui.forms import field, page_query
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

TITLES: Final = {
    "message.filed": "A letter was filed",
    "message.held": "A mail is held",
    "message.released": "A held mail was let in",
    "message.discarded": "A mail was discarded",
    "message.updated": "Who sees a letter was changed",
    "link.created": "A letter was linked",
    "link.removed": "A link was undone",
    "contact.suggested": "An unknown address wrote",
}
HERE: Final = "settings.webhooks"
ONE: Final = "settings.webhook"


@settings.get("/settings/webhooks")
def webhooks() -> str:
    """List one's own."""
    return _show(NONE)


@settings.post("/settings/webhooks")
def make_webhook() -> Response:
    """Make one and show its secret, this once."""

    def act() -> Response:
        with writing() as call:
            made, secret = add_webhook(
                call.session,
                call.viewer,
                call.backend.keys,
                url=field("url"),
                events=request.form.getlist("events"),
                description=field("description", 400),
                active=True,
                now=call.now,
            )
        return make_response(_show(NONE, made, secret))

    return tried(act, _show)


@settings.get("/settings/webhooks/<webhook>")
def webhook(webhook: str) -> str:
    """Show one with its log."""
    page = page_query()
    with reading() as call:
        webhook_id = call.unseal("webhook", webhook)
        found = paged(
            call,
            page,
            lambda limit, before: list_deliveries(call.session, call.viewer, webhook_id, limit, before),
            lambda row: row.id,
        )
        one = get_webhook(call.session, call.viewer, webhook_id)
        return show_page(call, "settings_webhook.html", one=one, rows=found.rows, older=found.next, titles=TITLES)


@settings.post("/settings/webhooks/<webhook>")
def act_on_webhook(webhook: str) -> Response:
    """Do what `act` says: test, on, off, again (what failed), remove."""
    act = field("act")
    with writing() as call:
        webhook_id = call.unseal("webhook", webhook)
        match act:
            case "test":
                send_test(call.session, call.viewer, webhook_id, call.now)
                said = "A test is on its way: its answer stands in the log in a moment."
            case "on" | "off":
                change_webhook(call.session, call.viewer, webhook_id, {"active": act == "on"}, call.now)
                said = "Switched on." if act == "on" else "Switched off: nothing is sent there any more."
            case "again":
                since = get_webhook(call.session, call.viewer, webhook_id).created_at
                count = send_since(call.session, call.viewer, webhook_id, since, call.now, failed_only=True)
                said = f"{count} on their way again."
            case "remove":
                remove_webhook(call.session, call.viewer, webhook_id, call.now)
                return done("Removed, with its log.", HERE)
            case _:
                raise Conflict("There is no such act.")
    return done(said, ONE, webhook=webhook)


@settings.post("/settings/webhooks/<webhook>/secret")
def renew_secret(webhook: str) -> Response:
    """Make a new secret and show it, this once."""
    with writing() as call:
        webhook_id = call.unseal("webhook", webhook)
        secret = rotate_secret(call.session, call.viewer, call.backend.keys, webhook_id, call.now)
        made = get_webhook(call.session, call.viewer, webhook_id)
    return make_response(_show(NONE, made, secret))


@settings.post("/settings/webhooks/<webhook>/deliveries/<delivery>")
def deliver_again(webhook: str, delivery: str) -> Response:
    """Send one again."""
    with writing() as call:
        webhook_id = call.unseal("webhook", webhook)
        send_again(call.session, call.viewer, webhook_id, call.unseal("delivery", delivery), call.now)
    return done("On its way again.", ONE, webhook=webhook)


def _show(errors: Errors, made: WebhookView | None = None, secret: str = "") -> str:
    with reading() as call:
        rows = list_webhooks(call.session, call.viewer)
        kinds = [(str(kind), TITLES[kind]) for kind in LISTENED]
        chosen = request.form.getlist("events") if errors else ["message.filed"]
        return show_page(
            call, "settings_webhooks.html", errors, rows=rows, kinds=kinds, chosen=chosen, made=made, secret=secret
        )
