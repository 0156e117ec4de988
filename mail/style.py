"""CSS of mails: an allow list of properties and of what their values may say (SECURITY W2, item 33).

Nothing here loads, moves out of its box or runs: no url(), no position, no function but colours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import tinycss2
from tinycss2.ast import Node

STYLE_CHARACTERS: Final = 4000
DECLARATIONS: Final = 60

_PROPERTIES_WORDS: Final = (
    "background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse "
    "border-color border-left border-left-color border-left-style border-left-width border-radius border-right "
    "border-right-color border-right-style border-right-width border-spacing border-style border-top border-top-color "
    "border-top-style border-top-width border-width caption-side clear color direction empty-cells float font "
    "font-family font-size font-style font-variant font-weight height letter-spacing line-height list-style-position "
    "list-style-type margin margin-bottom margin-left margin-right margin-top max-height max-width min-height "
    "min-width opacity padding padding-bottom padding-left padding-right padding-top table-layout text-align "
    "text-decoration text-indent text-transform vertical-align white-space width word-break word-spacing word-wrap "
    "overflow-wrap"
)
_PROPERTIES: Final = frozenset(_PROPERTIES_WORDS.split())
_FUNCTIONS: Final = frozenset({"rgb", "rgba", "hsl", "hsla"})
_NUMBERS: Final = frozenset({"number", "percentage", "dimension"})
_PLAIN: Final = frozenset({"ident", "hash", "whitespace"})
_QUOTED: Final = frozenset({"font-family", "font"})
_WORDS: Final = {
    "display": frozenset({"block", "inline", "inline-block", "none", "table", "table-row", "table-cell", "list-item"}),
    "overflow": frozenset({"hidden", "visible"}),
    "visibility": frozenset({"hidden", "visible"}),
    # Without the overrides, which show a text in another order than it is written in.
    "unicode-bidi": frozenset({"normal", "embed", "isolate", "plaintext"}),
}
"""Properties of which only some words are allowed."""
_LARGEST: Final = 5000.0
"""Pixels and the like: no box or letter becomes larger than a page."""


@lru_cache(maxsize=4096)
def safe_style(style: str) -> str:
    """Answer the declarations that are allowed, "" where none is."""
    if len(style) > STYLE_CHARACTERS:
        return ""
    kept = []
    for node in tinycss2.parse_declaration_list(style, skip_comments=True, skip_whitespace=True)[:DECLARATIONS]:
        if node.type != "declaration":
            continue
        name, nodes = _plain(node.lower_name, [one for one in node.value if one.type != "comment"])
        value = _value(name, nodes)
        if value:
            kept.append(f"{name}: {value}")
    return "; ".join(kept)


def _plain(name: str, nodes: list[Node]) -> tuple[str, list[Node]]:
    """The shorthand of backgrounds may name an image: only a colour at its beginning passes."""
    if name != "background":
        return name, nodes
    return "background-color", [node for node in nodes if node.type != "whitespace"][:1]


def _value(name: str, nodes: list[Node]) -> str:
    if name in _WORDS:
        words = [node.lower_value for node in nodes if node.type == "ident"]
        return words[0] if len(words) == 1 and words[0] in _WORDS[name] else ""
    if name not in _PROPERTIES or not all(_is_allowed(name, node) for node in nodes):
        return ""
    negative = name.startswith(("margin", "text-indent", "letter-spacing", "word-spacing"))
    if any(node.type in _NUMBERS and (node.value > _LARGEST or (node.value < 0 and negative)) for node in nodes):
        return ""
    return _serialise(nodes)


def _is_allowed(name: str, node: Node) -> bool:
    if node.type == "function":
        return node.lower_name in _FUNCTIONS and all(_is_colour_argument(one) for one in node.arguments)
    if node.type == "string":
        return name in _QUOTED and "<" not in node.value and "\\" not in node.value
    if node.type == "literal":
        return node.value in {",", "/"}
    if node.type == "ident":
        return str(node.value).replace("-", "").replace("_", "").isalnum() and node.value.isascii()
    return node.type in _PLAIN or node.type in _NUMBERS


def _is_colour_argument(node: Node) -> bool:
    return node.type in _NUMBERS or node.type == "whitespace" or (node.type == "literal" and node.value in {",", "/"})


def _serialise(nodes: list[Node]) -> str:
    text = str(tinycss2.serialize(nodes)).strip()
    return text if text.isprintable() and "<" not in text and "\\" not in text else ""
