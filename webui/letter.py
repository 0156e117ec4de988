"""One letter on a page of its own: what it says, who proved it, what it is about, and why."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from languages.speech import _, marked
from linking.changed import LinkedMany
from linking.letters import get_attachment, raw_of_own_copy
from linking.links import Linked, WouldHide, add_link, undo_link
from linking.relinking import bring_back
from linking.sharing import CopyChanges, change_copy
from webui.api.links import LinkNew
from webui.api.messages import MessageChange
from webui.api.references import missing_references, number_of
from webui.auth import local_path
from webui.call import Call
from webui.checks import checks_of
from webui.download import as_download, as_original
from webui.forms import field, read_form
from webui.hiding import ask_first
from webui.letter_frame import frame_of
from webui.letter_sharing import share_letter
from webui.letter_view import find, mark_read, view_of
from webui.original import as_lines
from webui.pages import done_at, reading, render, writing
from webui.paper import paper_of
from webui.problem import not_found
from webui.undoing import seal_changed
from webui.why import stages_of

letter: Final = Blueprint("letter", __name__, url_prefix="/m/<message>")
DONE: Final = {
    ("archived", True): marked("Archived."),
    ("archived", False): marked("Back in the inbox."),
    ("deleted", True): marked("Deleted."),
    ("deleted", False): marked("Restored."),
    ("read", True): marked("Marked as read."),
    ("read", False): marked("Marked as unread."),
}
SAVED: Final = marked("Saved.")
LEAVES: Final = frozenset({("archived", True), ("deleted", True), ("read", False)})


@letter.get("")
def show(message: str) -> str:
    """Show the letter; opening one's own marks it as read."""
    with reading() as call:
        found = find(call, message)
        here = url_for("letter.show", message=message)
        page = render(call, "letter.html", **view_of(call, found, here=here, back=url_for("inbox.show")))
    mark_read(found)
    return page


@letter.get("/why")
def why(message: str) -> str:
    """Show every decision as a sentence (RULES R37)."""
    with reading() as call:
        found = find(call, message)
        return render(call, "why.html", letter=found, stages=stages_of(found))


@letter.get("/original")
def original(message: str) -> str:
    """Show the raw bytes of one's own copy as text."""
    with reading() as call:
        found = find(call, message)
        raw_bytes = raw_of_own_copy(call.session, call.viewer, found.id, call.read_raw)
        if raw_bytes is None:
            raise not_found()
        lines = as_lines(raw_bytes, call.backend.settings.own_name)
        return render(
            call,
            "original.html",
            letter=found,
            original=lines,
            size=len(raw_bytes),
            checks=checks_of(found),
            as_sent=request.args.get("header") == "sent",
        )


@letter.get("/frame")
def frame(message: str) -> Response:
    """Answer the letter's HTML for the sandboxed frame: nothing in it runs or loads (RULES R35, SECURITY W1)."""
    with reading() as call:
        return frame_of(call, find(call, message), remote="images" in request.args)


@letter.get("/print")
def on_paper(message: str) -> Response:
    """Show the letter as it is printed: with all of its head, nothing folded, nothing around it."""
    with reading() as call:
        return paper_of(call, [find(call, message)], back=url_for("letter.show", message=message))


@letter.get("/raw")
def raw(message: str) -> Response:
    """Answer the original of one's own copy."""
    with reading() as call:
        found = raw_of_own_copy(call.session, call.viewer, call.unseal("message", message), call.read_raw)
    if found is None:
        raise not_found()
    return as_original(found, f"{message}.eml")


@letter.get("/attachments/<attachment>")
def download(message: str, attachment: str) -> Response:
    """Answer a file of the letter."""
    with reading() as call:
        numbers = call.unseal("message", message), call.unseal("attachment", attachment)
        found = get_attachment(call.session, call.viewer, *numbers, call.read_raw)
    if found is None:
        raise not_found()
    return as_download(found)


@letter.post("")
def change(message: str) -> Response:
    """Change one's own copy: read, archived, deleted, sharing; then on to `back`, with a way back."""
    named = read_form(MessageChange, flags=("read", "archived", "deleted")).named()
    if "sharing" in named:
        return share_letter(message, named["sharing"], _onward("letter.show", message))
    with writing() as call:
        change_copy(call.session, call.viewer, find(call, message).id, CopyChanges(**named), call.now)
    words = next((DONE[one] for one in named.items()), SAVED)
    there = "inbox.show" if LEAVES & set(named.items()) else "letter.show"
    undo = {name: str(not value).lower() for name, value in named.items()}
    onward = _onward(there, message)
    return done_at(onward, _(words), url_for("letter.change", message=message), {**undo, "back": onward})


@letter.post("/links")
def link(message: str) -> Response:
    """Link the letter; asks first where that would hide it from colleagues (RULES R30)."""
    if field("undone", 64):
        return _bring_back(message)
    new = read_form(LinkNew, flags=("confirm",))
    with writing() as call, missing_references():
        target = number_of(call, new.type, new.target_id)
        number = call.unseal("message", message)
        made = add_link(call.session, call.viewer, number, new.type, target, call.now, confirmed=new.confirm)
        if isinstance(made, WouldHide):
            return ask_first(call, made, back=_onward("letter.show", message))
        if not made.touched:
            return _linked(call, message, made)
        # Undoing hides again what the link showed of private mail (RULES R30b).
        many = LinkedMany(links=(made.link_id,), letters=(number,), at=call.now, touched=made.touched)
        onward = _onward("letter.show", message)
        undo = {"was": seal_changed(call, many), "back": onward}
    return done_at(onward, _("Linked."), url_for("inbox.undo"), undo)


@letter.post("/links/<link>/undo")
def undo(message: str, link: str) -> Response:
    """Undo a link; its rule never makes it again, a hand may, and Undo brings it back where it was."""
    with writing() as call:
        undo_link(call.session, call.viewer, call.unseal("link", link), call.now)
    onward = _onward("letter.show", message)
    again = url_for("letter.link", message=message)
    return done_at(onward, _("The link is undone."), again, {"undone": link, "back": onward})


def _bring_back(message: str) -> Response:
    confirmed = field("confirm", 5) == "true"
    with writing() as call:
        number = call.unseal("link", field("undone", 64))
        back = bring_back(call.session, call.viewer, number, call.now, confirmed=confirmed)
        if isinstance(back, WouldHide):
            return ask_first(call, back, back=_onward("letter.show", message))
        return _linked(call, message, back)


def _linked(call: Call, message: str, made: Linked) -> Response:
    onward = _onward("letter.show", message)
    undo = url_for("letter.undo", message=message, link=call.seal("link", made.link_id))
    return done_at(onward, _("Linked."), undo, {"back": onward})


def _onward(endpoint: str, message: str) -> str:
    """Answer where a form leads: the page that it names, else the one it is about."""
    named = field("back")
    values: dict[str, Any] = {"message": message} if endpoint.startswith("letter.") else {}
    return local_path(named) if named else url_for(endpoint, **values)
