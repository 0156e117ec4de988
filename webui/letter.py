"""One letter: what it says, who proved it, what it is about, and why."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from linking.letter import Letter
from linking.letters import find_letter, get_attachment, raw_of_own_copy
from linking.links import WouldHide, add_link, undo_link
from linking.sentences import HIDDEN, sentence
from linking.sharing import CopyChanges, change_copy
from webui.api.links import LinkNew
from webui.api.messages import MessageChange
from webui.api.references import missing_references, number_of
from webui.call import Call
from webui.download import as_download, as_original
from webui.finding import find_records
from webui.forms import field, read_form
from webui.hiding import ask_first
from webui.letter_html import safe_html
from webui.pages import done, reading, render, writing
from webui.problem import not_found
from webui.security import FRAME_POLICY

letter: Final = Blueprint("letter", __name__, url_prefix="/m/<message>")
DONE: Final = {
    ("archived", True): "Archived.",
    ("archived", False): "Back in the inbox.",
    ("deleted", True): "Deleted.",
    ("deleted", False): "Restored.",
    ("read", False): "Marked as unread.",
}


@letter.get("")
def show(message: str) -> str:
    """Show the letter; opening one's own marks it as read."""
    with reading() as call:
        found = _find(call, message)
        page = render(
            call,
            "letter.html",
            letter=found,
            quoted=_quoted(found),
            find=request.args.get("find", "")[:200],
            records=find_records(call, request.args.get("find", "")[:200]),
            reasons={one.id: sentence(one.rule, one.args, found.names.get) for one in found.links},
        )
    if found.owned and not found.read and request.method == "GET":
        with writing() as call:
            change_copy(call.session, call.viewer, found.id, CopyChanges(read=True), call.now)
    return page


@letter.get("/why")
def why(message: str) -> str:
    """Show every decision as a sentence (RULES R37)."""
    with reading() as call:
        found = _find(call, message)
        decisions = [
            (
                one,
                sentence(one.rule, one.args, found.names.get),
                [found.names.get(loser, HIDDEN) for loser in one.losers],
            )
            for one in found.decisions
        ]
        return render(call, "why.html", letter=found, decisions=decisions)


@letter.get("/frame")
def frame(message: str) -> Response:
    """Answer the letter's HTML for the sandboxed frame: nothing in it runs or loads (RULES R35, SECURITY W1)."""
    with reading() as call:
        html = safe_html(call, _find(call, message), pictures=True)
    if html is None:
        raise not_found()
    response = make_response(render_template("frame.html", html=html))
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    return response


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
    """Change one's own copy: read, archived, deleted, sharing."""
    change = read_form(MessageChange, flags=("read", "archived", "deleted"))
    with writing() as call:
        number = call.unseal("message", message)
        change_copy(call.session, call.viewer, number, CopyChanges(**change.named()), call.now)
    words = next((DONE[one] for one in change.named().items() if one in DONE), "Saved.")
    leaves = change.archived or change.deleted or change.read is False
    if not leaves:
        return done(words, "letter.show", message=message)
    undo = {name: str(not value).lower() for name, value in change.named().items() if name != "sharing"}
    return done(words, "inbox.show", undo=url_for("letter.change", message=message), undo_fields=undo)


@letter.post("/links")
def link(message: str) -> Response:
    """Link the letter; asks first where that would hide it from colleagues (RULES R30)."""
    new = read_form(LinkNew, flags=("confirm",))
    with writing() as call, missing_references():
        target = number_of(call, new.type, new.target_id)
        number = call.unseal("message", message)
        made = add_link(call.session, call.viewer, number, new.type, target, call.now, confirmed=new.confirm)
        if isinstance(made, WouldHide):
            return ask_first(call, made, back=url_for("letter.show", message=message))
        undo = url_for("letter.undo", message=message, link=call.seal("link", made.link_id))
    return done("Linked.", "letter.show", undo=undo, message=message)


@letter.post("/links/<link>/undo")
def undo(message: str, link: str) -> Response:
    """Undo a link; its rule never makes it again, a hand may."""
    with writing() as call:
        undo_link(call.session, call.viewer, call.unseal("link", link), call.now)
    fields = {"type": field("type", 20), "target_id": field("target_id", 64)}
    again = url_for("letter.link", message=message) if all(fields.values()) else ""
    return done("The link is undone.", "letter.show", undo=again, undo_fields=fields, message=message)


def _find(call: Call, message: str) -> Letter:
    found = find_letter(call.session, call.viewer, call.unseal("message", message), call.read_raw)
    if found is None:
        raise not_found()
    return found


def _quoted(found: Letter) -> str:
    """Answer what stands in the text besides the new one."""
    before, new, after = found.text.partition(found.new_text) if found.new_text else ("", "", found.text)
    return "\n".join(part for part in (before.strip(), after.strip()) if part) if new or not found.new_text else ""
