"""ContentScan: what the operator's scanner said of a file's octets, whoever sent them (RULES R57)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped

from db.base import Base, CompanyId, Text, Time


class ContentScan(Base):
    """`sha256` is over the decoded content; `name` is what the scanner calls what it found, "" where it is clean."""

    __tablename__ = "content_scan"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "sha256"),
        CheckConstraint("verdict IN ('clean', 'infected')", name="verdict"),
    )
    company_id: Mapped[CompanyId]
    sha256: Mapped[Text]
    verdict: Mapped[Text]
    name: Mapped[Text]
    scanned_at: Mapped[Time]
