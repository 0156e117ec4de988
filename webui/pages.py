"""What every page shares: its transaction, its frame, its next page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.users import get_user
from linking.cursor import Cursor
from webui import moments
from webui.auth import viewer
from webui.backend import backend
from webui.call import Call
from webui.cursor import seal_cursor
from webui.fingerprint import fingerprint
from webui.places import places


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
    moments.begin(me.preferences.time_zone, call.now)
    frame: dict[str, Any] = {
        "me": me,
        "places": places(call),
        "pulse": fingerprint(call),
        "seal": call.seal,
        "may_write": call.viewer.may_write,
        "older": _next_query(seal_cursor(call, older)),
        "theme": getattr(me.preferences, "theme", "system"),
        "keys_are_off": getattr(me.preferences, "keyboard", "on") == "off",
    }
    return render_template(template, **frame, **values)


def done(
    sentence: str, endpoint: str, undo: str = "", undo_fields: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """Lead on after a form, with a word about what happened; `undo` is where a POST of those fields takes it back."""
    return done_at(url_for(endpoint, **values), sentence, undo, undo_fields)


def done_at(path: str, sentence: str, undo: str = "", undo_fields: Mapping[str, str] | None = None) -> Response:
    """Do the same for a path; one that a form gave has gone through `auth.local_path`."""
    message: Any = {"text": sentence, "undo": undo, "fields": dict(undo_fields or {})}
    flash(message, "good")
    return redirect(path, HTTPStatus.SEE_OTHER)


def _next_query(cursor: str | None) -> str | None:
    return urlencode({**request.args.to_dict(), "cursor": cursor}) if cursor else None
