"""The second step of signing in: a secret shared with an authenticator, and codes for the day it is lost."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeRef, MaybeTime, Ref, Text, Time


class SecondFactor(Base):
    """One a user. `confirmed_at` NULL: begun, asked of nobody. `last_step`: the last time step that was used up.

    The secret is sealed for "second_factor:secret_sealed:<id>".
    """

    __tablename__ = "second_factor"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "user_id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    secret_sealed: Mapped[Text]
    created_at: Mapped[Time]
    confirmed_at: Mapped[MaybeTime]
    last_step: Mapped[MaybeRef]


class RecoveryCode(Base):
    """A code that stands for the authenticator once; only its keyed hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_recovery_code_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    code_hash: Mapped[Text]
    created_at: Mapped[Time]
    used_at: Mapped[MaybeTime]
