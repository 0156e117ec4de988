"""Who is signed in: Flask-Login over our session rows, so that a browser can be listed and signed out.

The signed cookie holds the secret of a row; nothing about a user is kept in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session, url_for
from flask_login import LoginManager, current_user, login_user
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from accounts.sessions import SignedIn, find_session, is_sight_due, note_sight
from accounts.viewer import Viewer
from webui.backend import backend

LOGIN_PATH: Final = "/login"
OPEN: Final = frozenset(
    {
        "login.home",
        "login.show",
        "login.enter",
        "login.invited",
        "login.accept",
        "login.ask_code",
        "login.check_code",
        "login.ask_passkey",
        "login.check_passkey",
        "login.ask_step_passkey",
        "login.check_step_passkey",
        "login.ask_address",
        "login.find_company",
        "login.go_to_provider",
        "login.back_from_provider",
        "first_run.begin",
        "first_run.found",
        "healthz",
        "static",
        "sheets",
        "script",
        "images.show",
    }
)
"""All that a stranger may ask for. Whoever signs in is a stranger before: by password, code, passkey or at a provider.
Links to set-up and pictures prove themselves, the API asks for a token."""
OPEN_BLUEPRINTS: Final = frozenset({"api", "docs"})


@dataclass(frozen=True, slots=True)
class Browser:
    """What Flask-Login calls the user: a signed-in browser."""

    secret: str
    signed_in: SignedIn

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Answer what goes into the cookie."""
        return self.secret


def install(app: Flask) -> None:
    """Make Flask-Login find browsers by their session rows."""
    manager = LoginManager()
    manager.session_protection = None  # a row can be revoked; a changed network is no reason to sign out
    manager.user_loader(_load)
    manager.unauthorized_handler(_to_login)
    manager.init_app(app)
    app.before_request(_ask_for_login)
    app.add_template_global(_csrf_field, "csrf")


def viewer() -> Viewer:
    """Answer who asks; only behind a login."""
    return signed_in().viewer


def signed_in() -> SignedIn:
    """Answer the signed-in browser; only behind a login."""
    if not current_user.is_authenticated:
        abort(HTTPStatus.UNAUTHORIZED)
    found: SignedIn = current_user.signed_in
    return found


def peer() -> str:
    """Answer the browser's IP address."""
    return request.remote_addr or ""


def welcome(secret: str) -> None:
    """Sign this browser in under a session that is new in everything (SECURITY W9)."""
    here = backend()
    with here.database.read() as read:
        found = find_session(read, secret, here.database.now(read))
    session.clear()
    if found:
        login_user(Browser(secret, found))


def local_path(target: str | None) -> str:
    """Answer `next=` where it is a path of ours, else the inbox (SECURITY W11)."""
    home = url_for("inbox.show")
    if not target or len(target) > 1000 or not target.isprintable() or "\\" in target:
        return home
    if not target.startswith("/") or target.startswith("//"):
        return home
    parts = urlsplit(target)
    return home if parts.scheme or parts.netloc or target.startswith(LOGIN_PATH) else target


def _load(secret: str) -> Browser | None:
    here = backend()
    with here.database.read() as read:
        now = here.database.now(read)
        found = find_session(read, secret, now)
    if found is None:
        return None
    if is_sight_due(found, now):
        with here.database.write() as write:
            note_sight(write, found, now)
    return Browser(secret, found)


def _to_login() -> Response:
    if request.method not in ("GET", "HEAD"):
        return redirect(url_for("login.show"))
    wanted = request.full_path.rstrip("?")
    return redirect(url_for("login.show", next=wanted if wanted != "/" else None))


def _ask_for_login() -> Response | None:
    """Refuse by default: a page that nobody thought about asks for a login (SECURITY W6)."""
    if request.endpoint is None or request.endpoint in OPEN or request.blueprint in OPEN_BLUEPRINTS:
        return None
    return None if current_user.is_authenticated else _to_login()


def _csrf_field() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
