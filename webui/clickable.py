"""The text of a letter with its addresses as links that say where they lead (SECURITY W14)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flask import Flask
from markupsafe import Markup, escape

from mail.link import target_of
from webui.shown import paragraph, readable_domain

LONGEST: Final = 100_000
"""A longer text stands as it is."""
_ADDRESS: Final = re.compile(
    r"(?<![\w@.])(?:(?P<web>(?:https?://|www\.)[^\s<>\"'`]{1,2000})"
    r"|(?P<box>[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,10}[^\W\d_]{2,24}))",
    re.IGNORECASE,
)
_AFTER: Final = ".,;:!?*_»”’…"
_CLOSING: Final = {")": "(", "]": "[", "}": "{"}
_STARTED: Final = re.compile(r"https?:[/\\]*", re.IGNORECASE)
_LINK: Final = Markup('<a href="{href}" title="{told}" target="_blank" rel="noopener noreferrer nofollow">{text}</a>')
_WARNING: Final = Markup(' <strong class="misleading">⚠ {told}</strong>')


def install(app: Flask) -> None:
    """Give templates the filter `clickable`."""
    app.add_template_filter(clickable)


def clickable(text: str | None) -> Markup:
    """Answer the text, safe to show, its addresses as links; one that misleads says so beside itself."""
    said = paragraph(text)
    return Markup("").join(_pieces(said)) if len(said) < LONGEST else escape(said)


def _pieces(text: str) -> Iterator[Markup]:
    done = 0
    for found in _ADDRESS.finditer(text):
        address = _trimmed(found[0])
        yield escape(text[done : found.start()])
        yield _link(address, is_mailbox=found["box"] is not None)
        done = found.start() + len(address)
    yield escape(text[done:])


def _link(address: str, *, is_mailbox: bool) -> Markup:
    href = f"mailto:{address}" if is_mailbox else address if "://" in address[:8] else f"https://{address}"
    target = None if _STARTED.fullmatch(address) else target_of(href, (), readable_domain)
    if target is None:
        return escape(address)
    link = _LINK.format(href=href, told=target.told, text=address)
    return link + _WARNING.format(told=target.told) if target.trick else link


def _trimmed(address: str) -> str:
    """Answer the address without what ends the sentence around it."""
    while address:
        last = address[-1]
        if last not in _AFTER and not (last in _CLOSING and address.count(last) > address.count(_CLOSING[last])):
            return address
        address = address[:-1]
    return address
