"""What may be said about a contact, an organisation, a deal, a lead and a project (INTERFACE 4)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from accounts.companies import check_domains
from accounts.email import check_email
from accounts.refusals import Invalid
from languages.speech import _, marked
from mail.address import address_key

MOST_ADDRESSES: Final = 50
MOST_PARTICIPANTS: Final = 500
LONGEST_NAME: Final = 500


class RecordType(StrEnum):
    """The five kinds of record."""

    CONTACT = "contact"
    ORGANIZATION = "organization"
    DEAL = "deal"
    LEAD = "lead"
    PROJECT = "project"


OPEN: Final = "open"
NO_SUCH: Final[Mapping[RecordType, str]] = {
    RecordType.CONTACT: marked("there is no such contact"),
    RecordType.ORGANIZATION: marked("there is no such organisation"),
    RecordType.DEAL: marked("there is no such deal"),
    RecordType.LEAD: marked("there is no such lead"),
    RecordType.PROJECT: marked("there is no such project"),
}


def _addresses(given: tuple[str, ...]) -> tuple[str, ...]:
    by_key: dict[str, str] = {}
    for address in given:
        try:
            checked = check_email(address, "addresses")
        except Invalid as wrong:
            raise PydanticCustomError("address", "{why}", {"why": wrong.errors["addresses"]}) from None
        by_key.setdefault(address_key(checked), checked)
    return tuple(by_key.values())


def _domains(given: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return check_domains(given)
    except Invalid as wrong:
        raise PydanticCustomError("domain", "{why}", {"why": wrong.errors["domains"]}) from None


def _plain(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise PydanticCustomError("printable", _("this is one line of text without control characters"))
    return value


Name = Annotated[str, BeforeValidator(_plain), Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_printable)]
Addresses = Annotated[tuple[str, ...], Field(max_length=MOST_ADDRESSES), AfterValidator(_addresses)]
Domains = Annotated[tuple[str, ...], Field(max_length=MOST_ADDRESSES), AfterValidator(_domains)]
Ids = Annotated[tuple[int, ...], Field(max_length=MOST_PARTICIPANTS)]
Visibility = Literal["owner", "team", "company"]
Value = Annotated[Decimal | None, Field(ge=0, max_digits=18, decimal_places=2)]
Currency = Annotated[str | None, Field(pattern=r"^[A-Z]{3}$")]
"""ISO 4217, three letters."""


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    owner_id: int | None = None
    """None at creation: the one who creates."""
    team_id: int | None = None
    """Whose members see a record whose visibility is `team`."""
    visibility: Visibility = "company"


class ContactFields(_Fields):
    """A person outside the company."""

    name: Name
    addresses: Addresses = ()
    organization_id: int | None = None


class OrganizationFields(_Fields):
    """Where contacts work."""

    name: Name
    domains: Domains = ()


class DealFields(_Fields):
    """Something that may be sold."""

    title: Name
    status: Literal["open", "won", "lost"] = "open"
    contact_ids: Ids = ()
    organization_id: int | None = None
    value: Value = None
    currency: Currency = None


class LeadFields(_Fields):
    """Somebody who may become a customer."""

    title: Name
    status: Literal["open", "converted", "archived"] = "open"
    contact_ids: Ids = ()


class ProjectFields(_Fields):
    """Something that is done for a customer."""

    title: Name
    status: Literal["open", "done"] = "open"
    contact_ids: Ids = ()


RecordFields = ContactFields | OrganizationFields | DealFields | LeadFields | ProjectFields
FIELDS: Final[Mapping[RecordType, type[RecordFields]]] = {
    RecordType.CONTACT: ContactFields,
    RecordType.ORGANIZATION: OrganizationFields,
    RecordType.DEAL: DealFields,
    RecordType.LEAD: LeadFields,
    RecordType.PROJECT: ProjectFields,
}
