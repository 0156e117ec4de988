"""SenderToken: the link and the code of one mail that asks to confirm an address (RULES R10, SECURITY W4)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeTime, Ref, Text, Time


class SenderToken(Base):
    """One mail; both secrets are kept as hashes, and either of them works once.

    `asked_by`: the user who asked. `tries`: codes that were typed. `replaced_at`: since then a later mail, or an
    end of the address, stands in its place.
    """

    __tablename__ = "sender_token"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "sender_id"], ["approved_sender.company_id", "approved_sender.id"]),
        ForeignKeyConstraint(["company_id", "asked_by"], ["user_account.company_id", "user_account.id"]),
        Index("ix_sender_token_company_id_sender_id", "company_id", "sender_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    sender_id: Mapped[Ref]
    asked_by: Mapped[Ref]
    token_hash: Mapped[Text]
    code_hash: Mapped[Text]
    tries: Mapped[int] = mapped_column(Integer, nullable=False)
    created_at: Mapped[Time]
    expires_at: Mapped[Time]
    used_at: Mapped[MaybeTime]
    replaced_at: Mapped[MaybeTime]
