"""BackupRun: a backup of the installation, written down by the command that makes it."""

from __future__ import annotations

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Id, MaybeText, MaybeTime, Text, Time


class BackupRun(Base):
    """Directory table. `ended_at` is NULL while it runs, or where it was killed; `problem` says why it failed.

    `place` is the directory as it was given; `verified_at`: it was read back and found whole.
    """

    __tablename__ = "backup_run"
    id: Mapped[Id]
    place: Mapped[Text]
    began_at: Mapped[Time]
    ended_at: Mapped[MaybeTime]
    octets: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    verified_at: Mapped[MaybeTime]
    problem: Mapped[MaybeText]
