"""IdBlock: until when the ids of a number are reserved (db.ids)."""

from __future__ import annotations

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId


class IdBlock(Base):
    """Not a tenant's: one row for each of the 1,024 numbers; milliseconds since the epoch of `db.ids`."""

    __tablename__ = "id_block"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reserved_until: Mapped[int] = mapped_column(BigId, nullable=False)
