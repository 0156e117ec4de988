"""A conversation: the letters of it that the viewer sees, and how many are missing; on a page, and on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Response, url_for

from linking.letter import Letter
from linking.letters import find_letter, letters_by_id
from linking.threads import ViewerThread, viewer_thread
from webui.call import Call
from webui.letter_html import trackers_in
from webui.letter_text import folds_of
from webui.letter_view import Remote
from webui.likeness_words import likenesses_of
from webui.pages import reading, render
from webui.paper import MOST, paper_of
from webui.problem import not_found

thread: Final = Blueprint("thread", __name__)
COUNTED: Final = 20
"""Letters whose trackers are counted, the last ones: each is read and cleaned for it once. None loads here anyway."""


@thread.get("/t/<thread>")
def show(thread: str) -> str:
    """Show the letters in order of time."""
    with reading() as call:
        found = _find(call, thread)
        by_id = letters_by_id(call.session, call.viewer, found.letters, call.read_raw)
        letters = [by_id[one] for one in found.letters if one in by_id]
        return render(
            call,
            "thread.html",
            thread=found,
            letters=letters,
            folds={one.id: folds_of(one) for one in letters},
            likenesses=likenesses_of(call, letters),
            remotes=_remotes(call, letters),
        )


@thread.get("/t/<thread>/print")
def on_paper(thread: str) -> Response:
    """Show the letters as they are printed, one after another."""
    with reading() as call:
        found = _find(call, thread)
        first = found.letters[:MOST]
        letters = [find_letter(call.session, call.viewer, one, call.read_raw) for one in first]
        shown = [one for one in letters if one is not None]
        back = url_for("thread.show", thread=thread)
        return paper_of(call, shown, back=back, left_out=len(found.letters) - len(first))


def _remotes(call: Call, letters: Sequence[Letter]) -> dict[int, Remote]:
    formatted = [one for one in letters if one.has_html][-COUNTED:]
    found = {one.id: trackers_in(call, one) for one in formatted}
    return {
        number: Remote(trackers=len(hosts), hosts=tuple(Counter(hosts).items()))
        for number, hosts in found.items()
        if hosts
    }


def _find(call: Call, thread: str) -> ViewerThread:
    """Answer the conversation behind a public id; 404 where the viewer sees nothing of it."""
    number = call.unseal("thread", thread)
    found = viewer_thread(call.session, call.viewer, number)
    if found is None or found.id != number or not found.letters:
        raise not_found()
    return found
