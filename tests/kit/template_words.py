"""Words that stand in a template outside of the catalogues: literal text, attributes that are read, and strings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from jinja2 import Environment, nodes

SPEAKERS: Final = frozenset({"_", "gettext", "ngettext", "pgettext", "npgettext"})
READ: Final = frozenset(
    {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
)
SILENT: Final = frozenset({"bdi", "code", "kbd", "pre", "samp", "script", "style", "svg"})
"""Elements that hold code, what a key says, or what others wrote."""
VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle", "col", "wbr"})
WORD: Final = re.compile(r"[^\W\d_]{2,}")
SENTENCE: Final = re.compile(r"[A-Z][a-z]+(?:[ ,.!?…’'-]|$)|[a-z]+ [a-z ]*[a-z]+[.!?…]$")
ENTITY: Final = re.compile(r"&#?\w+;")
NO_TEXT: Final = re.compile(r"(?:\s*[\w-]+=\"[^\"]*\")+|\s*(?:wide|full|narrow)|[^ ]*[#?=][^ ]*")
"""Attributes and addresses that a macro makes, and the class that a block names."""


def said_outside(path: Path) -> Iterator[tuple[int, str]]:
    """Answer line and words of whatever a template says in English itself."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        reader = _Reader()
        reader.feed(_without_code(environment, source))
        reader.close()
        yield from reader.found
    else:
        for number, line in enumerate(_without_code(environment, source).splitlines(), 1):
            if WORD.search(line):
                yield number, line.strip()
    yield from _strings(environment.parse(source))


def _without_code(environment: Environment, source: str) -> str:
    """Answer what is neither statement nor expression nor inside `trans`, each line where it was."""
    kept, line, in_trans, opened = [], 1, False, False
    for number, kind, value in environment.lex(source):
        kept.append("\n" * max(number - line, 0))
        line = max(line, number)
        if kind == "block_begin":
            opened = True
        elif opened and kind == "name":
            in_trans, opened = value == "trans" or (in_trans and value != "endtrans"), False
        elif kind == "data" and not in_trans:
            kept.append(value)
            line += value.count("\n")
        elif kind == "variable_begin":
            kept.append("\x00")
    return "".join(kept)


class _Reader(HTMLParser):
    """Reads what is left of a template as HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[tuple[int, str]] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read the attributes that a person reads, and go inside."""
        for name, value in attrs:
            is_read = name in READ or name.endswith("-says") or (name == "value" and ("type", "submit") in attrs)
            if is_read and value and WORD.search(ENTITY.sub("", value)):
                self.found.append((self.getpos()[0], f"{name}={value.replace(chr(0), '…')!r}"))
        if tag in SILENT and tag not in VOID:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Come out again."""
        if tag in self._inside:
            del self._inside[len(self._inside) - 1 - self._inside[::-1].index(tag) :]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read an element without content."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        """Read text."""
        bare = ENTITY.sub("", data)
        if not self._inside and WORD.search(bare) and not NO_TEXT.fullmatch(bare.replace("\x00", "").strip()):
            self.found.append(
                (self.getpos()[0] + len(data) - len(data.lstrip("\n")), " ".join(data.replace("\x00", "…").split()))
            )


def _strings(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Answer the strings of statements and expressions that look like words of ours."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in SPEAKERS:
        for one in node.kwargs:
            yield from _strings(one.value)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.match(node.value):
        yield node.lineno, repr(node.value)
    for child in node.iter_child_nodes():
        if not isinstance(child, nodes.TemplateData):
            yield from _strings(child)
