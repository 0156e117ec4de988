"""Privacy: how long mail is kept, and legal holds (RULES R53). Nothing here tells what is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from accounts.companies import change_company, get_policies
from accounts.holds import Held, HoldView, end_hold, list_holds, place_hold
from accounts.refusals import Invalid
from accounts.retention_days import retention_in_force, shorter_from
from accounts.users import list_users
from languages.speech import _, marked
from webui.admin_frame import admin, show_page
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried

KINDS: Final = (
    (Held.PERSON, marked("A person outside"), marked("Mail with this address, whoever has it.")),
    (Held.USER, marked("A user"), marked("All mail of this user, after he has left too.")),
    (Held.COMPANY, marked("The whole company"), marked("Nothing at all is deleted.")),
)
MOST_USERS: Final = 500


@admin.get("/privacy")
def privacy() -> str:
    """Show how long mail is kept and what is on hold."""
    return _show(NONE)


@admin.post("/privacy/retention")
def change_retention() -> Response:
    """Choose for how many days mail is kept; an empty field is for good."""
    return tried(_change_retention, _show)


@admin.post("/privacy/holds")
def add_hold() -> Response:
    """Place a legal hold."""
    return tried(_add_hold, _show)


@admin.post("/privacy/holds/<hold>/end")
def finish_hold(hold: str) -> Response:
    """End a legal hold."""
    with writing() as call:
        end_hold(call.session, call.viewer, call.unseal("hold", hold), call.now)
    return done(_("The hold has ended; deletions go on."), "admin.privacy")


def _change_retention() -> Response:
    text = field("retention_days", 20)
    if text and not (text.isascii() and text.isdigit()):
        raise Invalid({"retention_days": _("a number of days, or nothing")})
    days = int(text) if text else None
    with writing() as call:
        change_company(call.session, call.viewer, {"retention_days": days}, call.now)
        waits = shorter_from(call.session, call.viewer.company_id, call.now)
    return done(_("Saved. It takes effect in 7 days.") if waits else _("Saved."), "admin.privacy")


def _add_hold() -> Response:
    kind = field("kind", 20)
    if kind not in set(Held):
        raise Invalid({"kind": _("choose what is on hold")})
    with writing() as call:
        user_id = call.backend.sealer.unseal("user", field("user", 60)) if kind == Held.USER else None
        address, reason = field("address", 320) or None, field("reason")
        place_hold(call.session, call.viewer, Held(kind), reason, call.now, user_id=user_id, address=address)
    return done(_("Placed. Nothing that it names is deleted until you end it."), "admin.privacy")


def _show(errors: Errors) -> str:
    with reading() as call:
        company_id = call.viewer.company_id
        users = list_users(call.session, company_id, MOST_USERS)
        names = {one.id: one.name for one in users}
        holds = list_holds(call.session, call.viewer)
        return show_page(
            call,
            "admin_privacy.html",
            errors,
            days=request.form.get("retention_days")
            if errors
            else get_policies(call.session, company_id).retention_days,
            in_force=retention_in_force(call.session, company_id, call.now),
            shorter_from=shorter_from(call.session, company_id, call.now),
            standing=[one for one in holds if one.ended_at is None],
            ended=[one for one in holds if one.ended_at is not None],
            about={one.id: _about(one, names) for one in holds},
            names=names,
            kinds=KINDS,
            users=[(call.seal("user", one.id), f"{one.name} ({one.email})") for one in users],
        )


def _about(hold: HoldView, names: Mapping[int, str]) -> str:
    match hold.kind:
        case Held.COMPANY:
            return _("The whole company")
        case Held.USER:
            return names.get(hold.user_id or 0, _("A user"))
        case Held.PERSON:
            return hold.address or ""
