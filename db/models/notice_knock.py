"""Knock: an unknown sender that was refused at a personal address on a day (RULES R13)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Ref, Text


class Knock(Base):
    """`day` such as 2026-03-04, in UTC; `sender` is the SHA-256 (hex) of its key, for counting alone."""

    __tablename__ = "knock"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "bcc_address_id", "day", "sender"),
        ForeignKeyConstraint(["company_id", "bcc_address_id"], ["bcc_address.company_id", "bcc_address.id"]),
    )
    company_id: Mapped[CompanyId]
    bcc_address_id: Mapped[Ref]
    day: Mapped[Text]
    sender: Mapped[Text]
