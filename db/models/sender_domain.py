"""SenderDomain: a domain whose DNS says that it is the company's (RULES R10)."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, MaybeText, MaybeTime, Text, Time


class SenderDomain(Base):
    """A domain that an admin named, and what its DNS said when it was last asked.

    `token` is published there for everybody to read. `checked_at`: when it was last asked; `seen_at`: when the record
    was last there; `proved_at`: since when it has been, NULL before and after. `lapsed_at`: since when a proof is over.
    `problem`: what the last look-up found instead.
    """

    __tablename__ = "sender_domain"
    __table_args__ = (UniqueConstraint("company_id", "id"), UniqueConstraint("company_id", "domain"))
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    domain: Mapped[Text]
    token: Mapped[Text]
    created_at: Mapped[Time]
    checked_at: Mapped[MaybeTime]
    seen_at: Mapped[MaybeTime]
    proved_at: Mapped[MaybeTime]
    lapsed_at: Mapped[MaybeTime]
    problem: Mapped[MaybeText]
