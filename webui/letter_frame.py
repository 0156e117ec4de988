"""The sandboxed frame of a letter's HTML."""

from __future__ import annotations

from flask import Response, make_response, render_template

from linking.letter import Letter
from webui.call import Call
from webui.letter_html import safe_html
from webui.problem import not_found
from webui.security import FRAME_POLICY


def frame_of(call: Call, letter: Letter, *, remote: bool) -> Response:
    """Answer the page of the frame; `remote`: the reader asked for its pictures. 404 where it has no HTML."""
    html = safe_html(call, letter, pictures=True)
    if html is None:
        raise not_found()
    response = make_response(render_template("frame.html", html=html))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response
