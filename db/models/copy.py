"""MessageCopy: one owner's witness of a letter; the unit of privacy (RULES R30)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeJson, MaybeTime, Ref, Text, Time

VIEWS: Final = (
    ("unread", "read = 0", "NOT read"),
    ("archived", "archived = 1", "archived"),
    ("deleted", "deleted_at IS NOT NULL", "deleted_at IS NOT NULL"),
)
"""What a user looks at of his own mail, and how each database says so."""


class MessageCopy(Base):
    """`inner_path` is the place of the letter in its inbound mail: 0, or n for the n-th forwarded original.

    `direction`: incoming | outgoing | internal | note. `marks`: names such as `unproved`,
    `date_unproved`, `dropbox_visible`. `trace`: what only this witness shows (Bcc, reverse-path …).
    """

    __tablename__ = "message_copy"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "inbound_id", "owner_id", "inner_path"),
        ForeignKeyConstraint(["company_id", "message_id"], ["message.company_id", "message.id"]),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "inbound_id"], ["inbound_message.company_id", "inbound_message.id"]),
        CheckConstraint("sharing IN ('private', 'team', 'shared')", name="sharing"),
        CheckConstraint("direction IN ('incoming', 'outgoing', 'internal', 'note')", name="direction"),
        Index("ix_message_copy_company_id_message_id", "company_id", "message_id"),
        Index("ix_message_copy_company_id_owner_id_sort_at", "company_id", "owner_id", "sort_at", "id"),
        Index("ix_message_copy_company_id_sort_at", "company_id", "sort_at", "id"),
        *(
            Index(
                f"ix_message_copy_{name}",
                "company_id",
                "owner_id",
                "sort_at",
                "id",
                sqlite_where=text(on_sqlite),
                postgresql_where=text(on_postgresql),
            )
            for name, on_sqlite, on_postgresql in VIEWS
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    message_id: Mapped[Ref]
    owner_id: Mapped[Ref]
    inbound_id: Mapped[Ref]
    inner_path: Mapped[int] = mapped_column(Integer, nullable=False)
    sha256: Mapped[Text]
    content_digest: Mapped[Text]
    origin: Mapped[Text]
    sharing: Mapped[Text]
    direction: Mapped[Text]
    kind: Mapped[Text]
    marks: Mapped[MaybeJson]
    trace: Mapped[MaybeJson]
    proof: Mapped[MaybeJson]
    forwarded: Mapped[MaybeJson]
    received_at: Mapped[Time]
    sort_at: Mapped[Time]
    read: Mapped[bool] = mapped_column(Boolean, nullable=False)
    archived: Mapped[bool] = mapped_column(Boolean, nullable=False)
    deleted_at: Mapped[MaybeTime]
    missing_since: Mapped[MaybeTime]
