"""Queues: what waits, what failed and why, and trying it again; numbers and no mail (RULES R30b)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from werkzeug.wrappers import Response

from ingest.queues import (
    list_causes,
    list_failed,
    look_at_imports,
    look_at_queues,
    look_at_replays,
    retry_all,
    retry_one,
)
from languages.speech import _, marked, ngettext
from outbox.delivery_log import look_at_outbox
from outbox.webhook_totals import look_at_webhooks, send_all_failed
from webui.admin_frame import admin, show_page
from webui.backend import backend
from webui.call import Call
from webui.cursor import paged
from webui.forms import field, page_query
from webui.health_advice import in_words
from webui.outbox_route import is_off
from webui.pages import done, reading, writing

STATUSES: Final = {
    "received": marked("Waiting for a worker"),
    "processing": marked("Being worked on"),
    "held": marked("Held until somebody decides"),
    "failed": marked("Failed"),
}
ERRORS: Final = {
    "RawMissing": marked("The original bytes are not there"),
    "RawDamaged": marked("The original bytes are damaged"),
    "OperationalError": marked("The database did not answer"),
    "RuntimeError": marked("The worker ended in the middle of it, each time"),
    "MemoryError": marked("There was not enough memory"),
    "OSError": marked("A file could not be read"),
    "TimeoutError": marked("It took too long"),
    "": marked("No reason was kept"),
}
"""What the most frequent errors mean for who runs the server; the name of the error stands beside it."""
OTHERWISE: Final = marked("The program met something that it does not know")


@admin.get("/queues")
def queues() -> str:
    """Show all of them."""
    with reading() as call:
        found = paged(
            call,
            page_query(),
            lambda limit, before: list_failed(call.session, call.viewer, limit, before),
            lambda row: row.id,
        )
        return show_page(
            call,
            "admin_queues.html",
            standing=[
                (one, _(STATUSES[one.status]), _age(call, one.oldest))
                for one in look_at_queues(call.session, call.viewer)
            ],
            causes=[(one, why(one.error)) for one in list_causes(call.session, call.viewer)],
            rows=[(one, why(one.error)) for one in found.rows],
            older=found.next,
            sends=not is_off(call.backend.settings),
            **_others(call),
        )


@admin.post("/queues/retry")
def retry_cause() -> Response:
    """Try again all that met one error."""
    with writing() as call:
        count = retry_all(call.session, call.viewer, field("error", 200), call.now)
    backend().waker.wake()
    told = ngettext("{num} mail is tried again now.", "{num} mails are tried again now.", count)
    return done(told.format(num=count), "admin.queues")


@admin.post("/queues/<inbound>/retry")
def retry_failed(inbound: str) -> Response:
    """Try one again."""
    with writing() as call:
        retry_one(call.session, call.viewer, call.unseal("inbound", inbound), call.now)
    backend().waker.wake()
    return done(_("It is tried again now."), "admin.queues")


@admin.post("/queues/webhooks/retry")
def retry_webhooks() -> Response:
    """Send again what webhooks did not take."""
    with writing() as call:
        count = send_all_failed(call.session, call.viewer, call.now)
    told = ngettext("{num} delivery is on its way again.", "{num} deliveries are on their way again.", count)
    return done(told.format(num=count), "admin.queues")


def why(error: str) -> str:
    """Answer what an error means, in words."""
    return _(ERRORS.get(error, OTHERWISE))


def _others(call: Call) -> dict[str, Any]:
    outgoing = look_at_outbox(call.session, call.viewer.company_id, call.now)
    webhooks = look_at_webhooks(call.session, call.viewer)
    imports, replays = look_at_imports(call.session, call.viewer), look_at_replays(call.session, call.viewer)
    return {
        "outgoing": outgoing,
        "outgoing_age": _age(call, outgoing.oldest),
        "webhooks": webhooks,
        "webhooks_age": _age(call, webhooks.oldest),
        "imports": imports,
        "replays": replays,
        "moves": bool(imports.count or replays.count),
    }


def _age(call: Call, since: datetime | None) -> str:
    return in_words(call.now - since) if since else ""
