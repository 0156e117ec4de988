"""DayCount: how often something happened in a day; a number that nothing else keeps."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Text


class DayCount(Base):
    """`day` such as 2026-03-04, in UTC; `kind` says what was counted, such as `refused.unproved`."""

    __tablename__ = "day_count"
    __table_args__ = (PrimaryKeyConstraint("company_id", "day", "kind"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    day: Mapped[Text]
    kind: Mapped[Text]
    count: Mapped[int] = mapped_column(Integer, nullable=False)
