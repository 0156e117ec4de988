"""PreparedText: templates and signatures that users write mail with."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, Ref, Text, Time


class PreparedText(Base):
    """`html` is clean, and empty where there is only `text`; a signature has no `subject`.

    `sharing` mine: its owner's alone; company: everybody reads it.
    """

    __tablename__ = "prepared_text"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('template', 'signature')", name="kind"),
        CheckConstraint("sharing IN ('mine', 'company')", name="sharing"),
        Index("ix_prepared_text_company_id_kind_owner_id", "company_id", "kind", "owner_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    kind: Mapped[Text]
    owner_id: Mapped[Ref]
    name: Mapped[Text]
    subject: Mapped[Text]
    html: Mapped[Text]
    text: Mapped[Text]
    sharing: Mapped[Text]
    created_at: Mapped[Time]
    changed_at: Mapped[Time]
