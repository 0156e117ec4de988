"""A mail's page made ready for its reader: links that mislead are marked, tracking pixels are taken out.

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
from mail.link import ShowHost, true_target
from mail.picture import is_tracker

_TURNING: Final = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What turns the direction of letters or hides between them."""


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """The page, to be cleaned once more; how many pictures on the network it names, and tracking pixels among all."""

    html: str
    pictures: int = 0
    trackers: int = 0


def mark(html: str, show_host: ShowHost) -> MarkedPage:
    """Clean a mail's HTML, and mark in it what its reader should know."""
    marker = _Marker(show_host)
    for token in tokens(sanitise(html, lambda content_id: f"cid:{content_id}", lambda address: address)):
        marker.take(token)
    return MarkedPage("".join(marker.written), len(marker.pictures), len(marker.trackers))


class _Marker:
    def __init__(self, show_host: ShowHost) -> None:
        self.written: list[str] = []
        self.pictures: set[str] = set()
        self.trackers: set[str] = set()
        self._show_host = show_host
        self._link: tuple[int, Token] | None = None
        self._said: list[str] = []

    def take(self, token: Token) -> None:
        match token.name:
            case "":
                self._text(token.text)
            case "a" if token.closing:
                self._end_link()
                self.written.append("</a>")
            case "a":
                self._link, self._said = (len(self.written), token), []
                self.written.append(_written(token))
            case "img":
                self._image(token)
            case "bdo" if self._link:
                pass  # what a link says is read in the order in which it is written
            case _:
                self.written.append(_written(token))

    def _text(self, text: str) -> None:
        if self._link:
            self._said.append(_TURNING.sub("", unescape(text)))
            text = _TURNING.sub("", text)
        self.written.append(text)

    def _image(self, token: Token) -> None:
        attributes = attributes_of(token.text)
        address = attributes.get("src", "")
        is_remote = bool(address) and not address.startswith("cid:")
        if is_remote and is_tracker(attributes):
            self.trackers.add(address)
            return
        if is_remote:
            self.pictures.add(address)
        self._said.append(attributes.get("alt", ""))
        self.written.append(_written(token))

    def _end_link(self) -> None:
        if self._link is None:
            return
        (place, token), self._link = self._link, None
        attributes = attributes_of(token.text)
        said = [" ".join("".join(self._said).split()), attributes.get("title", "")]
        told = true_target(attributes.get("href", ""), said, self._show_host)
        if told:
            # Of attributes that stand twice the first counts (HTML §13.2.5.33).
            marks = f' class="{MISLEADING}" title="{escape(told)}"'
            self.written[place] = _written(token._replace(text=marks + token.text))


def _written(token: Token) -> str:
    return f"<{'/' if token.closing else ''}{token.name}{token.text}>"
