"""Assets: the files of `static/`, named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin

FOLDER: Final = Path(__file__).parent / "static"
FIRST_SHEETS: Final = ("tokens", "elements", "controls", "layout")
SHEETS: Final = (*FIRST_SHEETS, *sorted({one.stem for one in FOLDER.glob("*.css")} - set(FIRST_SHEETS)))
"""Every page links them all: one that is swapped in needs none that is not there already."""
KEEP: Final = "public, max-age=31536000, immutable"
VERSION: Final = "v"


class Sessions(SecureCookieSessionInterface):
    """Leaves files alone: one that varied by the cookie would be fetched anew after every login."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie of an answer, and say that it depends on it, but for a file."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


def serve_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let a browser keep what it asked for by its version."""
    app.add_template_global(asset)
    app.jinja_env.globals["sheets"] = SHEETS
    app.after_request(_keep)
    app.session_interface = Sessions()


def asset(name: str) -> str:
    """Answer the address of a file, with the version that its content has now."""
    return url_for("static", filename=name, v=version(name))


@cache
def version(name: str) -> str:
    """Answer the beginning of the SHA-256 of a file."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint == "static" and request.args.get(VERSION) and response.status_code in (200, 304):
        response.headers["Cache-Control"] = KEEP
    return response
