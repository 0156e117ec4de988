"""Measurement: how a company's mail and the machine were in a span of time; numbers alone, thinned as they age."""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Integer, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Time


class Measurement(Base):
    """`minutes` is the span's length (5, an hour, a day), `at` its beginning.

    `accepted`, `held`, `refused`, `filed` and `notices` count mails in the span; `held` and `filed` are of those that
    came in it. `waiting` and `sending` are mails in the two queues, `waiting_ms` and `sending_ms` the age of the
    oldest: of a long span the most. `median_ms` and `slow_ms` (95 of 100) run from the receipt of a mail to its letter.
    Octets are those at the end of the span: of the company's raw mail (NULL: not counted then), of the whole
    database, free on the disk.
    """

    __tablename__ = "measurement"
    __table_args__ = (PrimaryKeyConstraint("company_id", "minutes", "at"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    minutes: Mapped[int] = mapped_column(Integer, nullable=False)
    at: Mapped[Time]
    accepted: Mapped[int] = mapped_column(Integer, nullable=False)
    held: Mapped[int] = mapped_column(Integer, nullable=False)
    refused: Mapped[int] = mapped_column(Integer, nullable=False)
    filed: Mapped[int] = mapped_column(Integer, nullable=False)
    notices: Mapped[int] = mapped_column(Integer, nullable=False)
    waiting: Mapped[int] = mapped_column(Integer, nullable=False)
    waiting_ms: Mapped[int] = mapped_column(BigInteger, nullable=False)
    sending: Mapped[int] = mapped_column(Integer, nullable=False)
    sending_ms: Mapped[int] = mapped_column(BigInteger, nullable=False)
    median_ms: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    slow_ms: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    raw_octets: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    file_octets: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    index_octets: Mapped[int | None] = mapped_column(BigInteger, nullable=True)
    database_octets: Mapped[int] = mapped_column(BigInteger, nullable=False)
    free_octets: Mapped[int] = mapped_column(BigInteger, nullable=False)
    disk_octets: Mapped[int] = mapped_column(BigInteger, nullable=False)
