"""HTML of mails made safe to show (SECURITY W1, W2, M4): an allow list, cleaned last, never touched afterwards.

nh3 parses as browsers do but is quadratic on nesting, so size and depth are judged first; what is beyond is shown as
its text. Nothing in the result asks for anything: an image stays only if the caller gives it an address.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from html import escape
from typing import Final

import nh3

from mail.html_text import html_to_text
from mail.html_tokens import VOID, tokens
from mail.style import safe_style

SANITISER_VERSION: Final = 2
MISLEADING: Final = "misleading"
"""The one class that stays, for links that were marked."""
HTML_CHARACTERS: Final = 2 * 1024 * 1024
NESTING: Final = 256
OPEN_FORMATS: Final = 64
FOSTERED: Final = 2000
"""What stands in a table but in no cell is moved out of it, one by one and ever more slowly."""
TAG_CHARACTERS: Final = 8192
"""Of one tag without its quoted values: its attributes are compared with each other."""
PIECES: Final = 100_000
"""Tags, and references such as `&amp;`: each cuts the text, and the cleaner joins it again at a growing price."""
STYLE_CHARACTERS: Final = 256 * 1024
"""Of all style attributes together."""
REOPENED: Final = 500_000
"""How often an unclosed format may be opened again, as each block does: the output grows by that."""

_FORMATS_WORDS: Final = "a b big code em font i nobr s small strike strong tt u"
_FORMATS: Final = frozenset(_FORMATS_WORDS.split())
_CLOSED_BY_NEXT_WORDS: Final = "p li td th tr dd dt option tbody thead tfoot colgroup html head body"
_CLOSED_BY_NEXT: Final = frozenset(_CLOSED_BY_NEXT_WORDS.split())
_TABLE: Final = frozenset({"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"})
_CELLS: Final = frozenset({"td", "th", "caption"})
_VALUE: Final = re.compile(r"""=\s*+(?:"[^"]*+"|'[^']*+')""")
_TAGS_WORDS: Final = (
    "a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details "
    "dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p "
    "pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr "
    "tt u ul var wbr"
)
_TAGS: Final = set(_TAGS_WORDS.split())
_DROPPED_WHOLE_WORDS: Final = (
    "script style title head template noscript noembed noframes iframe object embed applet svg math audio video "
    "canvas select option textarea xmp plaintext"
)
_DROPPED_WHOLE: Final = set(_DROPPED_WHOLE_WORDS.split())
_BOX: Final = {"align", "bgcolor", "height", "valign", "width"}
_ATTRIBUTES: Final = {
    "*": {"style", "title", "dir", "lang", "align"},
    "a": {"href", "class"},
    "img": {"src", "alt", *_BOX, "border", "hspace", "vspace"},
    "font": {"color", "face", "size"},
    "table": {*_BOX, "border", "cellpadding", "cellspacing"},
    "tr": _BOX,
    "td": {*_BOX, "colspan", "rowspan", "nowrap"},
    "th": {*_BOX, "colspan", "rowspan", "nowrap", "scope"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type"},
    "ul": {"type"},
    "li": {"value"},
    "hr": {"size", "width", "color"},
    "div": _BOX,
    "p": _BOX,
    "blockquote": {"type"},
    "details": {"open"},
}
# All that browsers skip before a scheme, and all that some take for space.
_IGNORED: Final = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]")
_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s<>\"'`]", re.IGNORECASE)
_MAILTO: Final = re.compile(r"(mailto:[^?#]*)[?#]?.*", re.IGNORECASE | re.DOTALL)
_PLAIN_VALUE: Final = re.compile(r"[#\w .,%*+-]{0,100}")

_Address = Callable[[str], str | None]


def sanitise(
    html: str,
    cid_url: _Address,
    remote_url: _Address | None = None,
) -> str:
    """Answer HTML that is safe to show in a page.

    `cid_url` gives the address for a part's Content-ID, None leaves the image out; `remote_url` likewise for an
    address on the network, and without it nothing remote stays.
    """
    if len(html) > HTML_CHARACTERS or _is_too_complex(html):
        return f"<pre>{escape(html_to_text(html[:HTML_CHARACTERS]))}</pre>"
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=_Attributes(cid_url, remote_url),
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def _is_too_complex(html: str) -> bool:
    """Judge what costs the parser more than its length; closing tags that close nothing count nothing."""
    if html.count("&") > PIECES or html.count("<") > PIECES:
        return True
    opened: Counter[str] = Counter()
    depth = formats = reopened = fostered = 0
    loose = False
    for token in tokens(html):
        name = token.name
        reopened += formats
        if name in _TABLE:
            loose = name not in _CELLS if not token.closing else name != "table"
        elif loose and (name or not token.text.isspace()):
            fostered += 1
        if name and name not in VOID and name not in _CLOSED_BY_NEXT:
            step = 1 if not token.closing else -1 if opened[name] else 0
            opened[name] += step
            depth += step
            formats += step if name in _FORMATS else 0
        if depth > NESTING or formats > OPEN_FORMATS or reopened > REOPENED or fostered > FOSTERED:
            return True
        if name and len(token.text) > TAG_CHARACTERS and len(_VALUE.sub("", token.text)) > TAG_CHARACTERS:
            return True
    return False


class _Attributes:
    """The value that an attribute keeps, None where it goes; one object a document, so that styles have a budget."""

    def __init__(self, cid_url: _Address, remote_url: _Address | None) -> None:
        self._cid_url = cid_url
        self._remote_url = remote_url
        self._styles = STYLE_CHARACTERS

    def __call__(self, tag: str, attribute: str, value: str) -> str | None:
        match attribute:
            case "href":
                return _link(value)
            case "src":
                return self._image(value)
            case "style":
                return self._style(value)
            case "target":
                return value
            case "class":
                return value if value == MISLEADING else None
            case "title" | "alt":
                return value[:500]
            case _:
                return value if _PLAIN_VALUE.fullmatch(value) else None

    def _style(self, value: str) -> str | None:
        self._styles -= len(value)
        return safe_style(value) or None if self._styles >= 0 else None

    def _image(self, value: str) -> str | None:
        address = value.strip(" \t\r\n\f")
        if address[:4].lower() == "cid:":
            return self._cid_url(address[4:].strip("<>"))
        if self._remote_url is not None and re.match(r"https?://[^\s]", address, re.IGNORECASE):
            return self._remote_url(address)
        return None


def _link(value: str) -> str | None:
    """Only absolute links whose scheme is plain; nothing is left for a browser to trim."""
    address = value.strip(" \t\r\n\f")
    if not _LINK.match(address) or _IGNORED.search(address[:12]):
        return None
    mailto = _MAILTO.fullmatch(address)
    return mailto[1] if mailto and "attach" in address.lower() else address  # RFC 6068 §7: no attach
