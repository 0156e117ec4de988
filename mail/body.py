"""The text of a mail: which parts are read, which are files (RFC 8621 §4.1.4), and how they become text.

What is encrypted or attached is never joined with what is shown (SECURITY M10): parts are decoded one by one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from mail.charset import decode_text
from mail.cms import signed_content
from mail.flowed import unflow
from mail.html_text import html_to_text
from mail.opened import open_tnef, tnef_body, tnef_files
from mail.part import SMIME_TYPES, Part
from mail.structure import read_structure

TEXT_CHARACTERS: Final = 2 * 1024 * 1024
TEXT_PARTS: Final = 50
SIGNATURES: Final = 3
"""How many opaque signatures are opened, beside and inside each other."""
SNIPPET_CHARACTERS: Final = 200

TEXT_CUT: Final = "text is cut"

_INLINE_MEDIA: Final = frozenset({"image", "audio", "video"})


@dataclass(frozen=True, slots=True)
class Body:
    """The parts that are read as text, those that are shown as HTML, and those that are files."""

    text: tuple[Part, ...]
    html: tuple[Part, ...]
    files: tuple[Part, ...]


@dataclass(slots=True)
class _Lists:
    text: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


def read_body(root: Part, *, level: int = 0) -> Body:
    """Sort the leaves of a tree; the tree is at most `mail.structure.DEPTH` deep.

    `level` counts the opaque signatures around it.
    """
    lists = _Lists()
    _sort([root], "mixed", 0, False, lists, lists.text, lists.html)
    if not lists.text and not lists.html:
        _read_other_text(lists)
    _read_tnef(lists)
    if level < SIGNATURES:
        _read_signed(lists, level)
    return Body(tuple(lists.text), tuple(lists.html), tuple(lists.files))


def part_text(part: Part) -> str:
    """Answer the text of one text part with LF line ends; of HTML what a reader would see."""
    octets = part.decoded()
    text, defect = decode_text(octets, part.parameters.get("charset"))
    if defect:
        part.defects.append(defect)
    if len(text) > TEXT_CHARACTERS:
        part.defects.append(TEXT_CUT)
        text = text[:TEXT_CHARACTERS]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.content_type == "text/html":
        return html_to_text(text)
    if part.parameters.get("format", "").lower() == "flowed":
        return unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def body_text(body: Body) -> str:
    """Answer the text of a mail, its parts apart by a blank line."""
    if len(body.text) > TEXT_PARTS:
        body.text[TEXT_PARTS].defects.append(TEXT_CUT)
    texts = (part_text(part).strip("\n") for part in body.text[:TEXT_PARTS])
    return "\n\n".join(text for text in texts if text)[:TEXT_CHARACTERS]


def body_html(body: Body) -> str | None:
    """Answer the first HTML part as decoded, not sanitised, None where there is none."""
    for part in body.html:
        if part.content_type == "text/html":
            return decode_text(part.decoded(), part.parameters.get("charset"))[0].replace("\r\n", "\n")
    return None


def snippet(new_text: str) -> str:
    """Answer the beginning of the text on one line, for lists."""
    line = " ".join(new_text[: SNIPPET_CHARACTERS * 5].split())
    return line if len(line) <= SNIPPET_CHARACTERS else line[: SNIPPET_CHARACTERS - 1].rstrip() + "…"


def _sort(
    parts: list[Part],
    subtype: str,
    first: int,
    alternative: bool,
    lists: _Lists,
    text: list[Part] | None,
    html: list[Part] | None,
) -> None:
    """RFC 8621 §4.1.4: `text` or `html` is None where the other kind of this alternative has been chosen.

    `first` is the number of the part that is read even where the others are files.
    """
    before = (len(text or ()), len(html or ()))
    both = text is not None and html is not None
    for number, part in enumerate(parts):
        if part.children:
            inner = part.content_type.partition("/")[2]
            _sort(part.children, inner, _first(part), alternative or inner == "alternative", lists, text, html)
        elif not _is_inline(part, number == first, subtype):
            lists.files.append(part)
        elif subtype == "alternative":
            _choose(part, lists, text, html)
        else:
            if alternative:
                text = None if part.content_type == "text/html" else text
                html = None if part.content_type == "text/plain" else html
            _put(part, lists, text, html)
    if subtype == "alternative" and both:
        _fill(before, lists)


def _choose(part: Part, lists: _Lists, text: list[Part] | None, html: list[Part] | None) -> None:
    if part.content_type == "text/plain" and text is not None:
        text.append(part)
    elif part.content_type == "text/html" and html is not None:
        html.append(part)
    else:
        lists.files.append(part)


def _put(part: Part, lists: _Lists, text: list[Part] | None, html: list[Part] | None) -> None:
    if part.maintype in _INLINE_MEDIA:
        lists.files.append(part)
        return
    if text is not None:
        text.append(part)
    if html is not None:
        html.append(part)


def _fill(before: tuple[int, int], lists: _Lists) -> None:
    """An alternative that has one kind only gives it to both."""
    more_text, more_html = lists.text[before[0] :], lists.html[before[1] :]
    if not more_text and more_html:
        lists.text.extend(more_html)
    elif more_text and not more_html:
        lists.html.extend(more_text)


def _first(part: Part) -> int:
    """RFC 2387 §3.2: `start` names the part of a multipart/related that the others belong to."""
    start = part.parameters.get("start", "").strip(" <>")
    named = (number for number, child in enumerate(part.children) if child.content_id == start)
    return next(named, 0) if start and part.content_type == "multipart/related" else 0


def _is_inline(part: Part, is_first: bool, subtype: str) -> bool:
    if part.disposition == "attachment":
        return False
    if part.maintype in _INLINE_MEDIA:
        return True
    if part.content_type not in {"text/plain", "text/html"}:
        return False
    return is_first or (subtype != "related" and not part.name)


def _read_tnef(lists: _Lists) -> None:
    for tnef in open_tnef(lists.files):
        if not any(part.body.strip() for part in (*lists.text, *lists.html)):
            lists.text, lists.html = tnef_body(tnef)
        lists.files.extend(tnef_files(tnef))


def _read_signed(lists: _Lists, level: int) -> None:
    """What stands inside an opaque signature follows, as what stands in a `winmail.dat` does (`mail.opened`)."""
    for part in [one for one in lists.files if one.content_type in SMIME_TYPES][:SIGNATURES]:
        content = signed_content(part.decoded())
        if content is None:
            continue
        inside = read_body(read_structure(content), level=level + 1)
        if not any(part.body.strip() for part in (*lists.text, *lists.html)):
            lists.text, lists.html = list(inside.text), list(inside.html)
        lists.files.extend(inside.files)


def _read_other_text(lists: _Lists) -> None:
    """A mail that is nothing but text/enriched or text/calendar is still read."""
    for part in lists.files:
        if part.maintype == "text" and part.disposition != "attachment":
            lists.text.append(part)
            return
