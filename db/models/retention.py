"""RetentionBefore: how long mail was kept before a company chose a shorter time (RULES R53)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Time


class RetentionBefore(Base):
    """Holds until `until`; `days` NULL: mail was kept for good."""

    __tablename__ = "retention_before"
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"), primary_key=True)
    days: Mapped[int | None] = mapped_column(Integer, nullable=True)
    until: Mapped[Time]
