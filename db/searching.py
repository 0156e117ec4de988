"""Asks the index which copies have the words of a question: of some that are named, or of all up to a number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy import Select, and_, column, select, table
from sqlalchemy.orm import Session, aliased

from db.among import among
from db.models.search import SearchDocument
from db.search_match import Asked, on_postgresql, on_sqlite

WIDE: Final = 8
"""Where this part of all that lies between ids is empty, they are asked for in two ranges."""
_index: Final = table("search_index", column("rowid"))


def found_among(session: Session, asked: Asked, ids: Sequence[int]) -> tuple[int, ...]:
    """Answer those of the copies that have the words, in no order; ids lie together where they were made together."""
    if _is_sqlite(session):
        named = set(ids)
        matching = select(_index.c.rowid).where(on_sqlite(asked))
        rows = [
            found
            for lowest, highest in ranges(sorted(named))
            for found in session.scalars(matching.where(_index.c.rowid.between(lowest, highest)))
        ]
        return tuple(one for one in rows if one in named)
    this = (SearchDocument.company_id == asked.company_id, among("postgresql", SearchDocument.id, ids))
    # OFFSET: else the whole index would be asked first, which for frequent words takes longer than to look at these.
    named_ones = aliased(SearchDocument, select(SearchDocument).where(*this).offset(0).subquery())
    return tuple(session.scalars(select(named_ones.id).where(on_postgresql(asked, named_ones))))


def found_anywhere(session: Session, asked: Asked, most: int) -> tuple[int, ...]:
    """Answer copies that have the words, in no order, `most` where there are more."""
    if _is_sqlite(session):
        return tuple(session.scalars(select(_index.c.rowid).where(on_sqlite(asked)).limit(most)))
    # For the limit alone the planner would read the table from its start, and hope to meet them.
    every = _documents(asked).cte("every").prefix_with("MATERIALIZED")
    return tuple(session.scalars(select(every.c.id).limit(most)))


def _documents(asked: Asked) -> Select[int]:
    return select(SearchDocument.id).where(and_(SearchDocument.company_id == asked.company_id, on_postgresql(asked)))


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def ranges(ids: Sequence[int]) -> list[tuple[int, int]]:
    """Cut rising ids where wide gaps are: FTS5 goes through a range at once, and looks single ids up slowly."""
    wide = (ids[-1] - ids[0]) // WIDE
    cuts = [(before, after) for before, after in pairwise(ids) if after - before > wide]
    starts, ends = [ids[0], *(after for _, after in cuts)], [*(before for before, _ in cuts), ids[-1]]
    return list(zip(starts, ends, strict=True))
