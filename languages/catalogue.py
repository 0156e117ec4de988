"""What is said in one language: read from its .po file (GNU gettext) when it is first asked for."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final, Protocol

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from languages.language import OFFERED, PSEUDO, SOURCE

DIRECTORY: Final = Path(__file__).with_name("catalogues")
TEMPLATE: Final = DIRECTORY / "messages.pot"


class Catalogue(Protocol):
    """Answers texts of ours in one language."""

    def gettext(self, message: str, /) -> str:
        """Answer a text; the English one where it has no translation."""
        ...

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Answer the form for a number."""
        ...

    def pgettext(self, context: str, message: str, /) -> str:
        """Answer a text that is ambiguous without its context."""
        ...

    def npgettext(self, context: str, singular: str, plural: str, number: int, /) -> str:
        """Answer the form for a number of a text that is ambiguous without its context."""
        ...


class Bracketed:
    """A pseudo-locale: what does not stand in brackets on a page is outside of the catalogues."""

    def gettext(self, message: str, /) -> str:
        """Answer the text in brackets; an empty one stays empty."""
        return f"⟦{message}⟧" if message else ""

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Answer the English form for the number in brackets."""
        return self.gettext(singular if number == 1 else plural)

    def pgettext(self, context: str, message: str, /) -> str:
        """Answer the text in brackets."""
        return self.gettext(message)

    def npgettext(self, context: str, singular: str, plural: str, number: int, /) -> str:
        """Answer the English form for the number in brackets."""
        return self.ngettext(singular, plural, number)


def path_of(language: str) -> Path:
    """Answer where the catalogue of a language stands."""
    return DIRECTORY / f"{language}.po"


@cache
def known_texts() -> frozenset[str]:
    """Answer every text of ours in English, of plurals the singular, as extraction has found them."""
    with TEMPLATE.open("rb") as file:
        return frozenset(one.id if isinstance(one.id, str) else one.id[0] for one in read_po(file) if one.id)


@cache
def catalogue_of(language: str) -> Catalogue:
    """Answer the catalogue of a language; English, which is the source, for one that is not offered."""
    if language in PSEUDO:
        return Bracketed()
    if language == SOURCE or language not in OFFERED:
        return gettext.NullTranslations()
    with path_of(language).open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    compiled = BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def load_all() -> None:
    """Read every catalogue now: before a process forks, so that its children share them."""
    known_texts()
    for language in OFFERED:
        catalogue_of(language)
