"""Sign-in providers: where a company's users may sign in instead (OpenID Connect), and who is who there."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, CompanyId, Id, JsonValue, MaybeText, MaybeTime, Ref, Text, Time


class SignInProvider(Base):
    """One a company. `domains`: of which addresses it may speak. The secret is sealed for its row.

    `only_way`: who is no admin signs in there alone. `makes_users`: an address that has no user yet gets one.
    `asks_second_step`: whoever has a second step is asked for it as after a password.
    """

    __tablename__ = "sign_in_provider"
    __table_args__ = (UniqueConstraint("company_id", "id"), UniqueConstraint("company_id"))
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    label: Mapped[Text]
    issuer: Mapped[Text]
    client_id: Mapped[Text]
    client_secret: Mapped[MaybeText]
    domains: Mapped[JsonValue]
    active: Mapped[bool]
    only_way: Mapped[bool]
    makes_users: Mapped[bool]
    asks_second_step: Mapped[bool]
    created_at: Mapped[Time]
    changed_at: Mapped[Time]


class SignInSubject(Base):
    """A user as a provider knows him: the pair of issuer and subject never changes, an e-mail address does."""

    __tablename__ = "sign_in_subject"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "issuer", "subject"),
        UniqueConstraint("company_id", "user_id", "issuer"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_sign_in_subject_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    issuer: Mapped[Text]
    subject: Mapped[Text]
    bound_at: Mapped[Time]
    last_used_at: Mapped[MaybeTime]


class DirectorySignIn(Base):
    """Directory table: by domain, the providers that speak of its addresses."""

    __tablename__ = "directory_sign_in"
    domain: Mapped[Text] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"), primary_key=True, autoincrement=False)
    provider_id: Mapped[Ref]
