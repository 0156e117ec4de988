"""Notice: when an address was last told of something, and how often it has happened since (RULES R38)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeRef, Text, Time


class Notice(Base):
    """One row an address and kind; `more` is told with the next one. `user_id` is NULL for who is no user (R9b)."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "address_key", "kind"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[MaybeRef]
    address_key: Mapped[Text]
    kind: Mapped[Text]
    sent_at: Mapped[Time]
    more: Mapped[int] = mapped_column(Integer, nullable=False)
