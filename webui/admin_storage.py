"""Storage: what lies where and how fast it grows; how long mail is kept, looked at before it is chosen; what goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import request

from accounts.companies import get_policies
from accounts.holds import list_holds
from accounts.retention_days import retention_in_force, shorter_from
from ingest.measurements import HOUR, growth_of, last_counted, list_measured
from ingest.storage import look_at_discarded, look_at_older
from languages.speech import _
from webui.admin_frame import admin, show_page
from webui.call import Call
from webui.health_of_machine import look_at_machine
from webui.pages import reading
from webui.sections import NONE, Errors

KNOWN_FOR: Final = timedelta(days=14)
"""How far back the growth of the disk is looked at."""
MOST_DAYS: Final = 36_500
SOON: Final = 30
"""Days in which a disk is full that make it worth a word."""


@admin.get("/storage")
def storage() -> str:
    """Show it; with `days`, what would go if mail was kept for so long."""
    text = request.args.get("days", "").strip()
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    is_wrong = bool(text) and (days is None or not 1 <= days <= MOST_DAYS)
    with reading() as call:
        errors: Errors = {"days": _("a number of days from 1 to 36,500")} if is_wrong else NONE
        preview = look_at_older(call.session, call.viewer, days, call.now) if days and not is_wrong else None
        growth = growth_of(list_measured(call.session, call.viewer.company_id, HOUR, call.now - KNOWN_FOR))
        return show_page(
            call,
            "admin_storage.html",
            errors,
            machine=look_at_machine(call),
            counted=last_counted(call.session, call.viewer.company_id),
            growth=growth,
            soon=growth is not None and growth.full_in_days is not None and growth.full_in_days < SOON,
            asked=text[:20],
            preview=preview,
            discarded=look_at_discarded(call.session, call.viewer, call.now),
            holds=sum(one.ended_at is None for one in list_holds(call.session, call.viewer)),
            **_kept(call),
        )


def _kept(call: Call) -> dict[str, Any]:
    company_id = call.viewer.company_id
    return {
        "days": get_policies(call.session, company_id).retention_days,
        "in_force": retention_in_force(call.session, company_id, call.now),
        "shorter_from": shorter_from(call.session, company_id, call.now),
    }
