"""Approved senders (RULES R10): which From addresses count as which user, or as which team."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeRef, MaybeTime, Text, Time

KNOWN = "state IN ('confirmed', 'approved')"


class ApprovedSender(Base):
    """An address of a user or of a team: requested > confirmed > approved; rejected, revoked.

    Several may ask for one address; one of a company can have it. `confirmed_at`: when its owner last
    showed that he reads what is sent there, NULL where never.
    """

    __tablename__ = "approved_sender"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "team_id"], ["team.company_id", "team.id"]),
        CheckConstraint("state IN ('requested', 'confirmed', 'approved', 'rejected', 'revoked')", name="state"),
        CheckConstraint("user_id IS NOT NULL OR team_id IS NOT NULL", name="owner"),
        Index("ix_approved_sender_company_id_address_key", "company_id", "address_key"),
        Index(
            "uq_approved_sender_known",
            "company_id",
            "address_key",
            unique=True,
            sqlite_where=text(KNOWN),
            postgresql_where=text(KNOWN),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[MaybeRef]
    team_id: Mapped[MaybeRef]
    address: Mapped[Text]
    address_key: Mapped[Text]
    state: Mapped[Text]
    created_at: Mapped[Time]
    changed_at: Mapped[Time]
    confirmed_at: Mapped[MaybeTime]
