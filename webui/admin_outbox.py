"""Outgoing mail: what waits and why, and what does not arrive."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from languages.speech import _
from outbox.delivery_log import StuckMail, list_paused, list_stuck, look_at_outbox
from outbox.steering import cancel, pause_sending, resume_sending, retry
from webui.admin_frame import admin, show_page
from webui.call import Call
from webui.cursor import paged
from webui.forms import page_query
from webui.health_advice import in_words
from webui.outbox_route import is_off, smarthost_name, way_out
from webui.pages import done, reading, writing


@admin.get("/outbox")
def outbox() -> str:
    """Show totals, and what is stuck a page at a time."""
    with reading() as call:
        settings = call.backend.settings
        found = paged(call, page_query(), lambda limit, before: _stuck(call, limit, before), lambda row: row.id)
        health = look_at_outbox(call.session, call.viewer.company_id, call.now)
        return show_page(
            call,
            "admin_outbox.html",
            rows=found.rows,
            older=found.next,
            health=health,
            oldest=in_words(call.now - health.oldest) if health.oldest else "",
            off=is_off(settings),
            way_out=way_out(settings),
            paused=list_paused(call.session, call.viewer, call.now, smarthost_name(settings)),
        )


@admin.post("/outbox/pause")
def pause_outbox() -> Response:
    """Stop all sending of the company."""
    with writing() as call:
        pause_sending(call.session, call.viewer, call.now)
    return done(_("Nothing is sent until you let it go on."), "admin.outbox", url_for("admin.resume_outbox"))


@admin.post("/outbox/resume")
def resume_outbox() -> Response:
    """Let it go on."""
    with writing() as call:
        resume_sending(call.session, call.viewer, call.now)
    return done(_("Mail goes out again."), "admin.outbox")


@admin.post("/outbox/<mail>/retry")
def retry_mail(mail: str) -> Response:
    """Try one now."""
    with writing() as call:
        retry(call.session, call.viewer, call.unseal("outbox", mail), call.now)
    return done(_("It is tried again now."), "admin.outbox")


@admin.post("/outbox/<mail>/cancel")
def cancel_mail(mail: str) -> Response:
    """Let one not be sent."""
    with writing() as call:
        cancel(call.session, call.viewer, call.unseal("outbox", mail), call.now)
    return done(_("It is not sent."), "admin.outbox", url_for("admin.retry_mail", mail=mail))


def _stuck(call: Call, limit: int, before: int | None) -> tuple[StuckMail, ...]:
    return list_stuck(call.session, call.viewer, limit, before, call.now)
