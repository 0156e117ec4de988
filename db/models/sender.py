"""Approved senders (RULES R10): which From addresses count as which user."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, Ref, Text, Time

LIVE = "state NOT IN ('rejected', 'revoked')"


class ApprovedSender(Base):
    """An address of a user: requested > confirmed > approved; rejected, revoked."""

    __tablename__ = "approved_sender"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("state IN ('requested', 'confirmed', 'approved', 'rejected', 'revoked')", name="state"),
        Index(
            "uq_approved_sender_live",
            "company_id",
            "address_key",
            unique=True,
            sqlite_where=text(LIVE),
            postgresql_where=text(LIVE),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    address: Mapped[Text]
    address_key: Mapped[Text]
    state: Mapped[Text]
    created_at: Mapped[Time]
    changed_at: Mapped[Time]
