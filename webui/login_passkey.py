"""Signing in by a passkey: what the browser is asked for, and its answer; in place of the password or of the code."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import Final

from flask import Response as FlaskResponse
from flask import redirect, request, session, url_for
from werkzeug.wrappers import Response

from accounts.challenge import Challenge, Purpose, new_challenge, open_challenge
from accounts.passkey_login import Desk, enter_by_passkey, options_to_enter, step_by_passkey
from accounts.passkeys import known_credentials
from accounts.refusals import Missing
from accounts.relying_party import RelyingParty
from accounts.second_step import HalfWay
from languages.speech import _
from webui.auth import peer
from webui.backend import backend
from webui.forms import field
from webui.login_connecting import connecting
from webui.login_frame import WANTED, answer, code_page, half_way, login, login_page, party

CHALLENGE: Final = "challenge"


@login.get("/login/passkey")
def ask_passkey() -> Response:
    """Answer what the browser asks its authenticators for, as JSON."""
    here, known_as = backend(), _party()
    with here.database.read() as read:
        challenge = new_challenge(Purpose.ENTER, here.database.now(read))
    return _asked(challenge, options_to_enter(known_as, challenge))


@login.post("/login/passkey")
def check_passkey() -> Response:
    """Sign in by what an authenticator answered."""
    wanted = field("next")
    challenge = _given_out(Purpose.ENTER)
    outcome = enter_by_passkey(_desk(), challenge, request.form.get("credential", ""))
    wrong = {"credential": _("This passkey opens nothing here. Please try again, or sign in another way.")}
    return answer(outcome, wanted, partial(login_page, wanted=wanted), wrong)


@login.get("/login/code/passkey")
def ask_step_passkey() -> Response:
    """Answer the same for the second step of the one whose password was right."""
    here, known_as, half = backend(), _party(), half_way()
    if half is None:
        raise Missing("page")
    with here.database.read() as read:
        challenge = new_challenge(Purpose.STEP, here.database.now(read), _user(half))
        known = known_credentials(read, half.company_id, half.user_id)
    return _asked(challenge, options_to_enter(known_as, challenge, known))


@login.post("/login/code/passkey")
def check_step_passkey() -> Response:
    """Take the second step by what an authenticator answered."""
    half = half_way()
    if half is None:
        return redirect(url_for("login.show"), HTTPStatus.SEE_OTHER)
    challenge = _given_out(Purpose.STEP, _user(half))
    outcome = step_by_passkey(_desk(), half, challenge, request.form.get("credential", ""))
    return answer(outcome, session.get(WANTED), code_page, {"credential": _("This passkey is not right.")})


def _asked(challenge: Challenge, options: str) -> Response:
    session[CHALLENGE] = challenge.sealed(backend().keys)
    return FlaskResponse(options, mimetype="application/json")


def _given_out(purpose: Purpose, user: tuple[int, int] = (0, 0)) -> Challenge | None:
    return open_challenge(backend().keys, session.pop(CHALLENGE, None), purpose, user)


def _party() -> RelyingParty:
    known_as = party()
    if known_as is None:
        raise Missing("page")
    return known_as


def _desk() -> Desk:
    here = backend()
    return Desk(
        database=here.database,
        keys=here.keys,
        party=_party(),
        peer=peer(),
        user_agent=str(request.user_agent),
        connecting=connecting(),
    )


def _user(half: HalfWay) -> tuple[int, int]:
    return half.company_id, half.user_id
