"""Blocked addresses and domains: the company's list, and each user's own (RULES R33)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeRef, Ref, Text, Time


class BlockedAddress(Base):
    """`name` is an address key or, without an @, a domain with all below it; `user_id` NULL: the company's list."""

    __tablename__ = "blocked_address"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "created_by"], ["user_account.company_id", "user_account.id"]),
        Index(
            "uq_blocked_address_company",
            "company_id",
            "name",
            unique=True,
            sqlite_where=text("user_id IS NULL"),
            postgresql_where=text("user_id IS NULL"),
        ),
        Index(
            "uq_blocked_address_own",
            "company_id",
            "user_id",
            "name",
            unique=True,
            sqlite_where=text("user_id IS NOT NULL"),
            postgresql_where=text("user_id IS NOT NULL"),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[MaybeRef]
    name: Mapped[Text]
    created_by: Mapped[Ref]
    created_at: Mapped[Time]
