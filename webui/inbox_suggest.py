"""Suggestions for the search field: a list of options, as the one who is signed in may see them."""

from __future__ import annotations

from flask import render_template, request

from linking.search_suggest import suggest
from webui.inbox_frame import LONGEST_SEARCH, inbox
from webui.pages import reading


@inbox.get("/inbox/suggest", endpoint="suggest")
def suggestions() -> str:
    """Answer options for what stands before the cursor in `q`."""
    asked = request.args.get("q", "").replace("\0", " ")[:LONGEST_SEARCH]
    with reading() as call:
        found = suggest(call.session, call.viewer, asked)
    return render_template("suggestions.html", found=found)
