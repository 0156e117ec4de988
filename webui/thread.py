"""A conversation: the letters of it that the viewer sees, and how many are missing."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from linking.letters import letters_by_id
from linking.threads import viewer_thread
from webui.letter_text import folds_of
from webui.pages import reading, render
from webui.problem import not_found

thread: Final = Blueprint("thread", __name__)


@thread.get("/t/<thread>")
def show(thread: str) -> str:
    """Show the letters in order of time."""
    with reading() as call:
        number = call.unseal("thread", thread)
        found = viewer_thread(call.session, call.viewer, number)
        if found is None or found.id != number or not found.letters:
            raise not_found()
        by_id = letters_by_id(call.session, call.viewer, found.letters, call.read_raw)
        letters = [by_id[one] for one in found.letters if one in by_id]
        return render(
            call, "thread.html", thread=found, letters=letters, folds={one.id: folds_of(one) for one in letters}
        )
