"""Raw content: exact bytes, compressed, written once, in a table that no list joins."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Text, Time


class RawContent(Base):
    """`content` (column `bytes`) is compressed (codec `zstd` or `identity`); NULL where it lies in the blob store."""

    __tablename__ = "raw_content"
    __table_args__ = (PrimaryKeyConstraint("company_id", "sha256"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    sha256: Mapped[Text]
    codec: Mapped[Text]
    size: Mapped[int] = mapped_column(Integer, nullable=False)
    content: Mapped[bytes | None] = mapped_column("bytes", LargeBinary, nullable=True)
    stored_at: Mapped[Time]
