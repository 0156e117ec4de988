"""Users and the addresses they hand their mail to."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Id, JsonValue, MaybeRef, MaybeText, MaybeTime, Text, Time


class User(Base):
    """A person who signs in; role admin|member|read_only, state active|deactivated; preferences as INTERFACE `me`."""

    __tablename__ = "user_account"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "email_key"),
        CheckConstraint("role IN ('admin', 'member', 'read_only')", name="role"),
        CheckConstraint("state IN ('active', 'deactivated')", name="state"),
    )
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    email: Mapped[Text]
    email_key: Mapped[Text]
    name: Mapped[Text]
    role: Mapped[Text]
    state: Mapped[Text]
    password_hash: Mapped[MaybeText]
    preferences: Mapped[JsonValue]
    created_at: Mapped[Time]


class BccAddress(Base):
    """A forward-path of ours: universal, personal (of a user), record or gateway; active, grace or off.

    One that is not active takes mail until `grace_until`, and was replaced at `retired_at` (RULES R12).
    """

    __tablename__ = "bcc_address"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "record_id"], ["record.company_id", "record.id"]),
        CheckConstraint("kind IN ('universal', 'personal', 'record', 'gateway')", name="kind"),
        CheckConstraint("state IN ('active', 'grace', 'off')", name="state"),
        Index("ix_bcc_address_company_id_user_id", "company_id", "user_id"),
        Index("ix_bcc_address_company_id_kind_id", "company_id", "kind", "id"),
        Index("ix_bcc_address_company_id_record_id", "company_id", "record_id"),
    )
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    kind: Mapped[Text]
    address: Mapped[Text]
    user_id: Mapped[MaybeRef]
    record_id: Mapped[MaybeRef]
    state: Mapped[Text]
    created_at: Mapped[Time]
    retired_at: Mapped[MaybeTime]
    grace_until: Mapped[MaybeTime]
