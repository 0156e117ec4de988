"""Texts of a page that stand outside of the catalogues: with the pseudo-locale en-XA ours stand in ⟦brackets⟧.

What a world put there is none of ours: names, addresses, subjects. Where the page marks it as such (`bdi`, `code`,
`pre`, `lang`, `translate="no"`, a moment) it is left out; elsewhere, in attributes say, `data` names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"br", "hr", "img", "input", "link", "meta", "use", "wbr", "source", "path"})
NOT_OURS: Final = frozenset(
    {"bdi", "code", "kbd", "pre", "script", "style", "svg", "template", "textarea", "time", "iframe"}
)
SAID: Final = (
    "aria-label",
    "aria-description",
    "title",
    "placeholder",
    "alt",
    "data-key-says",
    "label",
    "data-confirm",
)
MACHINE: Final = re.compile(
    r"smartbcc"
    r"|[\w.+%-]+@[\w.-]+"
    r"|https?://\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:example|localhost|com|test)\b"
    r"|\b[A-Z][A-Za-z_]+/[\w/+-]+"  # a time zone
    r"|\b(?:UTC|TXT|MX|AAAA|PTR|EUR|USD|ILS|SEK|NOK|GBP|SPF|DKIM|DMARC|ARC|HELO|EHLO|MAIL FROM|RCPT TO)\b"
    r"|\b[kMGT]?B\b"
    r"|\bR\d+[a-z]?\.\w+"  # the name of a rule
    r"|\b(?:SQLite|PostgreSQL) [\d.]+"
    r"|\b[A-Z]?[a-z]{2,8}, \d|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|\b[AP]M\b"
)
LETTER: Final = re.compile(r"[^\W\d_]{2,}")


BLOCKS: Final = frozenset(
    {"article", "aside", "button", "dd", "details", "div", "dl", "dt", "fieldset", "form", "h1", "h2", "h3", "label"}
    | {"legend", "li", "main", "nav", "ol", "option", "p", "section", "select", "summary", "table", "td", "th", "ul"}
)
"""A sentence ends where one of these begins."""


def untranslated(html: str, data: Iterable[str] = ()) -> list[str]:
    """Answer each text, or attribute that is said, with letters outside of brackets that are not `data`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    known = sorted((one for one in data if one), key=len, reverse=True)
    return [shown for shown, rest in reader.found if LETTER.search(_unknown(rest, known))]


def outside(text: str, depth: int = 0) -> tuple[str, int]:
    """Answer what stands outside of brackets, which may stand in each other, and how many stay open."""
    kept = []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        kept.append(char if depth == 0 and char != "⟧" else " ")
    return "".join(kept), max(depth, 0)


def _unknown(text: str, known: list[str]) -> str:
    for one in known:
        text = text.replace(one, " ")
    return MACHINE.sub(" ", text)


class _Reader(HTMLParser):
    """Collects what somebody can see or hear, each with what of it stands outside of brackets."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self._open: list[tuple[str, bool]] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        was_ours = self._is_ours()
        if tag in BLOCKS:
            self._depth = 0
        # A drawing says its name; so does what holds somebody else's text.
        if was_ours:
            said = {name: given[name] for name in SAID if given.get(name)}
            self.found += [(f'{tag} {name}="{text}"', outside(text)[0]) for name, text in said.items()]
        if tag not in VOID:
            foreign = tag in NOT_OURS or "translate" in given or (tag != "html" and "lang" in given)
            self._open.append((tag, was_ours and not foreign))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._is_ours() and data.strip():
            rest, self._depth = outside(data, self._depth)
            self.found.append((" ".join(data.split()), rest))

    def _is_ours(self) -> bool:
        return self._open[-1][1] if self._open else True
