"""A letter's HTML made safe when it is read, and kept a while in memory (RULES R35).

The cache lies outside the database; its keys name the viewer, so that nobody's copy is another's hit (SECURITY W8).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import url_for

from languages.speech import spoken
from linking.letter import Letter
from linking.letters import find_letter, get_attachment
from mail.html import SANITISER_VERSION, sanitise
from mail.html_marks import MarkedPage, mark
from webui.call import Call
from webui.image_link import ImageLink, good_until
from webui.shown import readable_domain

INLINE_OCTETS: Final = 1_048_576
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a frame may show of a letter's own parts; never SVG, which can hold more than a picture."""


@dataclass(frozen=True, slots=True)
class RemoteImages:
    """What a letter names on the network: pictures that a reader may ask for, and trackers that are never loaded.

    `trackers` has the host of each.
    """

    pictures: int = 0
    trackers: tuple[str, ...] = ()


def safe_html(call: Call, letter: Letter, *, pictures: bool, remote: bool = False) -> str | None:
    """Answer the letter's HTML, None where it has none; it asks for nothing unless the reader did.

    `pictures`: for the frame; the letter's own inline pictures stand in it as data, misleading links are
    marked. `remote`: pictures on the network come through our proxy.
    """
    html = letter.html
    if html is None:
        return None
    if not pictures:
        return call.backend.texts.get(_key(call, letter, "bare"), lambda: sanitise(html, _no_picture))
    until = good_until(call.now) if remote else None
    remote_url = _proxied(call, letter) if remote else None
    return call.backend.texts.get(
        _key(call, letter, "frame", until),
        lambda: sanitise(_marked(call, letter, html).html, _picture_of(call, letter), remote_url),
    )


def remote_images(call: Call, letter: Letter) -> RemoteImages:
    """Answer how much of the letter is left out until its reader asks for it, and how much always."""
    if letter.html is None:
        return RemoteImages()
    page = _marked(call, letter, letter.html)
    return RemoteImages(page.pictures, page.trackers)


def trackers_in(call: Call, letter: Letter) -> tuple[str, ...]:
    """Answer the host of each tracker of a letter that came in a list: what it says is read once."""

    def make() -> str:
        whole = find_letter(call.session, call.viewer, letter.id, call.read_raw)
        return json.dumps(remote_images(call, whole).trackers if whole else ())

    return tuple(json.loads(call.backend.texts.get(_key(call, letter, "trackers"), make)))


def kept_of(call: Call, letter: Letter, make: Callable[[str], str], *what: object) -> str | None:
    """Answer what `make` says about the page between its cleanings, kept under `what`; None where there is none."""
    html = letter.html
    if html is None:
        return None
    return call.backend.texts.get(_key(call, letter, *what), lambda: make(_marked(call, letter, html).html))


def _key(call: Call, letter: Letter, *what: object) -> tuple[object, ...]:
    # The page says where its links lead, in the language of its reader.
    return (call.viewer.company_id, call.viewer.user_id, letter.copy_id, SANITISER_VERSION, spoken(), *what)


def _marked(call: Call, letter: Letter, html: str) -> MarkedPage:
    """Answer the page between its two cleanings; kept as a text, what was counted on a line in front."""

    def make() -> str:
        page = mark(html, readable_domain)
        return f"{json.dumps([page.pictures, page.trackers])}\n{page.html}"

    counted, _, marked = call.backend.texts.get(_key(call, letter, "marked"), make).partition("\n")
    pictures, trackers = json.loads(counted)
    return MarkedPage(marked, pictures, tuple(trackers))


def _proxied(call: Call, letter: Letter) -> Callable[[str], str | None]:
    """Answer how the address of a picture is replaced by one of ours."""
    who, until = call.viewer, good_until(call.now)

    def find(url: str) -> str | None:
        link = ImageLink(company_id=who.company_id, user_id=who.user_id, message_id=letter.id, url=url)
        sealed = link.seal(call.backend.keys, until)
        return url_for("images.show", sealed=sealed) if sealed else None

    return find


def _no_picture(_: str) -> str | None:
    return None


def _picture_of(call: Call, letter: Letter) -> Callable[[str], str | None]:
    """Answer a look-up of inline pictures; together they are bounded, so that a page stays a page."""
    left = INLINE_OCTETS
    parts = {one.content_id: one for one in letter.attachments if one.content_id}

    def find(content_id: str) -> str | None:
        nonlocal left
        part = parts.get(content_id)
        if part is None or part.content_type.lower() not in PICTURES or part.size > left:
            return None
        found = get_attachment(call.session, call.viewer, letter.id, part.id, call.read_raw)
        if found is None or found.found_in_it:
            return None
        left -= len(found.content)
        return f"data:{part.content_type.lower()};base64,{base64.b64encode(found.content).decode()}"

    return find
