"""A company: the unit of privacy now, of distribution later; with its own domains and policies."""

from __future__ import annotations

from sqlalchemy import ForeignKey, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Id, JsonValue, Text, Time


class Company(Base):
    """Directory table: names are unique over the installation; `policies` as INTERFACE `company`."""

    __tablename__ = "company"
    id: Mapped[Id]
    name: Mapped[Text] = mapped_column(unique=True)
    policies: Mapped[JsonValue]
    created_at: Mapped[Time]


class CompanyDomain(Base):
    """A domain that the company calls its own (lower case, A-label form)."""

    __tablename__ = "company_domain"
    __table_args__ = (PrimaryKeyConstraint("company_id", "domain"),)
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    domain: Mapped[Text]
