"""Unresolved: a question about a copy that its owner answers (RULES R21, R22, R24)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, JsonValue, MaybeJson, MaybeRef, MaybeTime, Ref, Text, Time


class Unresolved(Base):
    """`question` is a rule's name; `candidates`: list of {"type", "id", "rule", "args"}; asked of `owner_id` alone.

    `done`: ids of what its answer made, so that it can be undone (`linking.reopening`).
    """

    __tablename__ = "unresolved"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "copy_id", "question"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"]),
        ForeignKeyConstraint(["company_id", "copy_id"], ["message_copy.company_id", "message_copy.id"]),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("state IN ('open', 'answered', 'dismissed')", name="state"),
        Index("ix_unresolved_company_id_owner_id_state", "company_id", "owner_id", "state", "id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    message_id: Mapped[Ref]
    copy_id: Mapped[Ref]
    owner_id: Mapped[Ref]
    question: Mapped[Text]
    args: Mapped[MaybeJson]
    candidates: Mapped[JsonValue]
    state: Mapped[Text]
    created_at: Mapped[Time]
    answered_at: Mapped[MaybeTime]
    answered_by: Mapped[MaybeRef]
    done: Mapped[MaybeJson]
