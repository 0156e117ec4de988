"""AuditEvent: who changed what; never subjects, bodies or secrets."""

from __future__ import annotations

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Id, MaybeJson, MaybeRef, MaybeText, Text, Time


class AuditEvent(Base):
    """`action` is a dotted word such as `user.add`; `actor_id` NULL is the command line."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("company_id", "id"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    actor_id: Mapped[MaybeRef]
    action: Mapped[Text]
    target: Mapped[MaybeText]
    args: Mapped[MaybeJson]
    at: Mapped[Time]
