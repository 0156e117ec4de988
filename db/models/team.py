"""Teams: people who share letters and records among themselves (RULES R30, R30a)."""

from __future__ import annotations

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, CompanyId, Id, MaybeTime, Ref, Text, Time


class Team(Base):
    """A named group of users; a deleted one is kept for a while, and nobody sees anything through it."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("company_id", "id"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    name: Mapped[Text]
    created_at: Mapped[Time]
    deleted_at: Mapped[MaybeTime]


class TeamMember(Base):
    """A user in a team."""

    __tablename__ = "team_member"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "team_id", "user_id"),
        ForeignKeyConstraint(["company_id", "team_id"], ["team.company_id", "team.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_team_member_company_id_user_id", "company_id", "user_id"),
    )
    company_id: Mapped[CompanyId]
    team_id: Mapped[Ref]
    user_id: Mapped[Ref]
