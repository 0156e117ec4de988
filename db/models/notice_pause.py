"""Pause: a peer that caused too much, so that nothing more is written or made because of it for a while (RULES R40)."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, MaybeRef, MaybeTime, Text, Time

STANDING = "ended_at IS NULL"


class Pause(Base):
    """`peer` is an address key or a domain; `count` is what was left undone because of it.

    `user_id`: whose mail it was, NULL for nobody's. `own`: it came of private mail and is that user's affair alone
    (R30b). `ended_at`: its time is over, or somebody has resumed.
    """

    __tablename__ = "pause"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("kind IN ('notices', 'creations', 'answers')", name="kind"),
        Index(
            "ix_pause_standing",
            "company_id",
            "peer",
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[MaybeRef]
    own: Mapped[bool] = mapped_column(Boolean, nullable=False)
    kind: Mapped[Text]
    peer: Mapped[Text]
    since: Mapped[Time]
    until: Mapped[Time]
    ended_at: Mapped[MaybeTime]
    count: Mapped[int] = mapped_column(Integer, nullable=False)
