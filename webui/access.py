"""Asking to see a letter, and letting colleagues see one's own (RULES R32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from languages.speech import _
from linking.access import AccessState, decide, list_to_decide
from linking.letters import letters_by_id
from webui.api.access_requests import ask_by_id
from webui.auth import local_path
from webui.call import Call
from webui.forms import field
from webui.pages import done, done_at, writing
from webui.records.forms import active_users

access: Final = Blueprint("access", __name__)
SHOWN: Final = 20
OPEN: Final = (AccessState.ASKED, AccessState.GRANTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A colleague's request for a letter of the viewer's."""

    id: int
    who: str
    message_id: int
    subject: str
    granted: bool
    at: datetime


def wishes(call: Call) -> list[Wish]:
    """Answer what waits for the viewer's word, and what he has granted, the newest first."""
    found = list_to_decide(call.session, call.viewer, SHOWN, states=OPEN).rows
    asked_for = [one.message_id for one in found if one.message_id is not None]
    letters = letters_by_id(call.session, call.viewer, asked_for, call.read_raw)
    names = active_users(call) if found else {}
    return [
        Wish(
            id=one.id,
            who=names.get(one.asker_id) or _("A former colleague"),
            message_id=letters[one.message_id].id,
            subject=letters[one.message_id].subject,
            granted=one.state is AccessState.GRANTED,
            at=one.created_at,
        )
        for one in found
        if one.message_id in letters
    ]


@access.post("/m/<message>/access")
def ask(message: str) -> Response:
    """Ask for it, whatever is behind the address; every one is answered alike."""
    with writing() as call:
        ask_by_id(call, message)
    return done(_("Asked. If there is such a letter, its owner can let you see it."), "inbox.show")


@access.post("/access/<request_id>/grant")
def grant(request_id: str) -> Response:
    """Let the colleague see one's copy."""
    _decide(request_id, AccessState.GRANTED)
    undo = url_for("access.refuse", request_id=request_id)
    return done_at(_back(), _("Your colleague can see this letter now."), undo, {"back": _back()})


@access.post("/access/<request_id>/refuse")
def refuse(request_id: str) -> Response:
    """Keep it, or take it back; nobody is told."""
    _decide(request_id, AccessState.REFUSED)
    undo = url_for("access.grant", request_id=request_id)
    return done_at(_back(), _("Your colleague does not see this letter, and is not told so."), undo, {"back": _back()})


def _decide(request_id: str, state: AccessState) -> None:
    with writing() as call:
        decide(call.session, call.viewer, call.unseal("access", request_id), state, call.now)


def _back() -> str:
    """Answer where the form leads: to the letter beside which it stood, else to the list of all that is asked."""
    named = field("back", 1000)
    return local_path(named) if named else url_for("questions.show")
