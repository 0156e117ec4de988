"""Ways back: what an act on many letters changed, so that exactly that can be undone for a while."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, JsonValue, MaybeTime, Ref, Time


class WayBack(Base):
    """One of `user_id`, for him alone and to be used once; `told` is `linking.ways_back` as JSON, {} once used."""

    __tablename__ = "way_back"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        Index("ix_way_back_company_id_done_at", "company_id", "done_at"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    told: Mapped[JsonValue]
    done_at: Mapped[Time]
    used_at: Mapped[MaybeTime]
