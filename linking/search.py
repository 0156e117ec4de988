"""Letters by their words: the index tells candidates in the order of the list, `linking.visibility` what is shown.

A rare word is looked up and what it finds is sorted. A frequent one is cheaper to meet on the way: the list is
walked from the newest letter, and the index asked of each. PostgreSQL weighs that by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, column, exists, func, literal, select, table
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import AccessGrant, Message, MessageCopy, SearchDocument
from db.search_match import Asked, on_postgresql, on_sqlite
from linking.cursor import Cursor, before
from linking.search_query import SearchQuery

RARE: Final = 10_000
"""So many copies SQLite sorts in less time than it takes to walk a list."""
_index: Final = table("search_index", column("rowid"))


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
    ) -> None:
        self._session = session
        self._rare = rare
        self._asked = Asked(
            company_id=viewer.company_id,
            user_id=viewer.user_id,
            owners=_who_let_him_see(session, viewer),
            terms=query.terms,
            without=query.without,
        )
        ordered = (
            select(MessageCopy.id, MessageCopy.sort_at)
            .join(Message, and_(Message.company_id == viewer.company_id, Message.id == MessageCopy.message_id))
            .where(MessageCopy.company_id == viewer.company_id, *narrowed)
            .order_by(MessageCopy.sort_at.desc(), MessageCopy.id.desc())
        )
        self._candidates = self._on_sqlite(ordered) if self._is_sqlite() else self._on_postgresql(ordered)

    def after(self, cursor: Cursor | None, most: int) -> list[Cursor]:
        """Answer the next copies that may be shown, the newest first."""
        query = self._candidates.where(*before(MessageCopy.sort_at, MessageCopy.id, cursor)).limit(most)
        return [Cursor(copy_id, at) for copy_id, at in self._session.execute(query)]

    def _is_sqlite(self) -> bool:
        return self._session.get_bind().dialect.name == "sqlite"

    def _on_sqlite(self, ordered: Select[int, datetime]) -> Select[int, datetime]:
        found = select(_index.c.rowid).where(on_sqlite(self._asked))
        ids = self._session.scalars(found.limit(self._rare + 1)).all()
        if len(ids) > self._rare:
            return ordered.where(exists(found.where(_index.c.rowid == MessageCopy.id)))
        return ordered.where(
            MessageCopy.id.in_(select(column("value")).select_from(func.json_each(json.dumps(list(ids)))))
        )

    def _on_postgresql(self, ordered: Select[int, datetime]) -> Select[int, datetime]:
        document = and_(SearchDocument.company_id == MessageCopy.company_id, SearchDocument.id == MessageCopy.id)
        named = SearchDocument.company_id == literal(self._asked.company_id)
        return ordered.join(SearchDocument, document).where(named, on_postgresql(self._asked))


def _who_let_him_see(session: Session, viewer: Viewer) -> tuple[int, ...]:
    """Answer whose copies the viewer may see one by one (RULES R32)."""
    query = select(AccessGrant.owner_id).where(
        AccessGrant.company_id == viewer.company_id,
        AccessGrant.viewer_id == viewer.user_id,
        AccessGrant.state == "granted",
    )
    return tuple(session.scalars(query.distinct().order_by(AccessGrant.owner_id)))
