"""LegalHold: what may not be deleted for now, and why; it opens nothing to anybody (RULES R53)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeRef, MaybeText, MaybeTime, Ref, Text, Time


class LegalHold(Base):
    """Of the whole company, of all that is `user_id`'s, or of mail with `address_key`; it stands until `ended_at`."""

    __tablename__ = "legal_hold"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "created_by"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "ended_by"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('company', 'user', 'person')", name="kind"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    kind: Mapped[Text]
    user_id: Mapped[MaybeRef]
    address_key: Mapped[MaybeText]
    reason: Mapped[Text]
    created_by: Mapped[Ref]
    created_at: Mapped[Time]
    ended_at: Mapped[MaybeTime]
    ended_by: Mapped[MaybeRef]
