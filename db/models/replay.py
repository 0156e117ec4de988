"""ReplayRun: somebody looks what today's rules would decide about mail of his that is filed already (RULES R52)."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, CompanyId, Id, JsonValue, MaybeText, MaybeTime, Ref, Text, Time


class ReplayRun(Base):
    """`state`: offered (rules changed) > looking > looked > applying > applied, or dismissed.

    `cursor` is the inbound mail that was done last; `token` and `busy_until` are the lease of the worker at it.
    """

    __tablename__ = "replay_run"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        CheckConstraint("state IN ('offered', 'looking', 'looked', 'applying', 'applied', 'dismissed')", name="state"),
        Index(
            "ix_replay_run_at_work",
            "busy_until",
            sqlite_where=text("state IN ('looking', 'applying')"),
            postgresql_where=text("state IN ('looking', 'applying')"),
        ),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    state: Mapped[Text]
    cause: Mapped[Text]
    since: Mapped[Time]
    asked_at: Mapped[Time]
    cursor: Mapped[Ref]
    seen: Mapped[int] = mapped_column(Integer, nullable=False)
    total: Mapped[int] = mapped_column(Integer, nullable=False)
    impossible: Mapped[int] = mapped_column(Integer, nullable=False)
    token: Mapped[MaybeText]
    busy_until: Mapped[Time]
    ended_at: Mapped[MaybeTime]


class ReplayFinding(Base):
    """A mail about which today's rules decide otherwise, and what would change."""

    __tablename__ = "replay_finding"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "run_id", "inbound_id"),
        ForeignKeyConstraint(["company_id", "run_id"], ["replay_run.company_id", "replay_run.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["company_id", "inbound_id"], ["inbound_message.company_id", "inbound_message.id"], ondelete="CASCADE"
        ),
    )
    company_id: Mapped[CompanyId]
    run_id: Mapped[Ref]
    inbound_id: Mapped[Ref]
    differences: Mapped[JsonValue]
    applied: Mapped[bool] = mapped_column(Boolean, nullable=False)
