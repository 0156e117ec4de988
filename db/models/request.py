"""Idempotency keys of the HTTP API: the same key gives the first answer."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Integer, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, JsonValue, Ref, Text, Time


class IdempotencyKey(Base):
    """`body_hash` is over method, path and body; another body under the same key is 422."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "user_id", "key"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[CompanyId]
    user_id: Mapped[Ref]
    key: Mapped[Text]
    body_hash: Mapped[Text]
    status: Mapped[int] = mapped_column(Integer, nullable=False)
    response: Mapped[JsonValue]
    created_at: Mapped[Time]
