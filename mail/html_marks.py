"""A mail's page made ready for its reader: links say where they lead, tracking pixels are taken out.

Cleaning takes two passes: the first gives well-formed HTML that is looked through here, the second cleans
what came of it, so that nothing touches the page after it was cleaned (SECURITY W1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from typing import Final

from mail.html import MISLEADING, sanitise
from mail.html_tokens import Token, attributes_of, tokens
from mail.link import LONGEST_TEXT, ShowHost, target_of
from mail.picture import is_tracker

_TURNING: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What turns the direction of letters or hides between them."""
_SPACES: Final = re.compile(r"\s+")
_ATTRIBUTE: Final = re.compile(r'\s([a-z-]+)="[^"]*"')


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """The page, to be cleaned once more; how many pictures on the network it names; the host of each tracking pixel."""

    html: str
    pictures: int = 0
    trackers: tuple[str, ...] = ()


def mark(html: str, show_host: ShowHost) -> MarkedPage:
    """Clean a mail's HTML, and mark in it what its reader should know."""
    marker = _Marker(show_host)
    for token in tokens(sanitise(html, lambda content_id: f"cid:{content_id}", lambda address: address)):
        marker.take(token)
    hosts = sorted(target.place for one in marker.trackers if (target := target_of(one, (), show_host)))
    return MarkedPage("".join(marker.written), len(marker.pictures), tuple(hosts))


@dataclass(slots=True)
class _Link:
    """A link that is open: where it was written, and what it says so far, one space between words."""

    place: int
    token: Token
    said: str = ""

    def say(self, text: str) -> None:
        if len(self.said) <= LONGEST_TEXT:
            begins_word = not self.said or self.said[-1] == " "
            self.said += text.lstrip(" ") if begins_word else text


class _Marker:
    def __init__(self, show_host: ShowHost) -> None:
        self.written: list[str] = []
        self.pictures: set[str] = set()
        self.trackers: set[str] = set()
        self._show_host = show_host
        self._links: list[_Link] = []

    def take(self, token: Token) -> None:
        match token.name:
            case "":
                self._text(token.text)
            case "a" if token.closing:
                self._end_link()
                self.written.append("</a>")
            case "a":
                plain = token._replace(text=_without_mark(token.text))
                self._links.append(_Link(len(self.written), plain))
                self.written.append(_written(plain))
            case "img":
                self._image(token)
            case "bdo" if self._links:
                pass  # what a link says is read in the order in which it is written
            case _:
                self.written.append(_written(token))

    def _text(self, text: str) -> None:
        if self._links:
            text = _TURNING.sub("", text)
            self._say(unescape(text))
        self.written.append(text)

    def _say(self, text: str) -> None:
        """A cell within a link may hold another one (HTML §13.2.6.4.15): what that says, both say."""
        line = _SPACES.sub(" ", text)[: LONGEST_TEXT + 1]
        for link in self._links:
            link.say(line)

    def _image(self, token: Token) -> None:
        attributes = attributes_of(token.text)
        address = attributes.get("src", "")
        is_remote = bool(address) and not address.startswith("cid:")
        if is_remote and is_tracker(attributes):
            self.trackers.add(address)
            return
        if is_remote:
            self.pictures.add(address)
        self._say(attributes.get("alt", ""))
        self.written.append(_written(token))

    def _end_link(self) -> None:
        if not self._links:
            return
        link = self._links.pop()
        attributes = attributes_of(link.token.text)
        said = [link.said, attributes.get("title", "")]
        target = target_of(attributes.get("href", ""), said, self._show_host)
        if target:
            # Of attributes that stand twice the first counts (HTML §13.2.5.33): no title of the sender's is shown.
            mark = f' class="{MISLEADING}"' if target.trick else ""
            text = f'{mark} title="{escape(target.told)}"{link.token.text}'
            self.written[link.place] = _written(link.token._replace(text=text))


def _without_mark(attributes: str) -> str:
    """Answer the attributes without a class: a mail that brought the mark would say itself where its link leads."""
    return _ATTRIBUTE.sub(lambda found: "" if found[1] == "class" else found[0], attributes)


def _written(token: Token) -> str:
    return f"<{'/' if token.closing else ''}{token.name}{token.text}>"
