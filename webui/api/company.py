"""`company`: what the company decides."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from accounts.companies import CompanyView, change_company, get_company
from accounts.policies import CompanyPolicies
from webui.api.operation import Operations
from webui.api.shape import Change, Line, unset
from webui.call import Call
from webui.offering import offer_after_policies

operations: Final = Operations()


class Company(CompanyPolicies):
    """The company of the caller; `bcc_address` is its universal address."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    name: str
    domains: tuple[str, ...]
    bcc_address: str


class CompanyChange(Change):
    """What an admin may change."""

    name: Line = unset()
    domains: Annotated[list[Line], Field(max_length=200)] = unset()
    unprovable_senders: Literal["hold", "weak", "refuse"] = unset()
    unapproved_senders: Literal["hold", "refuse"] = unset()
    sender_approval: Literal["none", "admin"] = unset()
    unknown_address: Literal["queue", "contact", "lead", "ignore"] = unset()
    several_open: Literal["ask", "newest", "all"] | Annotated[int, Field(ge=1, le=50)] = unset()
    internal_mail: Literal["drop", "keep"] = unset()
    sharing_ceiling: Literal["private", "shared"] = unset()
    never_store: Annotated[list[Line], Field(max_length=200)] = unset()
    hold_days: Annotated[int, Field(ge=1, le=90)] = unset()
    retention_days: Annotated[int, Field(ge=1, le=36_500)] | None = unset()
    tracking: Literal["forbidden", "allowed"] = unset()


@operations.add("GET", "/company", "Read the company and its policies", answer=Company)
def get_own_company(call: Call) -> Company:
    """Answer the caller's company."""
    return _shown(call, get_company(call.session, call.viewer.company_id))


@operations.add(
    "PATCH",
    "/company",
    "Change the company's name, domains and policies",
    body=CompanyChange,
    answer=Company,
    admin=True,
)
def patch_company(call: Call, change: CompanyChange) -> Company:
    """Change what is named."""
    changes = change.named()
    company = change_company(call.session, call.viewer, changes, call.now)
    offer_after_policies(call, changes)
    return _shown(call, company)


def _shown(call: Call, company: CompanyView) -> Company:
    return Company(
        id=call.seal("company", company.id),
        name=company.name,
        domains=company.domains,
        bcc_address=company.bcc_address,
        **company.policies.model_dump(),
    )
