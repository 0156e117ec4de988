"""Letters by their words: the index tells candidates in the order of the list, `linking.visibility` what is shown.

A frequent word is met on the way: the list is walked from the newest letter in stretches that grow, and the index
asked which letters of a stretch have the words. A rare one is looked up, and what it finds is sorted. Neither is left
to the planner of a database, which cannot know how many letters have two words that seldom stand together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.among import among
from db.models import Message, MessageCopy
from db.search_match import Asked
from db.searching import found_among, found_anywhere
from linking.cursor import Cursor, before
from linking.let_see import who_let_him_see
from linking.search_query import SearchQuery, State

RARE: Final = 10_000
"""So many copies are sorted in less time than it takes to walk a list."""
STRETCHES: Final = (400, 2_000, 8_000)
"""Rows of the list that are looked at together, the last number again and again."""
WALKED_FIRST: Final = {"sqlite": 1, "postgresql": 3}
"""Stretches before the word is looked up: FTS5 tells the first ten thousand in their order, GIN gathers all first."""
SELDOM: Final = 4
"""Where the walk has found no more than this part of what is wanted, the word is looked up."""
OWN_ALONE: Final = frozenset({State.UNREAD, State.ARCHIVED})
"""What nothing but a viewer's own copies can be."""


class WordSearch:
    """One question of one viewer; `narrowed` are conditions on `MessageCopy` and `Message`."""

    def __init__(
        self,
        session: Session,
        viewer: Viewer,
        query: SearchQuery,
        narrowed: Sequence[ColumnElement[bool]] = (),
        *,
        rare: int = RARE,
        stretches: Sequence[int] = STRETCHES,
    ) -> None:
        self._session = session
        self._dialect = session.get_bind().dialect.name
        self._rare = rare
        self._sizes = stretches
        self._rare_ones: tuple[int, ...] | None = None
        self._is_looked_up = False
        own_alone = any(wanted and state in OWN_ALONE for state, wanted in query.states)
        self._asked = Asked(
            company_id=viewer.company_id,
            user_id=viewer.user_id,
            owners=who_let_him_see(session, viewer),
            own_alone=own_alone,
            terms=query.terms,
            without=query.without,
        )
        copies = [MessageCopy.company_id == viewer.company_id]
        self._list = select(MessageCopy.id, MessageCopy.sort_at).order_by(
            MessageCopy.sort_at.desc(), MessageCopy.id.desc()
        )
        self._list = self._list.where(*copies, *([MessageCopy.owner_id == viewer.user_id] if own_alone else []))
        self._narrowed = self._list.join(
            Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id)
        ).where(*narrowed)

    def after(self, cursor: Cursor | None, most: int) -> list[Cursor]:
        """Answer the next copies that may be shown, the newest first."""
        found: list[Cursor] = []
        for number, stretch in enumerate(self._stretches(cursor)):
            is_seldom_met = number >= WALKED_FIRST[self._dialect] and SELDOM * len(found) <= most
            if is_seldom_met and self._look_up() is not None:
                return self._candidates(self._look_up() or (), cursor, most)
            found += self._candidates(found_among(self._session, self._asked, [one.id for one in stretch]))
            if len(found) >= most:
                break
        return found[:most]

    def _stretches(self, cursor: Cursor | None) -> Iterator[list[Cursor]]:
        """Go through the list, some rows at a time."""
        sizes = iter(self._sizes)
        size = next(sizes)
        while True:
            query = self._list.where(*before(MessageCopy.sort_at, MessageCopy.id, cursor)).limit(size)
            rows = [Cursor(copy_id, at) for copy_id, at in self._session.execute(query)]
            if rows:
                yield rows
            if len(rows) < size:
                return
            cursor, size = rows[-1], next(sizes, size)

    def _look_up(self) -> tuple[int, ...] | None:
        """Answer all that have the words; None where they are too many."""
        if not self._is_looked_up:
            found = found_anywhere(self._session, self._asked, self._rare + 1)
            self._rare_ones = found if len(found) <= self._rare else None
            self._is_looked_up = True
        return self._rare_ones

    def _candidates(self, ids: Sequence[int], cursor: Cursor | None = None, most: int | None = None) -> list[Cursor]:
        """Answer those of the copies that fulfil what else is asked, in the order of the list."""
        if not ids:
            return []
        query = self._narrowed.where(
            among(self._dialect, MessageCopy.id, ids), *before(MessageCopy.sort_at, MessageCopy.id, cursor)
        )
        return [Cursor(copy_id, at) for copy_id, at in self._session.execute(query.limit(most))]
