"""The files of a letter: looked at as pictures that we draw, or taken all at once (SECURITY W10)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, current_app, request, stream_with_context, url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from linking.letter import Letter, LetterAttachment
from linking.letter_files import find_files
from linking.letters import AttachmentContent, get_attachment
from mail.preview import CONTENT_TYPE, Preview
from webui.call import Call
from webui.download import as_archive, as_picture
from webui.letter_view import find
from webui.pages import reading, render
from webui.previewer import Busy, Previewer
from webui.problem import not_found
from webui.zip_file import zipped

files: Final = Blueprint("files", __name__, url_prefix="/m/<message>")
EXTENSION: Final = "smartbcc-previewer"
SIDES: Final = {"small": 320, "large": 1600}
"""Pixels of the longer side."""
LARGEST: Final = 26_214_400
TYPES: Final = frozenset(
    {"image/png", "image/jpeg", "image/jpg", "image/pjpeg", "image/gif", "image/webp", "application/pdf"}
)
ENDINGS: Final = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of one file, with the addresses of the pages before and after it, through all files of the letter."""

    file: LetterAttachment
    page: int
    preview: Preview | None
    before: str = ""
    after: str = ""


@files.record_once
def install(state: BlueprintSetupState) -> None:
    """Hang what draws on the application, and teach its templates which files can be drawn."""
    state.app.extensions.setdefault(EXTENSION, Previewer())
    state.app.jinja_env.tests["drawable"] = may_be_drawn


def may_be_drawn(file: LetterAttachment) -> bool:
    """Tell whether a preview is offered; whether there is one, the octets decide."""
    named = file.content_type.lower() in TYPES or file.filename.lower().endswith(ENDINGS)
    return named and file.scan != "infected" and 0 < file.size <= LARGEST


@files.get("/attachments.zip")
def every(message: str) -> AnyResponse:
    """Answer all files of the letter in one archive."""
    with reading() as call:
        found = find_files(call.session, call.viewer, call.unseal("message", message), call.read_raw)
    if found is None:
        raise not_found()
    pieces = zipped(found.contents(), found.letter.received_at)
    return as_archive(stream_with_context(pieces), f"{found.letter.subject[:60] or message}.zip")


@files.get("/attachments/<attachment>/preview")
def preview(message: str, attachment: str) -> Response:
    """Answer a page of a file as a picture that we drew; nothing (204) where it cannot be drawn."""
    with reading() as call:
        file = _content(call, message, attachment)
        asker = _asker(call)
    try:
        drawn = _draw(asker, file, _page(), SIDES.get(request.args.get("size", ""), SIDES["large"]))
    except Busy:
        return Response(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": "5"})
    if drawn is None:
        return Response(status=HTTPStatus.NO_CONTENT)
    return as_picture(drawn.image, CONTENT_TYPE)


@files.get("/attachments/<attachment>/view")
def view(message: str, attachment: str) -> str:
    """Show a page of a file on a page of its own, which also fills the dialog."""
    with reading() as call:
        letter = find(call, message)
        file = _content(call, message, attachment)
        asker = _asker(call)
    shown, busy = _page(), False
    try:
        drawn = _draw(asker, file, shown, SIDES["large"])
    except Busy:
        drawn, busy = None, True
    with reading() as call:
        leaf = _leaf(call, letter, call.unseal("attachment", attachment), shown, drawn)
        return render(
            call, "viewer.html", letter=letter, leaf=leaf, busy=busy, back=url_for("letter.show", message=message)
        )


def _content(call: Call, message: str, attachment: str) -> AttachmentContent:
    """Answer the file; 404 for one that is not for this viewer, or blocked (RULES R57)."""
    numbers = call.unseal("message", message), call.unseal("attachment", attachment)
    found = get_attachment(call.session, call.viewer, *numbers, call.read_raw)
    if found is None or found.found_in_it:
        raise not_found()
    return found


def _asker(call: Call) -> tuple[int, int]:
    return call.viewer.company_id, call.viewer.user_id


def _draw(asker: tuple[int, int], file: AttachmentContent, page: int, side: int) -> Preview | None:
    if not 0 < len(file.content) <= LARGEST:
        return None
    previewer: Previewer = current_app.extensions[EXTENSION]
    digest = hashlib.sha256(file.content).hexdigest()
    return previewer.draw(asker, digest, file.content, page, side)


def _page() -> int:
    """Answer the page that is asked for; what is no number is the first."""
    given = request.args.get("page", "1")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 4 and int(given) else 1


def _leaf(call: Call, letter: Letter, number: int, page: int, drawn: Preview | None) -> Leaf:
    """Place a page between its neighbours: pages of the same file, else the files beside it."""
    shown = [one for one in letter.attachments if may_be_drawn(one) or one.id == number]
    place = next((at for at, one in enumerate(shown) if one.id == number), None)
    if place is None:
        raise not_found()

    def address(file: LetterAttachment, at: int = 1) -> str:
        sealed = call.seal("message", letter.id), call.seal("attachment", file.id)
        return url_for("files.view", message=sealed[0], attachment=sealed[1], page=at if at > 1 else None)

    file, pages = shown[place], drawn.pages if drawn else 1
    before = address(file, page - 1) if page > 1 else address(shown[place - 1]) if place else ""
    after = address(file, page + 1) if page < pages else address(shown[place + 1]) if place + 1 < len(shown) else ""
    return Leaf(file=file, page=page, preview=drawn, before=before, after=after)
