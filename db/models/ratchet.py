"""SenderRatchet: how often an address was proved, and how often it was taken without proof (SECURITY 4.8)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Text


class SenderRatchet(Base):
    """`proved` counts no further than is asked; `weak_day` such as 2026-03-04, in UTC, is the day of `weak_count`."""

    __tablename__ = "sender_ratchet"
    __table_args__ = (PrimaryKeyConstraint("company_id", "address_key"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    address_key: Mapped[Text]
    proved: Mapped[int] = mapped_column(Integer, nullable=False)
    weak_day: Mapped[Text]
    weak_count: Mapped[int] = mapped_column(Integer, nullable=False)
