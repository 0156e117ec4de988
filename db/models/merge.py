"""Merge: one contact that another has taken in (RULES R58)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, JsonValue, MaybeRef, MaybeTime, Ref, Time


class Merge(Base):
    """The merged contact is deleted and keeps what it had; the kept one has been given what it lacked.

    `holder_id` is where the merged contact is found now: the kept one, or the one that took that one in.
    `moved` is `linking.moved.Moved` as JSON: what was given, so that exactly that can be taken back.
    """

    __tablename__ = "contact_merge"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "kept_id"], ["record.company_id", "record.id"]),
        ForeignKeyConstraint(["company_id", "merged_id"], ["record.company_id", "record.id"]),
        ForeignKeyConstraint(["company_id", "holder_id"], ["record.company_id", "record.id"]),
        ForeignKeyConstraint(["company_id", "merged_by"], ["user_account.company_id", "user_account.id"]),
        Index(
            "uq_contact_merge_standing",
            "company_id",
            "merged_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
        Index("ix_contact_merge_company_id_holder_id", "company_id", "holder_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    kept_id: Mapped[Ref]
    merged_id: Mapped[Ref]
    holder_id: Mapped[Ref]
    merged_by: Mapped[Ref]
    merged_at: Mapped[Time]
    moved: Mapped[JsonValue]
    undone_at: Mapped[MaybeTime]
    undone_by: Mapped[MaybeRef]
