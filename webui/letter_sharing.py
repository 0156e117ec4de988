"""Sharing one letter or withdrawing it: asked first where it does more than that, and undone to what was before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import url_for
from werkzeug.wrappers import Response

from accounts.policies import Sharing
from accounts.refusals import Forbidden
from languages.speech import _, marked
from linking.changed import SHARING, Act, AsksFirst
from linking.many import act_on
from webui.forms import field
from webui.hiding import AskFirstError, ask_first
from webui.letter_view import find
from webui.pages import done_at, reading, writing
from webui.undoing import seal_changed

ACTS: Final[Mapping[Sharing, Act]] = {sharing: act for act, sharing in SHARING.items()}
DONE: Final[Mapping[Sharing, str]] = {
    Sharing.PRIVATE: marked("Now private: nobody else sees it, not even an admin."),
    Sharing.TEAM: marked("Now shared with your teams."),
    Sharing.SHARED: marked("Now shared with those who may see everything it is linked to."),
}


def share_letter(message: str, sharing: Sharing, onward: str) -> Response:
    """Share all of one's own copies so, and lead on with a way back."""
    confirmed = field("confirm", 5) == "true"
    try:
        with writing() as call:
            letter = find(call, message)
            if not letter.owned:
                raise Forbidden(_("Only its owner changes a copy, and this letter is seen through a colleague's."))
            changed = act_on(call.session, call.viewer, [letter.id], ACTS[sharing], call.now, confirmed=confirmed)
            if isinstance(changed, AsksFirst):
                raise AskFirstError(changed)
            undo = {"was": seal_changed(call, changed), "back": onward} if changed.letters else {}
    except AskFirstError as asked:
        with reading() as call:
            return ask_first(call, asked.asking, back=onward)
    return done_at(onward, _(DONE[sharing]), url_for("inbox.undo") if undo else "", undo)
