"""Passkeys of one's own: added after it is sure who asks, renamed, removed."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import make_response, request, session
from werkzeug.wrappers import Response

from accounts.challenge import Challenge, Purpose, new_challenge, open_challenge
from accounts.login import Wrong
from accounts.own_password import ask_again
from accounts.passkeys import add_passkey, check_name, options_to_add, remove_passkey, rename_passkey
from accounts.passwords import has_password
from accounts.refusals import Invalid
from accounts.second_factor import state_of
from accounts.throttle import Throttled
from languages.speech import _
from outbox.letterhead import letterhead_of
from outbox.notices import Notice, NoticeTo, notify
from webui.auth import peer, signed_in, viewer
from webui.backend import backend
from webui.call import Call
from webui.devices import device_name
from webui.forms import field
from webui.login_frame import party
from webui.pages import done, reading, writing
from webui.problem import not_found
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

CHALLENGE: Final = "new_passkey"
FRESH: Final = timedelta(minutes=10)
"""So long ago somebody signed in who is asked nothing more."""


@settings.get("/settings/security/passkeys")
def new_passkey() -> str:
    """Ask what it is to be called, and who is there."""
    return _show(NONE)


@settings.post("/settings/security/passkeys/begin")
def begin_passkey() -> Response:
    """Answer the page on which the browser makes it."""
    return tried(lambda: make_response(_begin()), _show)


@settings.post("/settings/security/passkeys")
def keep_passkey() -> Response:
    """Keep what the browser made, and tell its owner by mail."""
    return tried(_keep, _show)


@settings.post("/settings/security/passkeys/<passkey>/rename")
def rename(passkey: str) -> Response:
    """Call one otherwise."""

    def act() -> Response:
        with writing() as call:
            rename_passkey(call.session, call.viewer, call.unseal("passkey", passkey), field("name"))
        return done(_("It is called otherwise now."), "settings.security")

    return tried(act, lambda errors: _show({"name": errors.get("name", "")}))


@settings.post("/settings/security/passkeys/<passkey>/remove")
def end_passkey(passkey: str) -> Response:
    """Let it open nothing any more."""
    with writing() as call:
        remove_passkey(call.session, call.viewer, call.unseal("passkey", passkey), call.now)
    return done(_("That passkey opens nothing any more."), "settings.security")


def is_fresh(call: Call) -> bool:
    """Tell whether this browser has only just signed in."""
    return call.now - signed_in().created_at < FRESH


def _begin() -> str:
    known_as = party()
    if known_as is None:
        raise not_found()
    name = check_name(field("name"))
    with reading() as call:
        is_known = is_fresh(call)
    if not is_known:
        _ask_again()
    with reading() as call:
        challenge = new_challenge(Purpose.ADD, call.now, _user())
        options = options_to_add(call.session, call.backend.keys, call.viewer, known_as, challenge)
        session[CHALLENGE] = challenge.sealed(call.backend.keys)
        return show_page(call, "settings_passkey.html", options=options, name=name)


def _keep() -> Response:
    known_as, challenge = party(), _given_out()
    if known_as is None or challenge is None:
        raise Invalid({"credential": _("That took too long. Please try again.")})
    with writing() as call:
        answer = request.form.get("credential", "")
        made = add_passkey(call.session, call.viewer, known_as, challenge, answer, field("name"), call.now)
        args = {"name": made.name, "at": call.now, "device": device_name(str(request.user_agent))}
        to = NoticeTo(call.viewer.company_id, call.viewer.user_id)
        letterhead = letterhead_of(call.backend.settings)
        notify(call.session, to, Notice.PASSKEY_ADDED, args, letterhead=letterhead, now=call.now)
    return done(_("The passkey was added. It signs you in from now on."), "settings.security")


def _given_out() -> Challenge | None:
    return open_challenge(backend().keys, session.pop(CHALLENGE, None), Purpose.ADD, _user())


def _user() -> tuple[int, int]:
    return viewer().company_id, viewer().user_id


def _ask_again() -> None:
    match ask_again(backend().database, backend().keys, viewer(), request.form.get("proof", ""), peer()):
        case Wrong():
            raise Invalid({"proof": _("this is neither your password nor a code that your authenticator shows now")})
        case Throttled():
            raise Invalid({"proof": _("too many tries: please wait a few minutes")})


def _show(errors: Errors) -> str:
    with reading() as call:
        who = call.viewer.company_id, call.viewer.user_id
        can_prove = has_password(call.session, *who) or state_of(call.session, call.viewer).is_on
        return show_page(
            call,
            "settings_passkey.html",
            errors,
            options="",
            name="",
            can_be_made=party() is not None,
            is_fresh=is_fresh(call),
            can_prove=can_prove,
        )
