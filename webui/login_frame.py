"""What the pages before signing in share: their blueprint, the form, and how an outcome becomes an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from accounts.login import Elsewhere, Welcome, Wrong
from accounts.passkeys import has_passkey
from accounts.relying_party import RelyingParty, relying_party
from accounts.second_step import HalfWay, open_half_way
from accounts.sign_in_providers import offered
from accounts.throttle import Throttled
from languages.speech import _
from webui.auth import local_path, welcome
from webui.backend import backend
from webui.login_connecting import CONNECTING, connecting, finish_connecting

login: Final = Blueprint("login", __name__)
HALF_WAY: Final = "half_way"
WANTED: Final = "wanted"
WHOLE: Final = ""
"""The name of an error that belongs to no field."""
Outcome = Welcome | HalfWay | Elsewhere | Wrong | Throttled


def login_page(
    errors: Mapping[str, str] | None = None, *, email: str = "", wanted: str = "", status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """Show the form; an error stands beside the field that it is about."""
    here = backend()
    with here.database.read() as read:
        ways = offered(read)
    vouched = connecting()
    page = render_template(
        "login.html",
        email=email,
        next=wanted,
        errors=errors or {},
        has_passkeys=party() is not None,
        ways=ways,
        connecting=vouched.label if vouched else "",
        seal=here.sealer.seal,
    )
    return make_response(page, status)


def code_page(errors: Mapping[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Ask for the code, or for a passkey in its place."""
    half, here = half_way(), backend()
    with here.database.read() as read:
        has_one = half is not None and has_passkey(read, half.company_id, half.user_id)
    shown = party() is not None and has_one
    return make_response(render_template("code.html", errors=errors or {}, has_passkeys=shown), status)


def answer(outcome: Outcome, wanted: object, again: Callable[..., Response], wrong: Mapping[str, str]) -> Response:
    """Lead on, or show the page `again` with what is wrong; every failure looks alike (SECURITY W5)."""
    match outcome:
        case Welcome(viewer=viewer, secret=secret):
            finish_connecting(viewer)
            welcome(secret)
            return redirect(local_path(str(wanted or "")), HTTPStatus.SEE_OTHER)
        case HalfWay():
            return to_code(outcome, str(wanted or ""))
        case Elsewhere(label=label):
            sentence = _("Your company signs in with {name}. Please take that way.").format(name=label)
            return again({WHOLE: sentence}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        case Throttled(retry_after_seconds=seconds):
            (field,) = wrong
            page = again({field: too_often()}, status=HTTPStatus.TOO_MANY_REQUESTS)
            page.headers["Retry-After"] = str(seconds)
            return page
    return again(wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def to_code(half_way: HalfWay, wanted: str = "") -> Response:
    """Go on to the second step; what the browser keeps meanwhile opens nothing."""
    kept = session.get(CONNECTING)
    session.clear()
    session[HALF_WAY], session[WANTED] = half_way.sealed(backend().keys), wanted
    if kept is not None:
        session[CONNECTING] = kept
    return redirect(url_for("login.ask_code"), HTTPStatus.SEE_OTHER)


def half_way() -> HalfWay | None:
    """Answer whose password was right a moment ago."""
    here = backend()
    with here.database.read() as read:
        return open_half_way(here.keys, session.get(HALF_WAY), here.database.now(read))


def party() -> RelyingParty | None:
    """Answer as whom passkeys know us; None where there can be none."""
    return relying_party(backend().settings.base_url)


def too_often() -> str:
    """Say that there were too many tries."""
    return _("Too many tries. Please wait a few minutes.")
