"""What templates say: `_`, `ngettext`, `pgettext`, `npgettext` and `{% trans %}`, with arguments escaped.

Jinja's own functions look each word up by way of the context of the page, more than a thousand times for an inbox, and
take whatever they are given for markup. These keep what they looked up, and trust texts of the catalogues alone: a
value that a template says by mistake is escaped like any other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup, escape

from languages.catalogue import catalogue_of, known_texts
from languages.language import direction_of
from languages.speech import spoken

NAMED: Final = re.compile(r"%\(\w+\)[sd]")
KEPT: Final = 20_000
"""Texts in all languages together."""


def give_words(environment: Environment) -> None:
    """Give templates their words; every template is HTML."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    # What `{% trans %}` is compiled to: calls that bring their arguments along.
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # the extension adds it
    environment.globals.update(
        _=_say,
        gettext=_say,
        ngettext=_say_number,
        pgettext=_say_in,
        npgettext=_say_number_in,
        language=spoken,
        direction=lambda: direction_of(spoken()),
    )


def _say(message: str, **values: Any) -> Markup:
    said = _text(spoken(), message)
    return said % values if values or "%" in said else said


def _say_in(context: str, message: str, **values: Any) -> Markup:
    return _trusted(catalogue_of(spoken()).pgettext(context, message), message) % values


def _say_number(singular: str, plural: str, num: int, **values: Any) -> Markup:
    return _trusted(catalogue_of(spoken()).ngettext(singular, plural, num), singular) % {"num": num, **values}


def _say_number_in(context: str, singular: str, plural: str, num: int, **values: Any) -> Markup:
    said = catalogue_of(spoken()).npgettext(context, singular, plural, num)
    return _trusted(said, singular) % {"num": num, **values}


@lru_cache(maxsize=KEPT)
def _text(language: str, message: str) -> Markup:
    return _trusted(catalogue_of(language).gettext(message), message) if message else Markup("")


def _trusted(said: str, message: str) -> Markup:
    """Answer a text of the catalogues as the markup it may hold; anything else escaped."""
    if message in known_texts():
        return Markup(said)  # noqa: S704 - written by us, and held to the tags of its English by a test
    # A new text that was not extracted yet names its values; a value of somebody else's fills nothing in.
    return escape(said if NAMED.search(said) else said.replace("%", "%%"))
