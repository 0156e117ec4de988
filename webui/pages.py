"""What every page shares: its transaction, its frame, its next page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.users import get_user
from linking.cursor import Cursor
from webui.auth import viewer
from webui.backend import backend
from webui.call import Call
from webui.cursor import seal_cursor

PLACES: Final = (
    ("Inbox", "inbox.show", "/inbox"),
    ("Questions", "questions.show", "/unresolved"),
    ("Held", "held.show", "/held"),
    ("Contacts", "records.list_contact", "/contacts"),
    ("Organisations", "records.list_organization", "/organizations"),
    ("Deals", "records.list_deal", "/deals"),
    ("Leads", "records.list_lead", "/leads"),
    ("Projects", "records.list_project", "/projects"),
    ("Settings", "settings.show", "/settings"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A link of the main navigation."""

    name: str
    href: str
    is_here: bool


@contextmanager
def reading() -> Iterator[Call]:
    """Give a call on a snapshot, as the one who is signed in."""
    here, who = backend(), viewer()
    with here.database.read() as session:
        yield Call(backend=here, session=session, viewer=who, now=here.database.now(session))


@contextmanager
def writing() -> Iterator[Call]:
    """Give a call in a write transaction, as the one who is signed in."""
    here, who = backend(), viewer()
    with here.database.write() as session:
        yield Call(backend=here, session=session, viewer=who, now=here.database.now(session))


def render(call: Call, template: str, *, older: Cursor | None = None, **values: Any) -> str:
    """Render a page for the one who is signed in; `older` is where the next page of a list begins."""
    me = get_user(call.session, call.viewer.company_id, call.viewer.user_id)
    frame: dict[str, Any] = {
        "me": me,
        "places": _places(call),
        "seal": call.seal,
        "may_write": call.viewer.may_write,
        "older": _next_query(seal_cursor(call, older)),
    }
    return render_template(template, **frame, **values)


def done(
    sentence: str, endpoint: str, undo: str = "", undo_fields: Mapping[str, str] | None = None, **places: Any
) -> Response:
    """Lead on after a form, with a word about what happened; `undo` is where a POST of those fields takes it back."""
    message: Any = {"text": sentence, "undo": undo, "fields": dict(undo_fields or {})}
    flash(message, "good")
    return redirect(url_for(endpoint, **places), HTTPStatus.SEE_OTHER)


def _places(call: Call) -> list[Place]:
    listed = [*PLACES, ("Admin", "admin.show", "/admin")] if call.viewer.is_admin else PLACES
    return [Place(name, url_for(endpoint), request.path.startswith(path)) for name, endpoint, path in listed]


def _next_query(cursor: str | None) -> str | None:
    return urlencode({**request.args.to_dict(), "cursor": cursor}) if cursor else None
