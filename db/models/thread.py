"""Thread: a bucket of letters that name one another, over everybody's letters.

A bucket never reaches a page: what a viewer sees as a thread is the part of it that connects
through the letters this viewer sees (RULES R28, R30b), computed by `linking.threads`.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Id, Time


class Thread(Base):
    """One bucket."""

    __tablename__ = "thread"
    __table_args__ = (UniqueConstraint("company_id", "id"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    created_at: Mapped[Time]
