"""Founding a company: itself, its first admin, its universal address; the one way for command line and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from accounts.setup_links import end_setup_link
from accounts.users import UserMade, add_user
from accounts.viewer import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """What the founder says; without a name the admin is called by the local part of the address."""

    company: str
    domains: Sequence[str]
    email: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A new company's universal address and its first admin."""

    company_id: int
    bcc_address: str
    admin: UserMade


def found_company(session: Session, wish: Founding, now: datetime, mail_domain: str) -> Founded:
    """Make all three; raise Invalid, Conflict. A set-up link that waits for a first company ends."""
    end_setup_link(session, now)
    made = create_company(session, wish.company, wish.domains, CompanyPolicies(), now, mail_domain)
    name = wish.name or wish.email.partition("@")[0]
    admin = add_user(session, made.company_id, wish.email, name, Role.ADMIN, now, mail_domain)
    return Founded(company_id=made.company_id, bcc_address=made.bcc_address, admin=admin)
