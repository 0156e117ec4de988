"""Say a text of ours in the language that is spoken now: the one of the request, or of who gets the mail.

    from languages.speech import _, ngettext, marked

    flash(_("{name} was archived.").format(name=name))            # said now
    WORDS: Final = {"won": marked("Won")}                         # kept in English, found by extraction
    shown = _(WORDS[status])                                      # said later

The text between the parentheses is one literal, never an f-string, so that it can be found in the source
(`languages.extract`) and in the catalogues. Placeholders are named: `{name}` in Python, `%(name)s` in templates.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from languages.catalogue import catalogue_of
from languages.language import SOURCE

_SPOKEN: Final[ContextVar[str]] = ContextVar("spoken", default=SOURCE)


def spoken() -> str:
    """Answer the language that is spoken now."""
    return _SPOKEN.get()


def speak(language: str) -> None:
    """Speak a language from now on, in this thread or task; for the beginning of a request."""
    _SPOKEN.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block."""
    before = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(before)


def _(message: str) -> str:
    """Say a text; nothing for the empty one, under which a catalogue keeps its header."""
    return catalogue_of(_SPOKEN.get()).gettext(message) if message else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    """Say the form of a text that fits a number."""
    return catalogue_of(_SPOKEN.get()).ngettext(singular, plural, number)


def pgettext(context: str, message: str) -> str:
    """Say a text that means different things in different places; `context` tells translators which."""
    return catalogue_of(_SPOKEN.get()).pgettext(context, message)


def npgettext(context: str, singular: str, plural: str, number: int) -> str:
    """Say the form that fits a number of a text that means different things in different places."""
    return catalogue_of(_SPOKEN.get()).npgettext(context, singular, plural, number)


def marked(message: str) -> str:
    """Answer the text itself: it is found by extraction here and said where it is shown."""
    return message
