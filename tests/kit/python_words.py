"""Words that a Python module hands to a reader without the catalogues: what it refuses, answers and flashes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

SPEAKERS: Final = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext", "marked"})
DOORS: Final[Mapping[str, slice]] = {
    **dict.fromkeys(("Refused", "Invalid", "Forbidden", "Conflict", "UnreadableRule", "FieldUnknown"), slice(None)),
    **dict.fromkeys(("ProblemError", "FieldError", "PydanticCustomError"), slice(1, None)),
    **dict.fromkeys(("forbidden", "done", "flash"), slice(1)),
    "done_at": slice(1, 2),
}
"""Which arguments of these are shown as they are."""
WORDS: Final = re.compile(r"[^\W\d_]+ [^\W\d_]+|[A-Z][a-z]+[.!?…]$")


def handed_out(path: Path) -> Iterator[tuple[int, str]]:
    """Answer line and words of what a module gives to a door without saying it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and _name(node) in DOORS:
            for given in node.args[DOORS[_name(node)]]:
                yield from _unsaid(given)


def _unsaid(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call) and (_name(node) in SPEAKERS or _is_said_format(node)):
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(one.value) if isinstance(one, ast.Constant) else "…" for one in node.values)
        if WORDS.search(text):
            yield node.lineno, repr(text)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORDS.search(node.value):
        yield node.lineno, repr(node.value)
    if isinstance(node, ast.Name) and node.id.isupper() and len(node.id) > 1:
        yield node.lineno, f"{node.id}: say it by _({node.id})"
    for child in ast.iter_child_nodes(node):
        yield from _unsaid(child)


def _is_said_format(call: ast.Call) -> bool:
    """Tell whether a call is the `format` of a text that is said."""
    function = call.func
    return isinstance(function, ast.Attribute) and function.attr in ("format", "format_map") and _holds_said(function)


def _holds_said(function: ast.Attribute) -> bool:
    return isinstance(function.value, ast.Call) and _name(function.value) in SPEAKERS


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
