"""Saved views: a search is kept under a name, the names are put in order, and a removed one comes back by Undo."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import url_for
from werkzeug.wrappers import Response

from languages.speech import _
from linking.saved_views import list_views, move_view, remove_view, rename_view, save_view
from webui.forms import field
from webui.inbox_frame import LONGEST_SEARCH, inbox
from webui.pages import done, done_at, reading, render, writing
from webui.sections import NONE, Errors, tried


@inbox.get("/inbox/views")
def views() -> str:
    """Show the viewer's saved views, to rename, order and remove them."""
    return _page()


@inbox.post("/inbox/views")
def save() -> Response:
    """Keep a search under a name; `position` puts a removed one back to its place."""
    name, search, position = field("name", 200), field("search", LONGEST_SEARCH), field("position", 3)

    def saved() -> Response:
        place = int(position) if position.isascii() and position.isdigit() else None
        with writing() as call:
            made = save_view(call.session, call.viewer, name, search, call.now, position=place)
            remove = url_for("inbox.remove", view=call.seal("saved_view", made))
        there = f"{url_for('inbox.show')}?{urlencode({'q': ' '.join(search.split())})}"
        said = _("The view {name} is kept.").format(name=" ".join(name.split()))
        return done_at(url_for("inbox.views") if position else there, said, remove)

    return tried(saved, _page)


@inbox.post("/inbox/views/<view>")
def rename(view: str) -> Response:
    """Give a view another name."""

    def renamed() -> Response:
        with writing() as call:
            before = rename_view(call.session, call.viewer, call.unseal("saved_view", view), field("name", 200))
        return done(_("Renamed."), "inbox.views", url_for("inbox.rename", view=view), {"name": before.name})

    return tried(renamed, _page)


@inbox.post("/inbox/views/<view>/move")
def move(view: str) -> Response:
    """Move a view up or down."""
    step = -1 if field("step", 5) == "up" else 1
    with writing() as call:
        move_view(call.session, call.viewer, call.unseal("saved_view", view), step)
    back = {"step": "down" if step < 0 else "up"}
    return done(_("Moved."), "inbox.views", url_for("inbox.move", view=view), back)


@inbox.post("/inbox/views/<view>/remove")
def remove(view: str) -> Response:
    """Remove a view; its search stays in the toast that brings it back."""
    with writing() as call:
        was = remove_view(call.session, call.viewer, call.unseal("saved_view", view))
    said = _("The view {name} was removed.").format(name=was.name)
    again = {"name": was.name, "search": was.search, "position": str(was.position)}
    return done(said, "inbox.views", url_for("inbox.save"), again)


def _page(errors: Errors = NONE) -> str:
    with reading() as call:
        mine = list_views(call.session, call.viewer)
        return render(
            call, "inbox_saved.html", saved=mine, errors=errors, name=field("name", 200), search=field("search", 200)
        )
