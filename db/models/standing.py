"""Standing answers: what a user wants to be answered for every later mail of the same people (RULES R21, R24)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Id, JsonValue, Ref, Text, Time


class StandingAnswer(Base):
    """Evidence for the mail of `user_id` alone.

    `kind` people: `subject` is the sorted ids of the contacts and organisations, joined by commas, and `people`
    the same as a list. `kind` address: `subject` is an address key, and `people` is empty.
    """

    __tablename__ = "standing_answer"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "user_id", "kind", "subject"),
        ForeignKeyConstraint(["company_id", "user_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "target_id"], ["record.company_id", "record.id"]),
        CheckConstraint("kind IN ('people', 'address')", name="kind"),
    )
    company_id: Mapped[CompanyId]
    id: Mapped[Id]
    user_id: Mapped[Ref]
    kind: Mapped[Text]
    subject: Mapped[Text]
    people: Mapped[JsonValue]
    target_id: Mapped[Ref]
    created_at: Mapped[Time]
