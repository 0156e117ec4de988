"""What opens the door for a user: API tokens, app passwords, web sessions, invitations. Only hashes are kept."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeTime, Ref, Text, Time


class ApiToken(Base):
    """A bearer token of the HTTP API; it acts as its user."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_api_token_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    token_hash: Mapped[Text]
    name: Mapped[Text]
    created_at: Mapped[Time]
    last_used_at: Mapped[MaybeTime]
    revoked_at: Mapped[MaybeTime]


class AppPassword(Base):
    """A password with which a mail program hands mail over as its user."""

    __tablename__ = "app_password"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_app_password_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    token_hash: Mapped[Text]
    name: Mapped[Text]
    created_at: Mapped[Time]
    last_used_at: Mapped[MaybeTime]
    revoked_at: Mapped[MaybeTime]


class WebSession(Base):
    """A signed-in browser; listed and revoked by its user."""

    __tablename__ = "web_session"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_web_session_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    token_hash: Mapped[Text]
    user_agent: Mapped[Text]
    created_at: Mapped[Time]
    last_seen_at: Mapped[Time]
    expires_at: Mapped[Time]
    revoked_at: Mapped[MaybeTime]


class Invite(Base):
    """A single-use link on which a user sets a first password."""

    __tablename__ = "invite"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    token_hash: Mapped[Text]
    created_at: Mapped[Time]
    expires_at: Mapped[Time]
    used_at: Mapped[MaybeTime]
