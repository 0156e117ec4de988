"""Decision: one row a run of the pipeline over one inbound message."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, JsonValue, Ref, Text, Time


class Decision(Base):
    """`steps`: list of {"step", "outcome", "rule", "args", "losers", "letter"}; `letter` is inner_path or null.

    Arguments are ids and values, never sentences. `cause`: arrival | release | replay.
    """

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "inbound_id"], ["inbound_message.company_id", "inbound_message.id"]),
        Index("ix_decision_company_id_inbound_id", "company_id", "inbound_id", "id"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    inbound_id: Mapped[Ref]
    cause: Mapped[Text]
    steps: Mapped[JsonValue]
    made_at: Mapped[Time]
