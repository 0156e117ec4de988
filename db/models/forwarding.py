"""ForwardRequest: what a forwarding service asks the owner of an address to confirm (RULES R18)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeText, MaybeTime, Ref, Text, Time


class ForwardRequest(Base):
    """For `user_id` alone; `account` is the mailbox that asks, where it is named, `code` and `link` say yes."""

    __tablename__ = "forward_request"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "inbound_id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(
            ["company_id", "inbound_id"], ["inbound_message.company_id", "inbound_message.id"], ondelete="CASCADE"
        ),
        Index("ix_forward_request_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    inbound_id: Mapped[Ref]
    service: Mapped[Text]
    account: Mapped[MaybeText]
    code: Mapped[MaybeText]
    link: Mapped[MaybeText]
    received_at: Mapped[Time]
    dismissed_at: Mapped[MaybeTime]
