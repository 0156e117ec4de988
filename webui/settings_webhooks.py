"""Webhooks: made with a secret that is shown once, tried, paused and resumed; what was sent, and sending it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import make_response, request
from werkzeug.wrappers import Response

from accounts.refusals import Conflict
from ingest.told_by_webhook import told
from languages.speech import _, marked, ngettext
from outbox.webhook_log import DeliveryView, get_delivery, list_deliveries, send_again, send_since, send_test
from outbox.webhook_sender import body_of, fields_of
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
from webui.call import Call
from webui.cursor import paged
from webui.forms import field, page_query
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

TITLES: Final = {
    "message.filed": marked("A letter was filed"),
    "message.held": marked("A mail is held"),
    "message.released": marked("A held mail was let in"),
    "message.discarded": marked("A mail was discarded"),
    "message.updated": marked("Who sees a letter was changed"),
    "link.created": marked("A letter was linked"),
    "link.removed": marked("A link was undone"),
    "contact.suggested": marked("An unknown address wrote"),
    "test": marked("A test"),
}
SINCE: Final = {
    "1": marked("in the last hour"),
    "24": marked("in the last day"),
    "168": marked("in the last week"),
    "720": marked("in the last 30 days"),
}
"""Hours in which something failed that may be sent again."""
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
        signs_until = one.old_until if one.old_until and one.old_until > call.now else None
        return show_page(
            call,
            "settings_webhook.html",
            one=one,
            rows=found.rows,
            older=found.next,
            titles=TITLES,
            since=SINCE,
            signs_until=signs_until,
        )


@settings.get("/settings/webhooks/<webhook>/deliveries/<delivery>")
def delivery(webhook: str, delivery: str) -> str:
    """Show what was sent and what was answered; secrets and signatures never."""
    with reading() as call:
        webhook_id = call.unseal("webhook", webhook)
        row = get_delivery(call.session, call.viewer, webhook_id, call.unseal("delivery", delivery))
        one = get_webhook(call.session, call.viewer, webhook_id)
        sent = _request(call, row)
        return show_page(call, "settings_delivery.html", one=one, each=row, sent=sent, titles=TITLES)


@settings.post("/settings/webhooks/<webhook>")
def act_on_webhook(webhook: str) -> Response:
    """Do what `act` says: test, on, off, again (what failed since some hours), remove."""
    act = field("act")
    with writing() as call:
        webhook_id = call.unseal("webhook", webhook)
        match act:
            case "test":
                send_test(call.session, call.viewer, webhook_id, call.now)
                said = _("A test is on its way: its answer stands in the log in a moment.")
            case "on" | "off":
                change_webhook(call.session, call.viewer, webhook_id, {"active": act == "on"}, call.now)
                said = _("It goes on.") if act == "on" else _("Paused: nothing is sent there any more.")
            case "again":
                hours = field("hours") if field("hours") in SINCE else max(SINCE, key=int)
                since = call.now - timedelta(hours=int(hours))
                count = send_since(call.session, call.viewer, webhook_id, since, call.now, failed_only=True)
                said = ngettext("{count} is on its way again.", "{count} are on their way again.", count)
                said = said.format(count=count)
            case "remove":
                remove_webhook(call.session, call.viewer, webhook_id, call.now)
                return done(_("Removed, with its log."), HERE)
            case _:
                raise Conflict(_("There is no such act."))
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
    return done(_("On its way again."), ONE, webhook=webhook)


def _request(call: Call, row: DeliveryView) -> str:
    """Answer the request as it would be made now; "" where the viewer may not know of the event any more."""
    data = told(call.session, call.backend.sealer, call.viewer, row.kind, row.about)
    if data is None:
        return ""
    at = row.tried_at or call.now
    fields = fields_of(f"msg_{call.seal('delivery', row.id)}", int(at.timestamp()))
    lines = [*(f"{name}: {value}" for name, value in fields), "webhook-signature: v1,…", ""]
    return "\n".join([*lines, body_of(row.kind, row.at, data).decode()])


def _show(errors: Errors, made: WebhookView | None = None, secret: str = "") -> str:
    with reading() as call:
        rows = list_webhooks(call.session, call.viewer)
        kinds = [(str(kind), _(TITLES[kind])) for kind in LISTENED]
        chosen = request.form.getlist("events") if errors else ["message.filed"]
        return show_page(
            call, "settings_webhooks.html", errors, rows=rows, kinds=kinds, chosen=chosen, made=made, secret=secret
        )
