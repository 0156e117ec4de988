"""One letter decided again: what today's rules would say of it, and making it so (RULES R37, R52)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

from flask import Blueprint
from werkzeug.wrappers import Response

from ingest.difference import Replayed
from ingest.own_mail import inbound_of_own_copy
from languages.speech import _
from webui.backend import backend
from webui.differing import in_words
from webui.letter_view import find
from webui.pages import done, reading, render

again: Final = Blueprint("again", __name__, url_prefix="/m/<message>/again")


@again.get("")
def show(message: str) -> str:
    """Show what would be different; nothing is changed."""
    told = _replayed(message, dry_run=True)
    with reading() as call:
        found = find(call, message)
        differences = in_words(call, [asdict(one) for one in told.differences])
        return render(call, "again.html", letter=found, told=told, differences=differences)


@again.post("")
def decide(message: str) -> Response:
    """Make it so; what was done by hand stays."""
    told = _replayed(message, dry_run=False)
    words = _("Decided again.") if told.differences else _("Nothing was different.")
    return done(words, "letter.why", message=message)


def _replayed(message: str, *, dry_run: bool) -> Replayed:
    with reading() as call:
        inbound_id = inbound_of_own_copy(call.session, call.viewer, call.unseal("message", message))
        company_id, user_id = call.viewer.company_id, call.viewer.user_id
    return backend().replayer.replay(company_id, inbound_id, dry_run=dry_run, owner_id=user_id)
