"""What is asked of the index, in the words of each database.

Terms hold words of `db.search_words` alone, letters and digits, so nothing that a user writes is read as an
operator by a database.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, TextClause, and_, cast, literal, text
from sqlalchemy.dialects.postgresql import TSQUERY

from db.models.search import SearchDocument
from db.search import PRIVATE, sight_for, sight_of
from db.search_document import Document, Field, named
from db.search_words import is_unspaced, may_begin_a_word

IN_INDEX: Final = "search_index MATCH :asked"


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand next to each other, in one field or anywhere; `begins`: the last one may go on."""

    words: tuple[str, ...]
    field: Field | None = None
    begins: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether words count that only begin with the last one."""
        last = self.words[-1]
        alone = is_unspaced(last) and len(last) == 1
        return alone or (self.begins and may_begin_a_word(last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """All of `terms` and none of `without`, of what a viewer may possibly see; there is one of either.

    `owners` have let him see single copies of theirs; `own_alone`: nothing but his own is wanted.
    """

    company_id: int
    user_id: int
    owners: tuple[int, ...] = ()
    own_alone: bool = False
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()

    @property
    def sight(self) -> Document:
        """Answer the words of which one is in the sight of what the viewer may possibly see."""
        if self.own_alone:
            return sight_of(self.company_id, self.user_id, PRIVATE)
        return sight_for(self.company_id, (self.user_id, *self.owners))


def fts5(asked: Asked) -> str:
    """Answer the MATCH expression over `search_index`."""
    wanted = [f"sight : ({_any(asked.sight)})", *(f"words : {_phrase(term)}" for term in asked.terms)]
    found = " AND ".join(wanted)
    if not asked.without:
        return found
    unwanted = " OR ".join(f"words : {_phrase(term)}" for term in asked.without)
    return f"({found}) NOT ({unwanted})"


def on_sqlite(asked: Asked) -> TextClause:
    """Answer the condition on the table `search_index`."""
    return text(IN_INDEX).bindparams(asked=fts5(asked))


def on_postgresql(asked: Asked, document: type[SearchDocument] = SearchDocument) -> ColumnElement[bool]:
    """Answer the condition on `SearchDocument`, or on some of its rows."""
    sight = " | ".join(f"'{word}'" for word in asked.sight)
    wanted = [*map(_followed, asked.terms), *(f"!{_followed(term)}" for term in asked.without)]
    return and_(
        document.sight.op("@@")(cast(literal(sight), TSQUERY)),
        document.words.op("@@")(cast(literal(" & ".join(wanted)), TSQUERY)),
    )


def _any(words: Iterable[str]) -> str:
    return " OR ".join(f'"{word}"' for word in words)


def _phrase(term: Term) -> str:
    words = " ".join(named(term.field, word) for word in term.words)
    return f'"{words}" *' if term.is_open else f'"{words}"'


def _followed(term: Term) -> str:
    words = [f"'{named(term.field, word)}'" for word in term.words]
    if term.is_open:
        words[-1] += ":*"
    return f"({' <-> '.join(words)})"
