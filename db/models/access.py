"""Access to one letter: who asked for it, and what the owner of a copy said (RULES R32)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeRef, Ref, Text, Time


class AccessRequest(Base):
    """`asked` is the public id as it was given, `message_id` the number behind it, where there is one.

    No foreign key to the letter: asking is kept alike, whether there is such a letter or not.
    """

    __tablename__ = "access_request"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "asker_id", "asked"),
        ForeignKeyConstraint(["company_id", "asker_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_access_request_company_id_message_id", "company_id", "message_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    asker_id: Mapped[Ref]
    asked: Mapped[Text]
    message_id: Mapped[MaybeRef]
    created_at: Mapped[Time]


class AccessGrant(Base):
    """What the owner of a copy said to one colleague; it holds while the copy is that owner's."""

    __tablename__ = "access_grant"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "copy_id", "viewer_id"),
        ForeignKeyConstraint(
            ["company_id", "copy_id"], ["message_copy.company_id", "message_copy.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "viewer_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("state IN ('granted', 'refused')", name="state"),
        Index("ix_access_grant_company_id_viewer_id", "company_id", "viewer_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    copy_id: Mapped[Ref]
    owner_id: Mapped[Ref]
    viewer_id: Mapped[Ref]
    state: Mapped[Text]
    decided_at: Mapped[Time]
