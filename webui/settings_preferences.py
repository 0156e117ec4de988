"""What one prefers: name and time zone, sharing and linking, notices, colours and keys."""

from __future__ import annotations

import itertools
from typing import Any, Final

from flask import url_for
from werkzeug.wrappers import Response

from accounts.companies import get_policies
from accounts.teams import teams_of
from accounts.users import change_preferences, get_user
from languages.language import OFFERED
from languages.speech import _
from languages.zones import known_zones
from outbox.budget_pauses import list_pauses
from outbox.budget_pauses import resume as resume_peer
from webui.api.me import MeChange
from webui.auth import local_path
from webui.forms import field, read_form
from webui.offering import offer_after_preferences
from webui.pages import done, done_at, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

NESTED: Final = ("smtp", "imap")


@settings.post("/settings")
def change() -> Response:
    """Change what the form names; nested names are joined by a dot: `sharing_default.smtp`. `back` is the page."""
    return _change("settings.show")


@settings.get("/settings/profile")
def profile() -> str:
    """Show name, language and time zone."""
    return _profile(NONE)


@settings.post("/settings/profile")
def change_profile() -> Response:
    """Change them."""
    return tried(lambda: _change("settings.profile"), _profile)


@settings.get("/settings/sharing")
def sharing() -> str:
    """Show who sees new mail and what links deals."""
    return _sharing(NONE)


@settings.post("/settings/sharing")
def change_sharing() -> Response:
    """Change it."""
    return tried(lambda: _change("settings.sharing"), _sharing)


@settings.get("/settings/notices")
def notices() -> str:
    """Show what one wants to be told of."""
    return _notices(NONE)


@settings.post("/settings/notices")
def change_notices() -> Response:
    """Change it."""
    return tried(lambda: _change("settings.notices"), _notices)


@settings.post("/settings/notices/pauses/<pause>/resume")
def resume(pause: str) -> Response:
    """Let a peer go on."""
    with writing() as call:
        resume_peer(call.session, call.viewer, call.unseal("pause", pause), call.now)
    return done(_("It goes on."), "settings.notices")


@settings.get("/settings/appearance")
def appearance() -> str:
    """Show colours and keys."""
    return _appearance(NONE)


@settings.post("/settings/appearance")
def change_appearance() -> Response:
    """Change them."""
    return tried(lambda: _change("settings.appearance"), _appearance)


def _change(endpoint: str) -> Response:
    changes: dict[str, Any] = read_form(MeChange).named()
    nested = {name: field(f"sharing_default.{name}", 20) for name in NESTED}
    if chosen := {name: value for name, value in nested.items() if value}:
        changes["sharing_default"] = chosen
    with writing() as call:
        before = get_user(call.session, call.viewer.company_id, call.viewer.user_id).preferences
        change_preferences(call.session, call.viewer, changes)
        offer_after_preferences(call, [name for name, value in changes.items() if getattr(before, name, None) != value])
    back = field("back", 2000)
    return done_at(local_path(back) if back else url_for(endpoint), _("Saved."))


def _profile(errors: Errors) -> str:
    with reading() as call:
        zones = known_zones()
        known = {"UTC", *itertools.chain.from_iterable(zones.values())}
        return show_page(call, "settings_profile.html", errors, zones=zones, known=known, languages=OFFERED)


def _sharing(errors: Errors) -> str:
    with reading() as call:
        return show_page(
            call,
            "settings_sharing.html",
            errors,
            teams=teams_of(call.session, call.viewer),
            ceiling=get_policies(call.session, call.viewer.company_id).sharing_ceiling,
        )


def _notices(errors: Errors) -> str:
    with reading() as call:
        pauses = [one for one in list_pauses(call.session, call.viewer, call.now) if one.mine]
        return show_page(call, "settings_notices.html", errors, pauses=pauses)


def _appearance(errors: Errors) -> str:
    with reading() as call:
        return show_page(call, "settings_appearance.html", errors)
