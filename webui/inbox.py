"""The inbox: the letters that the viewer may see, by receipt or release."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request

from accounts.addresses import address_of
from accounts.users import personal_address
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from webui.cursor import open_cursor
from webui.forms import page_query
from webui.pages import reading, render

inbox: Final = Blueprint("inbox", __name__)
VIEWS: Final = {
    "": ("Inbox", LetterFilter(archived=False)),
    "unread": ("Unread", LetterFilter(archived=False, unread=True)),
    "unlinked": ("Not linked", LetterFilter(unlinked=True)),
    "archived": ("Archive", LetterFilter(archived=True)),
    "deleted": ("Deleted", LetterFilter(deleted=True)),
}


@inbox.get("/inbox")
def show() -> str:
    """Show a page of letters."""
    chosen = request.args.get("view", "")
    title, wanted = VIEWS.get(chosen, VIEWS[""])
    words = " ".join(request.args.get("q", "").replace("\0", " ").split())[:200]
    page = page_query()
    if words:
        title, wanted = "Search", LetterFilter(q=words)
    with reading() as call:
        found = list_letters(
            call.session,
            call.viewer,
            wanted,
            page.limit,
            open_cursor(call, page),
            now=call.now,
            read_raw=call.read_raw,
        )
        return render(
            call,
            "inbox.html",
            letters=found.rows,
            older=found.next,
            title=title,
            chosen=chosen,
            views=[(name, words_for) for name, (words_for, _) in VIEWS.items()],
            q=words,
            bcc_address=address_of(call.session, call.viewer.company_id),
            personal_bcc_address=personal_address(call.session, call.viewer.company_id, call.viewer.user_id),
        )
