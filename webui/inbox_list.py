"""The inbox: the letters that the viewer may see, by receipt or release, and beside them the one he reads."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import request

from accounts.addresses import address_of
from accounts.forwarding import list_asked
from accounts.users import personal_address
from linking.cursor import Page
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.saved_views import list_views
from webui.call import Call
from webui.cursor import open_cursor
from webui.first_run import awaits_first_mail
from webui.forms import page_query
from webui.inbox_frame import first_page, inbox, listed, words_asked
from webui.inbox_views import VIEWS, counts, view_named
from webui.letter_view import find, mark_read, view_of
from webui.pages import reading, render
from webui.searching import understand

PANE: Final = "section#pane"
ROWS: Final = 25
"""More than a window shows; the next ones come when one gets there."""


@inbox.get("/inbox")
def show() -> str:
    """Show a page of letters, and the one that `open` names; to a swap of the reading pane that alone."""
    opened = request.args.get("open")
    with reading() as call:
        shown = _reading(call, opened) if opened else {"letter": None}
        if opened and request.headers.get("HX-Target") == PANE:
            page = render(call, "pane.html", opened=opened, listed=listed(), q=words_asked(), **shown)
        else:
            page = _page(call, opened, shown)
    mark_read(shown["letter"])
    return page


def _page(call: Call, opened: str | None, shown: dict[str, Any]) -> str:
    words, chosen = words_asked(), view_named(request.args.get("view", ""))
    asked = understand(call, words)
    found = _letters(call, LetterFilter(search=asked) if words else chosen.wanted)
    return render(
        call,
        "inbox.html",
        letters=found.rows,
        older=found.next,
        chosen=chosen,
        views=VIEWS,
        counts=counts(call),
        saved=list_views(call.session, call.viewer),
        q=words,
        faults=asked.faults,
        opened=opened,
        listed=listed(),
        leaves="delete" if words else chosen.leaves,
        cursor=request.args.get("cursor", ""),
        first_page=first_page(),
        to_confirm=[one for one in list_asked(call.session, call.viewer, call.now) if not one.dismissed],
        awaits_first_mail=not found.rows and awaits_first_mail(call),
        bcc_address=address_of(call.session, call.viewer.company_id),
        personal_bcc_address=personal_address(call.session, call.viewer.company_id, call.viewer.user_id),
        **shown,
    )


def _reading(call: Call, opened: str) -> dict[str, Any]:
    here = f"{listed()}{'&' if '?' in listed() else '?'}{urlencode({'open': opened})}"
    return view_of(call, find(call, opened), here=here, back=listed())


def _letters(call: Call, wanted: LetterFilter) -> Page[Letter]:
    page = page_query()
    return list_letters(
        call.session,
        call.viewer,
        wanted,
        ROWS,
        open_cursor(call, page),
        now=call.now,
        read_raw=call.read_raw,
        with_threads=False,
    )
