"""Passkeys: public keys with which users sign in (WebAuthn Level 3); nothing here is a secret."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, CompanyId, Id, JsonValue, MaybeTime, Ref, Text, Time


class Passkey(Base):
    """One credential of a user; `credential_id` and `public_key` (COSE) in base64url.

    `sign_count`: the highest that its authenticator told. `refused_at`: when it last looked like a copy.
    """

    __tablename__ = "passkey"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_passkey_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    name: Mapped[Text]
    credential_id: Mapped[Text]
    public_key: Mapped[Text]
    sign_count: Mapped[Ref]
    transports: Mapped[JsonValue]
    backed_up: Mapped[bool]
    created_at: Mapped[Time]
    last_used_at: Mapped[MaybeTime]
    refused_at: Mapped[MaybeTime]


class DirectoryPasskey(Base):
    """Directory table: a passkey by its credential id, so that it can be found before anybody is known."""

    __tablename__ = "directory_passkey"
    credential_id: Mapped[Text] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    passkey_id: Mapped[Ref]


class UsedOnce(Base):
    """Directory table: SHA-256 of what works once, such as a challenge that was answered, until it would be too old."""

    __tablename__ = "used_once"
    key_hash: Mapped[Text] = mapped_column(primary_key=True)
    expires_at: Mapped[Time]
