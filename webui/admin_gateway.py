"""The company's gateway as admins switch it (RULES R56)."""

from __future__ import annotations

from datetime import timedelta

from werkzeug.wrappers import Response

from accounts.day_counts import GATEWAY_DROPPED, counts_since
from accounts.gateway import find_gateway, switch_off, switch_on
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.health import DAYS
from webui.pages import done, reading, writing


@admin.get("/gateway")
def gateway() -> str:
    """Show what it does, its address, how many take part, how much was not kept."""
    with reading() as call:
        first = (call.now - timedelta(days=DAYS - 1)).date()
        counted = counts_since(call.session, call.viewer.company_id, first)
        return show_page(
            call,
            "admin_gateway.html",
            gateway=find_gateway(call.session, call.viewer),
            dropped=sum(day.get(GATEWAY_DROPPED, 0) for day in counted.values()),
            days=DAYS,
        )


@admin.post("/gateway/on")
def switch_gateway_on() -> Response:
    """Make its address."""
    with writing() as call:
        switch_on(call.session, call.viewer, call.backend.settings.mail_domain[0], call.now)
    return done(_("The gateway is on. Give its address to your mail server."), "admin.gateway")


@admin.post("/gateway/off")
def switch_gateway_off() -> Response:
    """End its address."""
    with writing() as call:
        switch_off(call.session, call.viewer, call.now)
    return done(_("The gateway is off: its address takes nothing any more."), "admin.gateway")
