"""Users who have left: who follows them, until when, and what went over to whom (RULES R55)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Integer, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, MaybeRef, MaybeTime, Ref, Text, Time


class Leaver(Base):
    """A deactivated user; `grace_until`: till then mail to his addresses is held for his successor.

    `delete_at`: when what is private of his goes; `deleted_at` and `deleted_mails`: it went, and how much it was.
    """

    __tablename__ = "leaver"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "user_id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "successor_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[CompanyId]
    user_id: Mapped[Ref]
    successor_id: Mapped[MaybeRef]
    left_at: Mapped[Time]
    grace_until: Mapped[MaybeTime]
    delete_at: Mapped[Time]
    deleted_at: Mapped[MaybeTime]
    deleted_mails: Mapped[int] = mapped_column(Integer, nullable=False)


class Inherited(Base):
    """A copy or a record that went over to a successor, so that who comes back gets it back."""

    __tablename__ = "inherited"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "leaver_id", "kind", "target_id"),
        ForeignKeyConstraint(["company_id", "leaver_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('copy', 'record')", name="kind"),
    )
    company_id: Mapped[CompanyId]
    leaver_id: Mapped[Ref]
    kind: Mapped[Text]
    target_id: Mapped[Ref]
