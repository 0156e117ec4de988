"""GatewayMember: a user who lets the company's gateway file his mail (RULES R56)."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Time


class GatewayMember(Base):
    """There while the user accepts it."""

    __tablename__ = "gateway_member"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "user_id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
    )
    company_id: Mapped[int] = mapped_column(BigId)
    user_id: Mapped[int] = mapped_column(BigId)
    accepted_at: Mapped[Time]
