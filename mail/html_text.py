"""HTML to the text that a reader would see, quotes marked with `>`; iterative and linear."""

from __future__ import annotations

import re
from html import unescape
from itertools import islice
from typing import Final

from mail.html_tokens import Token, tokens

QUOTE_DEPTH: Final = 20
TOKENS: Final = 200_000

_BREAKS_WORDS: Final = (
    "address article aside body center dd div dl dt fieldset figure figcaption footer form header html legend li main "
    "nav ol option section table tbody tfoot thead tr ul"
)
_BREAKS: Final = frozenset(_BREAKS_WORDS.split())
_PARAGRAPHS_WORDS: Final = "p h1 h2 h3 h4 h5 h6 blockquote pre hr"
_PARAGRAPHS: Final = frozenset(_PARAGRAPHS_WORDS.split())
_SPACE: Final = re.compile(r"[ \t\n\r\f]+")
_RULE: Final = "_" * 32


def html_to_text(html: str) -> str:
    """Answer the text, LF line ends, at most one blank line in a row; quoted lines begin with `> `."""
    writer = _Writer()
    for token in islice(tokens(html), TOKENS):
        writer.take(token)
    return writer.text()


class _Writer:
    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._head = 0
        self._pre = 0

    def take(self, token: Token) -> None:
        name = token.name
        if name == "head":
            self._head = 0 if token.closing else 1
        elif name == "body":
            self._head = 0
            self._break()
        elif not self._head:
            if name:
                self._tag(name, token.closing)
            else:
                self._write(token.text)

    def text(self) -> str:
        self._break()
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines).replace("\xa0", " ").lstrip("\n")

    def _tag(self, name: str, closing: bool) -> None:
        if name == "br":
            self._end_line()
        elif name in _PARAGRAPHS:
            self._paragraph(name, closing)
        elif name in _BREAKS:
            self._break()
            if name == "li" and not closing:
                self._line.append("- ")
        elif name in {"td", "th"} and self._line and not closing:
            self._line.append(" ")

    def _paragraph(self, name: str, closing: bool) -> None:
        self._break()
        if name == "blockquote" and closing:
            self._quotes = max(self._quotes - 1, 0)
        if self._lines and self._lines[-1].strip("> ") and name != "pre":
            self._lines.append(self._mark())
        if name == "blockquote" and not closing:
            self._quotes += 1
        elif name == "pre":
            self._pre = max(self._pre - 1, 0) if closing else self._pre + 1
        elif name == "hr" and not closing:
            self._lines.append(self._mark() + _RULE)

    def _write(self, text: str) -> None:
        text = unescape(text)
        if self._pre:
            first, *more = text.split("\n")
            self._line.append(first)
            for line in more:
                self._end_line()
                self._line.append(line)
            return
        text = _SPACE.sub(" ", text)
        if not self._line or self._line[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            self._line.append(text)

    def _break(self) -> None:
        if self._line:
            self._end_line()

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line = []
        if not self._pre:
            line = line.rstrip(" ")
        if not line.strip(" \xa0\u200b") and self._lines and not self._lines[-1].strip("> \xa0"):
            return
        self._lines.append(self._mark() + line)

    def _mark(self) -> str:
        return "> " * min(self._quotes, QUOTE_DEPTH)
