"""Records: contact, organisation, deal, lead and project in one table, because links, visibility
and participants treat the five alike; what only one of them has is NULL for the others."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, CompanyId, Id, MaybeJson, MaybeRef, MaybeText, MaybeTime, Ref, Text, Time


class Record(Base):
    """`name` is a contact's or organisation's name, a deal's, lead's or project's title.

    `status`: deal open|won|lost, lead open|converted|archived, project open|done, else NULL.
    `visibility`: owner | team | company (RULES R30a). `created_from`: ids of the inbound mail that
    made it by rule, so that it can be undone; NULL for a record made by hand.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        ForeignKeyConstraint(["company_id", "owner_id"], ["user_account.company_id", "user_account.id"]),
        ForeignKeyConstraint(["company_id", "organization_id"], ["record.company_id", "record.id"]),
        CheckConstraint("type IN ('contact', 'organization', 'deal', 'lead', 'project')", name="type"),
        CheckConstraint("visibility IN ('owner', 'team', 'company')", name="visibility"),
        Index("ix_record_company_id_type_id", "company_id", "type", "id"),
        Index("ix_record_company_id_type_name", "company_id", "type", "name"),
        Index("ix_record_company_id_organization_id", "company_id", "organization_id"),
    )
    company_id: Mapped[int] = mapped_column(BigId, ForeignKey("company.id"))
    id: Mapped[Id]
    type: Mapped[Text]
    name: Mapped[Text]
    status: Mapped[MaybeText]
    organization_id: Mapped[MaybeRef]
    value: Mapped[Decimal | None] = mapped_column(Numeric(18, 2), nullable=True)
    currency: Mapped[MaybeText]
    owner_id: Mapped[Ref]
    team_id: Mapped[MaybeRef]
    visibility: Mapped[Text]
    created_from: Mapped[MaybeJson]
    created_at: Mapped[Time]
    changed_at: Mapped[Time]
    deleted_at: Mapped[MaybeTime]


class ContactAddress(Base):
    """An address of a contact; no uniqueness over contacts, because that would betray hidden ones (R30b)."""

    __tablename__ = "contact_address"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "contact_id", "address_key"),
        ForeignKeyConstraint(["company_id", "contact_id"], ["record.company_id", "record.id"], ondelete="CASCADE"),
        Index("ix_contact_address_company_id_address_key", "company_id", "address_key"),
    )
    company_id: Mapped[CompanyId]
    contact_id: Mapped[Ref]
    address: Mapped[Text]
    address_key: Mapped[Text]
    position: Mapped[int] = mapped_column(Integer, nullable=False)


class OrganizationDomain(Base):
    """A domain of an organisation (lower case, A-label form)."""

    __tablename__ = "organization_domain"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "organization_id", "domain"),
        ForeignKeyConstraint(["company_id", "organization_id"], ["record.company_id", "record.id"], ondelete="CASCADE"),
        Index("ix_organization_domain_company_id_domain", "company_id", "domain"),
    )
    company_id: Mapped[CompanyId]
    organization_id: Mapped[Ref]
    domain: Mapped[Text]


class Participant(Base):
    """A contact of a deal, lead or project."""

    __tablename__ = "participant"
    __table_args__ = (
        PrimaryKeyConstraint("company_id", "record_id", "contact_id"),
        ForeignKeyConstraint(["company_id", "record_id"], ["record.company_id", "record.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["company_id", "contact_id"], ["record.company_id", "record.id"], ondelete="CASCADE"),
        Index("ix_participant_company_id_contact_id", "company_id", "contact_id"),
    )
    company_id: Mapped[CompanyId]
    record_id: Mapped[Ref]
    contact_id: Mapped[Ref]
    position: Mapped[int] = mapped_column(Integer, nullable=False)
