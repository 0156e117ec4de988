"""The sandboxed frame of a letter's HTML (RULES R35, SECURITY W1)."""

from __future__ import annotations

from typing import Final

from flask import Response, make_response, render_template, request

from linking.letter import Letter
from mail.html_height import height_of
from webui.backend import backend
from webui.call import Call
from webui.letter_html import kept_of, safe_html
from webui.problem import not_found
from webui.security import FRAME_POLICY

WIDTH: Final = 620.0
"""Of the text in a frame on a desk, in pixels; a narrower one is scrolled."""
MARGINS: Final = 48.0
SPARE: Final = 1.05
"""A guess that is a little too high costs a line of white, one that is too low a second bar to scroll with."""
LEAST, MOST, STEP = 96, 4000, 16


def frame_of(call: Call, letter: Letter, *, remote: bool) -> Response:
    """Answer the page of the frame; `remote`: the reader asked for its pictures. 404 where it has no HTML."""
    html = safe_html(call, letter, pictures=True, remote=remote)
    if html is None:
        raise not_found()
    response = make_response(render_template("frame.html", html=html))
    response.headers["Content-Security-Policy"] = FRAME_POLICY.format(pictures=f" {proxy_source()}" if remote else "")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def frame_height(call: Call, letter: Letter, *, remote: bool) -> int:
    """Answer how tall the frame should be, in pixels, guessed from what stands in it."""

    def guess(html: str) -> str:
        return str(height_of(html, WIDTH, pictures=remote) * SPARE + MARGINS)

    rough = float(kept_of(call, letter, guess, "height", remote) or 0)
    return min(max(-int(-rough // STEP) * STEP, LEAST), MOST)


def proxy_source() -> str:
    """Answer our proxy as a source of pictures; the sandbox has an origin of its own, so it is named in full."""
    if "[" in request.host:  # A policy cannot name an IPv6 address (CSP Level 3 §2.3.1).
        return "'self'"
    # What stands in front of us may have taken TLS off.
    return f"{'https' if backend().is_https else request.scheme}://{request.host}{request.root_path}/images/"
