"""Signing in at the company's provider (OpenID Connect): off to it, and back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from accounts.connecting import Connecting
from accounts.oidc_flow import new_flow, open_flow
from accounts.oidc_login import CameBack, Reception, SignInRefused, come_back
from accounts.oidc_metadata import ProviderTrouble
from accounts.refusals import Missing
from accounts.sign_in_providers import find_active, ways_for
from accounts.throttle import Throttled, begin_try, give_back, provider_limits
from languages.speech import _
from webui.auth import local_path, peer
from webui.backend import backend
from webui.forms import field
from webui.login_connecting import forget_connecting, keep_connecting, tell_connected
from webui.login_frame import WHOLE, answer, login, login_page, too_often
from webui.oidc import oidc_client

FLOW: Final = "flow"
LONGEST: Final = 4_000
"""Characters of one parameter that a provider sends along."""


@login.get("/login/company")
def ask_address() -> Response:
    """Ask for the address, by which the provider is found."""
    return make_response(_company_page(""))


@login.post("/login/company")
def find_company() -> Response:
    """Offer the providers that speak of the address; the answer is the same whoever has a user."""
    email = field("email", 320)
    with backend().database.read() as read:
        ways = ways_for(read, email)
    if ways:
        return make_response(_company_page(email, ways=ways))
    errors = {"email": _("No company signs in elsewhere with such an address. Use your password or a passkey.")}
    return make_response(_company_page(email, errors=errors), HTTPStatus.UNPROCESSABLE_ENTITY)


@login.get("/login/provider/<provider>")
def go_to_provider(provider: str) -> Response:
    """Send the browser off, with all that has to come back."""
    here, wanted = backend(), request.args.get("next", "")[:1000]
    if current_user.is_authenticated:
        return redirect(local_path(wanted))
    provider_id = here.sealer.unseal("provider", provider)
    with here.database.read() as read:
        found = find_active(read, provider_id) if provider_id is not None else None
        now = here.database.now(read)
    if found is None:
        raise Missing("page")
    limits = provider_limits(peer())
    tried_at = begin_try(here.database, limits)
    if isinstance(tried_at, Throttled):
        return _refused(too_often(), wanted)
    try:
        metadata = oidc_client().metadata(found.decided.issuer)
    except ProviderTrouble:
        sentence = _("{name} does not answer at the moment. Try again, or sign in another way.")
        return _refused(sentence.format(name=found.decided.label), wanted)
    with here.database.write() as write:
        give_back(write, limits, tried_at)
    flow = new_flow(found.company_id, found.id, wanted, now)
    session[FLOW] = flow.sealed(here.keys)
    return redirect(flow.address(metadata, found.decided.client_id, redirect_uri()))


@login.get("/login/back")
def back_from_provider() -> Response:
    """Sign in whom the provider vouches for."""
    here = backend()
    flow = open_flow(here.keys, session.pop(FLOW, None))
    wanted = flow.wanted if flow else ""
    brought = CameBack(state=_told("state"), code=_told("code"), error=_told("error"), issuer=_told("iss"))
    reception = Reception(
        database=here.database,
        keys=here.keys,
        client=oidc_client(),
        redirect_uri=redirect_uri(),
        mail_domain=here.settings.mail_domain[0],
        peer=peer(),
        user_agent=str(request.user_agent),
        tell=tell_connected,
    )
    forget_connecting()
    try:
        outcome = come_back(reception, flow, brought)
    except SignInRefused as refused:
        return _refused(str(refused), wanted)
    if isinstance(outcome, Connecting):
        keep_connecting(outcome)
        return redirect(url_for("login.show", next=wanted or None), HTTPStatus.SEE_OTHER)
    return answer(outcome, wanted, login_page, {WHOLE: ""})


def redirect_uri() -> str:
    """Answer where providers send browsers back to; it is registered there to the letter."""
    return backend().settings.base_url.rstrip("/") + url_for("login.back_from_provider")


def _refused(sentence: str, wanted: str) -> Response:
    return login_page({WHOLE: sentence}, wanted=wanted, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _company_page(email: str, **values: object) -> str:
    wanted = field("next") or request.args.get("next", "")
    known = {"ways": (), "errors": {}, "seal": backend().sealer.seal, **values}
    return render_template("login_company.html", email=email, next=wanted, **known)


def _told(name: str) -> str:
    return request.args.get(name, "")[:LONGEST]
