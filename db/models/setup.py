"""The one-time link that sets up an empty installation."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, MaybeTime, Text, Time


class SetupLink(Base):
    """One for an installation: the primary key has one value, so a new link takes the place of the old.

    `token_hash` is the secret's SHA-256 (hex). `used_at`: used, or void because there is a company.
    """

    __tablename__ = "setup_link"
    __table_args__ = (CheckConstraint("slot IN ('first')", name="slot"),)
    slot: Mapped[Text] = mapped_column(primary_key=True)
    token_hash: Mapped[Text]
    created_at: Mapped[Time]
    expires_at: Mapped[Time]
    used_at: Mapped[MaybeTime]
