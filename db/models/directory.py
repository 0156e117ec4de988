"""Directory tables: they answer "which company?" and are unique over the installation."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Ref, Text, Time


class DirectoryAddress(Base):
    """A BccAddress by its normalised addr-spec."""

    __tablename__ = "directory_address"
    address_key: Mapped[Text] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    bcc_address_id: Mapped[Ref]


class DirectoryLogin(Base):
    """A login address; it belongs to one user of the installation."""

    __tablename__ = "directory_login"
    email_key: Mapped[Text] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    user_id: Mapped[Ref]


class DirectoryToken(Base):
    """A secret by its SHA-256 (hex): kind api | app | session | invite | operator; the row it opens."""

    __tablename__ = "directory_token"
    token_hash: Mapped[Text] = mapped_column(primary_key=True)
    kind: Mapped[Text]
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    target_id: Mapped[Ref]


class DomainTrouble(Base):
    """Since when the look-ups of a From domain have been failing (RULES R8: four hours)."""

    __tablename__ = "domain_trouble"
    domain: Mapped[Text] = mapped_column(primary_key=True)
    failing_since: Mapped[Time]
    last_failed_at: Mapped[Time]


class WindowCounter(Base):
    """Counts tries of a kind in a window of time: logins by account and by network."""

    __tablename__ = "window_counter"
    key: Mapped[Text] = mapped_column(primary_key=True)
    window_start: Mapped[Time] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(nullable=False)


class VouchedNetwork(Base):
    """A network, such as 192.0.2.0/24, that brought proved mail, and when last (SECURITY S7)."""

    __tablename__ = "vouched_network"
    network: Mapped[Text] = mapped_column(primary_key=True)
    proved_at: Mapped[Time]
