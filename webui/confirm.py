"""The page behind the link of a confirmation mail (RULES R10; INTERFACE 6; SECURITY W4, P12).

Whoever opens it changes nothing: link scanners do, again and again. The one who is to have the address signs in, reads
which address it is and whose it becomes, and confirms with the button.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from accounts.companies import get_company, get_policies
from accounts.sender_acts import find_sender
from accounts.sender_tokens import Token, find_token
from accounts.senders import Sender, SenderState
from accounts.teams import get_team
from accounts.users import UserView, get_user
from ingest.approving import confirm_by_link, may_confirm
from languages.speech import _, marked
from outbox.letterhead import letterhead_of
from webui import moments
from webui.backend import backend
from webui.call import Call
from webui.pages import done, reading, writing
from webui.sender_rows import words

confirm: Final = Blueprint("confirm", __name__)
UNKNOWN: Final = marked("There is no such link. Was all of it copied from the mail?")
ANOTHERS: Final = marked("Sign in as the one who is to have the address, and open the link again.")
USED: Final = marked("This link has been used: the address is confirmed.")
REPLACED: Final = marked("A later mail took the place of this one, or nobody asks for the address any more.")
EXPIRED: Final = marked("This link is older than a day. Send a new mail from your list of senders.")


@dataclass(frozen=True, slots=True)
class Link:
    """An open link, and the address that it confirms."""

    token: Token
    sender: Sender


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a link confirms nothing for this viewer; `sentence` is a marked text."""

    status: HTTPStatus
    sentence: str


@confirm.get("/senders/confirm/<secret>")
def show(secret: str) -> Response:
    """Show which address it is and whose it becomes."""
    with reading() as call:
        link = _find(call, secret)
        if isinstance(link, Closed):
            return _closed(call, link)
        team = link.sender.team_id
        page = _page(
            call,
            "confirm_sender.html",
            sender=link.sender,
            token=link.token,
            asker=_user(call, link.token.asked_by),
            team=get_team(call.session, call.viewer, team) if team is not None else None,
            company=get_company(call.session, call.viewer.company_id).name,
            waits=get_policies(call.session, call.viewer.company_id).sender_approval == "admin"
            and not call.viewer.is_admin,
        )
    return make_response(page)


@confirm.post("/senders/confirm/<secret>")
def accept(secret: str) -> Response:
    """Confirm it, once."""
    with writing() as call:
        link = _find(call, secret)
        if isinstance(link, Closed):
            return _closed(call, link)
        letterhead = letterhead_of(call.backend.settings)
        asked = confirm_by_link(call.session, call.viewer, link.token, letterhead, call.now)
    backend().waker.wake()
    return done(words(asked, link.sender.address), "admin.senders" if link.sender.team_id else "settings.senders")


def _find(call: Call, secret: str) -> Link | Closed:
    token = find_token(call.session, secret)
    if token is None:
        return Closed(HTTPStatus.NOT_FOUND, UNKNOWN)
    own = token.company_id == call.viewer.company_id
    sender = find_sender(call.session, token.company_id, token.sender_id) if own else None
    if sender is None or not may_confirm(call.viewer, sender):
        return Closed(HTTPStatus.FORBIDDEN, ANOTHERS)
    if token.is_open(call.now) and sender.state is SenderState.REQUESTED:
        return Link(token, sender)
    if token.used_at is not None:
        return Closed(HTTPStatus.GONE, USED)
    return Closed(HTTPStatus.GONE, REPLACED if token.replaced_at is not None else EXPIRED)


def _user(call: Call, user_id: int) -> UserView:
    return get_user(call.session, call.viewer.company_id, user_id)


def _closed(call: Call, link: Closed) -> Response:
    return make_response(_page(call, "confirm_closed.html", status=link.status, sentence=_(link.sentence)), link.status)


def _page(call: Call, template: str, **values: Any) -> str:
    """Render without the frame of the pages: there is one thing to decide here."""
    reader = _user(call, call.viewer.user_id)
    moments.begin(reader.preferences.time_zone, call.now)
    return render_template(template, reader=reader, theme=reader.preferences.theme, **values)
