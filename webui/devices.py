"""Devices: what a User-Agent says, in words that its owner recognises."""

from __future__ import annotations

from typing import Final

from languages.speech import _, marked
from webui.shown import plain

# Order matters: most browsers name those that they descend from as well.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Vivaldi/", "Vivaldi"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", marked("a Mac")),
    ("Linux", "Linux"),
)
HANDHELD: Final = frozenset({"iPhone", "iPad", "Android"})


def device_name(user_agent: str) -> str:
    """Answer such words as "Firefox on Linux"; what nobody knows keeps its own first word."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=_(system))
    own_word = plain(user_agent, 40).partition("/")[0].partition(" ")[0]
    return browser or _(system) or own_word or _("A browser")


def device_icon(user_agent: str) -> str:
    """Answer the drawing that stands for it."""
    return "smartphone" if _first(SYSTEMS, user_agent) in HANDHELD else "laptop"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")
