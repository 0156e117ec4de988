"""A letter's HTML made safe when it is read, and kept a while in memory (RULES R35).

The cache lies outside the database; its keys name the viewer, so that nobody's copy is another's hit (SECURITY W8).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from linking.letter import Letter
from linking.letters import get_attachment
from mail.html import SANITISER_VERSION, sanitise
from webui.call import Call

INLINE_OCTETS: Final = 1_048_576
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""What a frame may show of a letter's own parts; never SVG, which can hold more than a picture."""


@dataclass(frozen=True, slots=True)
class RemoteImages:
    """What a letter would load from the network: pictures, and trackers that are never loaded."""

    pictures: int = 0
    trackers: int = 0


def remote_images(call: Call, letter: Letter) -> RemoteImages:
    """Count them."""
    return RemoteImages()


def safe_html(call: Call, letter: Letter, *, pictures: bool) -> str | None:
    """Answer the letter's HTML, None where it has none; it asks for nothing.

    `pictures`: the letter's own inline pictures stand in it as data.
    """
    html = letter.html
    if html is None:
        return None
    key = (call.viewer.company_id, call.viewer.user_id, letter.copy_id, pictures, SANITISER_VERSION)
    return call.backend.texts.get(key, lambda: sanitise(html, _picture_of(call, letter) if pictures else _no_picture))


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
        if found is None:
            return None
        left -= len(found.content)
        return f"data:{part.content_type.lower()};base64,{base64.b64encode(found.content).decode()}"

    return find
