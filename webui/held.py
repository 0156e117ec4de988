"""Held mail: look, let in, throw away, take back (RULES R9b, R10a)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from accounts.companies import get_policies
from accounts.own_senders import own_senders
from accounts.teams import list_teams
from accounts.users import UserView, list_users
from ingest.approving import Asked, release_and_ask
from ingest.held import HeldMail, list_discarded, list_held
from ingest.release import UNDOABLE, discard, release, restore
from languages.speech import _, ngettext
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from mail.address import address_key
from webui.api.inbound import Release
from webui.api.references import missing_references, number_of
from webui.backend import backend
from webui.call import Call
from webui.cursor import paged
from webui.forms import page_query, read_form
from webui.pages import done, reading, render, writing
from webui.sender_rows import post_of, words

held: Final = Blueprint("held", __name__)
DISCARDED_SHOWN: Final = 20


@held.get("/held")
def show() -> str:
    """Show what is held, and what was discarded lately."""
    page = page_query()
    with reading() as call:
        raw, viewer = call.backend.raw, call.viewer
        found = paged(
            call,
            page,
            lambda limit, before: list_held(call.session, raw, viewer, limit=limit, before_id=before),
            lambda row: row.inbound_id,
        )
        people = _people(call)
        return render(
            call,
            "held.html",
            rows=[(one, _reason(call, one.rule, one.args), days_left(call, one)) for one in found.rows],
            discarded=[(one, _reason(call, one.rule, one.args)) for one in _discarded(call)],
            older=found.next,
            people=people,
            teams={one.id: one.name for one in list_teams(call.session, viewer)},
            asked={address_key(one.address): one.state for one in own_senders(call.session, viewer)},
            key_of=address_key,
            hold_days=get_policies(call.session, viewer.company_id).hold_days,
        )


@held.post("/held/<inbound>/release")
def let_in(inbound: str) -> Response:
    """Release; `approve` also requests the sender as an address of that user."""
    given = read_form(Release, flags=("approve",))
    asked = Asked.LISTED
    with writing() as call, missing_references():
        user_id = number_of(call, "user", given.user_id) if given.user_id else None
        number = call.unseal("inbound", inbound)
        if given.approve:
            released, asked = release_and_ask(
                call.session, call.viewer, number, post_of(call), call.now, user_id=user_id
            )
        else:
            released = release(call.session, call.viewer, number, call.now, user_id=user_id)
    backend().waker.wake()
    said = (_("Released: it is filed in a moment."), words(asked, released.from_address))
    return done(" ".join(said).strip(), "held.show")


@held.post("/held/<inbound>/discard")
def throw_away(inbound: str) -> Response:
    """Discard, undoable for 7 days."""
    with writing() as call:
        discard(call.session, call.viewer, call.unseal("inbound", inbound), call.now)
    return done(_("Discarded."), "held.show", undo=url_for("held.take_back", inbound=inbound))


@held.post("/held/<inbound>/restore")
def take_back(inbound: str) -> Response:
    """Restore what was discarded."""
    with writing() as call:
        restore(call.session, call.viewer, call.unseal("inbound", inbound), call.now)
    backend().waker.wake()
    return done(_("Taken back."), "held.show")


def days_left(call: Call, mail: HeldMail) -> str:
    """Say how long a mail is kept."""
    if mail.held_until is None:
        return ""
    days = (mail.held_until - call.now).days
    return (
        _("less than a day") if days < 1 else ngettext("{count} more day", "{count} more days", days).format(count=days)
    )


def _discarded(call: Call) -> tuple[HeldMail, ...]:
    """Answer what may still be taken back, the latest first."""
    return list_discarded(call.session, call.backend.raw, call.viewer, call.now - UNDOABLE, DISCARDED_SHOWN)


def _reason(call: Call, rule: str | None, args: Mapping[str, Any] | None) -> str:
    names = names_of(call.session, call.viewer, sorted(records_in(args or {})))
    return sentence(rule, args, names.get) if rule else ""


def _people(call: Call) -> tuple[UserView, ...]:
    """Answer whom an admin may give nobody's mail to."""
    if not call.viewer.is_admin:
        return ()
    return tuple(one for one in list_users(call.session, call.viewer.company_id) if one.state == "active")
