"""Bodies and answers of the five kinds of record."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer, StringConstraints

from webui.api.shape import Answered, Asked, Change, Line, Moment, Sealed, unset

Visibility = Literal["owner", "team", "company"]
DealStatus = Literal["open", "won", "lost"]
LeadStatus = Literal["open", "converted", "archived"]
ProjectStatus = Literal["open", "done"]
Addresses = Annotated[list[Annotated[str, StringConstraints(max_length=320)]], Field(max_length=50)]
Domains = Annotated[list[Annotated[str, StringConstraints(max_length=253)]], Field(max_length=50)]
Ids = Annotated[list[Sealed], Field(max_length=500)]
Amount = Annotated[Decimal, Field(ge=0, le=Decimal("9999999999999.99"), decimal_places=2, strict=False)]
"""Few enough digits that a JSON number carries every cent."""
Number = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""ISO 4217."""


class _New(Asked):
    owner_id: Sealed | None = None
    team_id: Sealed | None = None
    visibility: Visibility = "company"


class ContactNew(_New):
    """A person outside the company."""

    name: Line
    addresses: Addresses = Field(default=[])
    organization_id: Sealed | None = None


class OrganizationNew(_New):
    """Where contacts work."""

    name: Line
    domains: Domains = Field(default=[])


class DealNew(_New):
    """Something that may be sold."""

    title: Line
    status: DealStatus = "open"
    contact_ids: Ids = Field(default=[])
    organization_id: Sealed | None = None
    value: Amount | None = None
    currency: Currency | None = None


class LeadNew(_New):
    """Somebody who may become a customer."""

    title: Line
    status: LeadStatus = "open"
    contact_ids: Ids = Field(default=[])


class ProjectNew(_New):
    """Something that is done for a customer."""

    title: Line
    status: ProjectStatus = "open"
    contact_ids: Ids = Field(default=[])


class _Changed(Change):
    owner_id: Sealed = unset()
    team_id: Sealed | None = unset()
    visibility: Visibility = unset()


class ContactChange(_Changed):
    """What to change about a contact."""

    name: Line = unset()
    addresses: Addresses = unset()
    organization_id: Sealed | None = unset()


class OrganizationChange(_Changed):
    """What to change about an organisation."""

    name: Line = unset()
    domains: Domains = unset()


class DealChange(_Changed):
    """What to change about a deal."""

    title: Line = unset()
    status: DealStatus = unset()
    contact_ids: Ids = unset()
    organization_id: Sealed | None = unset()
    value: Amount | None = unset()
    currency: Currency | None = unset()


class LeadChange(_Changed):
    """What to change about a lead."""

    title: Line = unset()
    status: LeadStatus = unset()
    contact_ids: Ids = unset()


class ProjectChange(_Changed):
    """What to change about a project."""

    title: Line = unset()
    status: ProjectStatus = unset()
    contact_ids: Ids = unset()


class _Record(Answered):
    id: str
    owner_id: str
    team_id: str | None
    visibility: Visibility
    bcc_address: str | None
    reference_tag: str
    created_at: Moment


class Merged(Answered):
    """A contact that another has taken in, under the name that it had."""

    id: str
    name: str
    merged_at: Moment


class Contact(_Record):
    """A person outside the company; `bcc_address` takes mail that is about this record.

    `merged` are those that it has taken in, the latest first; a search finds it by their names too.
    """

    name: str
    addresses: list[str]
    organization_id: str | None
    merged: list[Merged]


class Organization(_Record):
    """Where contacts work."""

    name: str
    domains: list[str]


class Deal(_Record):
    """Something that may be sold."""

    title: str
    status: DealStatus
    contact_ids: list[str]
    organization_id: str | None
    value: Number | None
    currency: str | None


class Lead(_Record):
    """Somebody who may become a customer."""

    title: str
    status: LeadStatus
    contact_ids: list[str]


class Project(_Record):
    """Something that is done for a customer."""

    title: str
    status: ProjectStatus
    contact_ids: list[str]
