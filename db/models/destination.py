"""Destination: where mail of the whole installation goes, and how it is received there; SendingPause: a company's."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, MaybeTime, Text, Time


class Destination(Base):
    """Directory table: a recipient domain, or a smarthost as `host:port`; its limits are the installation's.

    `strikes` counts the times in a row it told us to slow down, `code` is its last such reply,
    `in_minute` the mails begun in the minute since `minute`.
    """

    __tablename__ = "destination"
    name: Mapped[Text] = mapped_column(primary_key=True)
    strikes: Mapped[int] = mapped_column(Integer, nullable=False)
    paused_until: Mapped[MaybeTime]
    code: Mapped[int | None] = mapped_column(Integer, nullable=True)
    minute: Mapped[Time]
    in_minute: Mapped[int] = mapped_column(Integer, nullable=False)


class SendingPause(Base):
    """An admin stopped all sending of a company; the row goes when it goes on."""

    __tablename__ = "sending_pause"
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"), primary_key=True)
    since: Mapped[Time]
