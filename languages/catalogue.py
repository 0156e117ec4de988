"""What is said in one language: read from its .po file (GNU gettext) when it is first asked for."""

from __future__ import annotations

import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Protocol

from languages.language import OFFERED, PSEUDO, SOURCE
from languages.po_file import read_entries

DIRECTORY: Final = Path(__file__).with_name("catalogues")
TEMPLATE: Final = DIRECTORY / "messages.pot"
PLURAL_RULE: Final = re.compile(r"^Plural-Forms:.*\bplural=([^;\n]+)", re.MULTILINE)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A catalogue; `form_of` answers which form a number takes, texts without a translation are said in English."""

    texts: Mapping[tuple[str | None, str], Sequence[str]]
    form_of: Callable[[int], int]

    def gettext(self, message: str, /) -> str:
        """Answer a text; the empty one stays empty."""
        return self._said(None, message) or message

    def ngettext(self, singular: str, plural: str, number: int, /) -> str:
        """Answer the form for a number."""
        return self._said(None, singular, number) or (singular if number == 1 else plural)

    def pgettext(self, context: str, message: str, /) -> str:
        """Answer a text in its context."""
        return self._said(context, message) or message

    def npgettext(self, context: str, singular: str, plural: str, number: int, /) -> str:
        """Answer the form for a number in its context."""
        return self._said(context, singular, number) or (singular if number == 1 else plural)

    def _said(self, context: str | None, message: str, number: int | None = None) -> str:
        forms = self.texts.get((context, message), ())
        place = 0 if number is None else self.form_of(number)
        return forms[place] if message and place < len(forms) else ""


@cache
def known_texts() -> frozenset[str]:
    """Answer every text of ours in English, of plurals the singular, as extraction has found them."""
    return frozenset(one.singular for one in read_entries(TEMPLATE) if one.singular)


@cache
def catalogue_of(language: str) -> Catalogue:
    """Answer the catalogue of a language; English, which is the source, for one that is not offered."""
    if language in PSEUDO:
        return Bracketed()
    if language == SOURCE or language not in OFFERED:
        return gettext.NullTranslations()
    header, *entries = read_entries(path_of(language))
    rule = PLURAL_RULE.search(header.forms[0])
    if rule is None:
        raise ValueError(f"{path_of(language)} does not say which form a number takes")
    texts = {(one.context, one.singular): tuple(one.forms) for one in entries}
    return Translated(texts=texts, form_of=gettext.c2py(rule[1]))
