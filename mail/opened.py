"""What stands inside a `winmail.dat`, as parts of the mail: its files, and its body where the mail has no other.

The parts follow those of the mail itself, so that the position of none of these depends on what is inside; the
`winmail.dat` stays a file as well, because it holds more than we read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mail.header import Header
from mail.part import OPAQUE_TYPE, Part
from mail.tnef import Tnef, TnefFile, read_tnef

FILES: Final = 200

_TYPES: Final = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_NAME: Final = "winmail.dat"


def open_tnef(parts: Sequence[Part]) -> list[Tnef]:
    """Answer what stands in those of the parts that are TNEF, FILES files at most."""
    found: list[Tnef] = []
    left = FILES
    for part in parts:
        if left > 0 and (part.content_type in _TYPES or part.name.lower() == _NAME):
            tnef = read_tnef(part.decoded())
            if tnef is not None:
                tnef.files = tnef.files[:left]
                left -= len(tnef.files)
                found.append(tnef)
    return found


def tnef_files(tnef: Tnef) -> list[Part]:
    """Answer its files; what its body shows in place is inline."""
    return [_file_part(one, inline=bool(one.content_id) and f"cid:{one.content_id}" in tnef.html) for one in tnef.files]


def tnef_body(tnef: Tnef) -> tuple[list[Part], list[Part]]:
    """Answer what is read as text, and what is shown as HTML."""
    text = [_text_part("text/plain", tnef.text)] if tnef.text.strip() else []
    html = [_text_part("text/html", tnef.html)] if tnef.html.strip() else []
    return text or html, html or text


def _file_part(file: TnefFile, *, inline: bool) -> Part:
    content_id = file.content_id.encode("ascii", "replace")
    header = Header((("content-id", content_id),) if content_id else ())
    disposition = "inline" if inline else "attachment"
    return Part(header, file.content, file.content_type or OPAQUE_TYPE, {}, disposition, {"filename": file.name}, 1)


def _text_part(content_type: str, text: str) -> Part:
    return Part(Header(()), text.encode(), content_type, {"charset": "utf-8"}, "inline", {}, 1)
