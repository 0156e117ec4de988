"""HTML cut into texts and tags in one pass, for reading text out of it and for judging its nesting.

No document makes this slow (SECURITY M4): every step moves forward, and a search that found nothing is not repeated.
It cleans nothing; what is shown is cleaned by `mail.html`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, NamedTuple

_VOID_WORDS: Final = (
    "area base basefont bgsound br col command embed frame hr image img input keygen link meta param source track wbr"
)
VOID: Final = frozenset(_VOID_WORDS.split())
_RAW: Final = frozenset({"script", "style", "title", "textarea", "xmp", "noscript", "iframe", "noembed", "noframes"})
_OPENING: Final = re.compile(r"<(?=[a-zA-Z/!?])")
_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_ATTRIBUTE: Final = re.compile(r'\s([a-z-]+)="([^"]*)"')
_REST: Final = re.compile(r"""[^>"']*+(?:(?<=[=\s])"[^"]*+"[^>"']*+|(?<=[=\s])'[^']*+'[^>"']*+|["'][^>"']*+)*+>""")


class Token(NamedTuple):
    """A text (`name` is empty) or a tag with its lower-case name; `text` of a tag is its attributes as written."""

    name: str
    text: str
    closing: bool = False


def tokens(html: str) -> Iterator[Token]:
    """Answer texts and tags in order; comments, declarations and the content of raw text elements are left out."""
    position, size, search = 0, len(html), _OPENING.search
    while position < size:
        opening = search(html, position)
        if opening is None:
            yield Token("", html[position:])
            return
        start = opening.start()
        name = _NAME.match(html, start + 1)
        if name is None:
            after = _after_other(html, start)
            # `a < b` is text; a comment or declaration is nothing.
            yield Token("", html[position : start if after > start + 1 else start + 1])
            position = after
            continue
        if start > position:
            yield Token("", html[position:start])
        rest = _REST.match(html, name.end())
        if rest is None:
            return  # a tag that never ends hides the rest, as it does in browsers
        token = Token(name[1].lower(), html[name.end() : rest.end() - 1], html[start + 1] == "/")
        yield token
        position = rest.end()
        if token.name in _RAW and not token.closing:
            position = _after_raw(html, position, token.name)


def attributes_of(written: str) -> dict[str, str]:
    """Answer the attributes of a tag of cleaned HTML, their values without references; of equal names the last."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(written)}


def _after_other(html: str, start: int) -> int:
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else len(html)
    if html[start + 1 : start + 2] in ("!", "?", "/"):
        end = html.find(">", start)
        return end + 1 if end >= 0 else len(html)
    return start + 1


def _after_raw(html: str, position: int, name: str) -> int:
    end = re.compile(rf"</{name}", re.IGNORECASE).search(html, position)
    return end.start() if end else len(html)
