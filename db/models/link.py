"""Link: (letter, copy) to a record (RULES R25); without a copy it is the shared letter's."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeJson, MaybeRef, MaybeTime, Ref, Text, Time


class Link(Base):
    """`origin` auto | manual; an undone link stays, so that its rule never makes it again."""

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"]),
        ForeignKeyConstraint(["company_id", "copy_id"], ["message_copy.company_id", "message_copy.id"]),
        ForeignKeyConstraint(["company_id", "target_id"], ["record.company_id", "record.id"]),
        CheckConstraint("origin IN ('auto', 'manual')", name="origin"),
        Index(
            "uq_link_shared",
            "company_id",
            "message_id",
            "target_id",
            unique=True,
            sqlite_where=text("copy_id IS NULL"),
            postgresql_where=text("copy_id IS NULL"),
        ),
        Index(
            "uq_link_private",
            "company_id",
            "message_id",
            "copy_id",
            "target_id",
            unique=True,
            sqlite_where=text("copy_id IS NOT NULL"),
            postgresql_where=text("copy_id IS NOT NULL"),
        ),
        Index("ix_link_company_id_message_id", "company_id", "message_id"),
        Index("ix_link_company_id_target_id", "company_id", "target_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    message_id: Mapped[Ref]
    copy_id: Mapped[MaybeRef]
    target_id: Mapped[Ref]
    origin: Mapped[Text]
    rule: Mapped[Text]
    args: Mapped[MaybeJson]
    created_by: Mapped[MaybeRef]
    created_at: Mapped[Time]
    undone_at: Mapped[MaybeTime]
    undone_by: Mapped[MaybeRef]
