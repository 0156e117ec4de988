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
"""What the pages of a blueprint need beside the script of every page."""
FIRST_SCRIPTS: Final = ("app", "keys")
"""What every page needs beside htmx; a page gets the three as one file."""
ENDPOINTS: Final = frozenset({"static", "sheets", "script"})
"""Files: the same for everybody."""
KEEP: Final = "public, max-age=31536000, immutable"
VERSION: Final = "v"
COMMENTS: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
LINE_STARTS: Final = re.compile(r"\s*\n\s*")
REMARKS: Final = re.compile(r"^\s*//.*\n", re.MULTILINE)


class Sessions(SecureCookieSessionInterface):
    """Leaves files alone: one that varied by the cookie would be fetched anew after every login."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie of an answer, and say that it depends on it, but for a file."""
        if request.endpoint not in ENDPOINTS:
            super().save_session(app, session, response)


def serve_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let a browser keep what it asked for by its version."""
    app.add_url_rule("/static/all.css", "sheets", lambda: Response(sheets(), mimetype="text/css"))
    app.add_url_rule("/static/all.js", "script", lambda: Response(script(), mimetype="text/javascript"))
    app.add_template_global(asset)
    app.add_template_global(script_address)
    app.add_template_global(sheets_address)
    app.add_template_global(scripts)
    app.after_request(_keep)
    app.session_interface = Sessions()


def asset(name: str) -> str:
    """Answer the address of a file, with the version that its content has now."""
    # Not by url_for: an inbox asks for some hundred icons.
    return f"{request.script_root}/static/{name}?{VERSION}={version(name)}"


def sheets_address() -> str:
    """Answer the address of the style sheet."""
    return url_for("sheets", v=_digest(sheets()))


def script_address() -> str:
    """Answer the address of the script of every page."""
    return url_for("script", v=_digest(script()))


@cache
def sheets() -> str:
    """Answer all style sheets, one after the other, without what is for their readers."""
    text = "".join((FOLDER / f"{one}.css").read_text(encoding="utf-8") for one in SHEETS)
    return LINE_STARTS.sub("\n", COMMENTS.sub("", text)).lstrip()


@cache
def script() -> str:
    """Answer htmx as it was published, then our own scripts without what is for their readers."""
    ours = "".join((FOLDER / f"{one}.js").read_text(encoding="utf-8") for one in FIRST_SCRIPTS)
    htmx = (FOLDER / "vendor" / "htmx.min.js").read_text(encoding="utf-8")
    return f"{htmx}\n{LINE_STARTS.sub(chr(10), REMARKS.sub('', ours)).lstrip()}"


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


@cache
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
