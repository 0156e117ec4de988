"""Saved views: searches of mail that a user keeps under a name."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, Ref, Text, Time


class SavedView(Base):
    """One of `user_id`, for him alone; `search` is as he wrote it, `position` its place among his, from 0."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_saved_view_company_id_user_id", "company_id", "user_id", "position"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    name: Mapped[Text]
    search: Mapped[Text]
    position: Mapped[int] = mapped_column(Integer, nullable=False)
    created_at: Mapped[Time]
