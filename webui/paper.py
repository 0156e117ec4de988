"""Letters as they are printed: their whole head, nothing folded, nothing around them.

A page of its own under the policy of the frame: what the sender formatted stands in it, so nothing runs there and the
page has an origin of nobody's (SECURITY W1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, make_response, request

from linking.letter import Letter
from webui.call import Call
from webui.letter_frame import proxy_source
from webui.letter_html import safe_html
from webui.letter_text import Fold, folds_of
from webui.letter_view import is_rich
from webui.pages import render
from webui.security import FRAME_POLICY

MOST: Final = 200
"""Letters of a conversation on one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One letter: the HTML of its sender made safe, or its text where `html` is None."""

    letter: Letter
    html: str | None
    folds: tuple[Fold, ...]


def paper_of(call: Call, letters: Sequence[Letter], *, back: str, left_out: int = 0) -> Response:
    """Answer the page to print; `left_out` letters of the conversation are not on it."""
    wanted, remote = request.args.get("as", ""), "images" in request.args
    sheets = [_sheet(call, letter, wanted, remote=remote) for letter in letters]
    page = render(
        call,
        "paper.html",
        sheets=sheets,
        back=back,
        left_out=left_out,
        formatted=any(one.html is not None for one in sheets),
        has_html=any(one.has_html for one in letters),
    )
    response = make_response(page)
    policy = FRAME_POLICY.format(pictures=f" {proxy_source()}" if remote else "")
    response.headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'self'", "frame-ancestors 'none'")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _sheet(call: Call, letter: Letter, wanted: str, *, remote: bool) -> Sheet:
    folds = folds_of(letter)
    html = None
    if wanted == "html" or (wanted != "text" and is_rich(call, letter, folds)):
        html = safe_html(call, letter, pictures=True, remote=remote)
    return Sheet(letter=letter, html=html, folds=folds)
