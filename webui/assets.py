"""Assets: the files of `static/`, named by their content, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from flask import Flask, Response, request, url_for
from flask.sessions import SecureCookieSessionInterface, SessionMixin

FOLDER: Final = Path(__file__).parent / "static"
FIRST_SHEETS: Final = ("tokens", "elements", "controls", "layout")
SHEETS: Final = (*FIRST_SHEETS, *sorted({one.stem for one in FOLDER.glob("*.css")} - set(FIRST_SHEETS)))
"""Every page has them all, as one file: one that is swapped in needs none that is not there already."""
SCRIPTS: Final[Mapping[str, tuple[str, ...]]] = {
    "inbox": ("inbox", "suggest", "letter", "zone"),
    "letter": ("letter",),
    "files": ("letter",),
    "thread": ("letter",),
    "records": ("records",),
    "settings": ("zone", "passkeys"),
    "login": ("passkeys",),
}
"""What the pages of a blueprint need beside `app` and `keys`."""
ENDPOINTS: Final = frozenset({"static", "sheets"})
"""Files: the same for everybody."""
KEEP: Final = "public, max-age=31536000, immutable"
VERSION: Final = "v"
COMMENTS: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_STARTS: Final = re.compile(r"\s*\n\s*")


class Sessions(SecureCookieSessionInterface):
    """Leaves files alone: one that varied by the cookie would be fetched anew after every login."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie of an answer, and say that it depends on it, but for a file."""
        if request.endpoint not in ENDPOINTS:
            super().save_session(app, session, response)


def serve_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let a browser keep what it asked for by its version."""
    app.add_url_rule("/static/all.css", "sheets", lambda: Response(sheets(), mimetype="text/css"))
    app.add_template_global(asset)
    app.add_template_global(sheets_address)
    app.add_template_global(scripts)
    app.after_request(_keep)
    app.session_interface = Sessions()


def asset(name: str) -> str:
    """Answer the address of a file, with the version that its content has now."""
    return url_for("static", filename=name, v=version(name))


def sheets_address() -> str:
    """Answer the address of the style sheet."""
    return url_for("sheets", v=hashlib.sha256(sheets().encode()).hexdigest()[:12])


@cache
def sheets() -> str:
    """Answer all style sheets, one after the other, without what is for their readers."""
    text = "".join((FOLDER / f"{one}.css").read_text(encoding="utf-8") for one in SHEETS)
    return LINE_STARTS.sub("\n", COMMENTS.sub("", text)).lstrip()


def scripts() -> list[str]:
    """Answer the addresses of the scripts that the page needs beside those of every page."""
    return [asset(f"{one}.js") for one in SCRIPTS.get(request.blueprint or "", ())]


@cache
def version(name: str) -> str:
    """Answer the beginning of the SHA-256 of a file."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]


def _keep(response: Response) -> Response:
    if request.endpoint in ENDPOINTS and request.args.get(VERSION) and response.status_code in (200, 304):
        response.headers["Cache-Control"] = KEEP
    return response
