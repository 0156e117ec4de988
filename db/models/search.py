"""SearchDocument: the words of a copy and who may find it by them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from db.base import Base, CompanyId, Id
from db.search_document import NAMED, Document


class Words(TypeDecorator[Document]):
    """Words by position, which both databases index as they are; answered as the database keeps them."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Document | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if dialect.name != "postgresql":
            return " ".join(word or NAMED for word in value)
        places: dict[str, list[str]] = {}
        for place, word in enumerate(value, 1):
            if word:
                places.setdefault(word, []).append(str(place))
        # Words are letters and digits: nothing in them ends the quotes.
        return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())


class SearchDocument(Base):
    """`id` is the copy's. `sight`: for whom it may be found, as `db.search` writes and asks it.

    On PostgreSQL a GIN index is over both columns, on SQLite the FTS5 table `search_index`, kept by triggers.
    """

    __tablename__ = "search_document"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "id"], ["message_copy.company_id", "message_copy.id"], ondelete="CASCADE"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    sight: Mapped[Document] = mapped_column(Words, nullable=False)
    words: Mapped[Document] = mapped_column(Words, nullable=False)
