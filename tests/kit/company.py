"""A company with colleagues in a database: the people that tests of accounts and linking are about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy.orm import Session

from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from accounts.users import UserMade, add_user
from accounts.viewer import Role, Viewer
from db.session import Database

NOW: Final = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
MAIL_DOMAIN: Final = "bcc.northwind.example"


@dataclass(frozen=True, slots=True)
class House:
    """Anna and Bert are members, Ada is the admin, Rosa reads only."""

    company_id: int
    bcc_address: str
    anna: UserMade
    bert: UserMade
    ada: UserMade
    rosa: UserMade

    def viewers(self) -> tuple[Viewer, ...]:
        """Answer everybody."""
        return tuple(user.viewer for user in (self.anna, self.bert, self.ada, self.rosa))


def make_house(session: Session, name: str = "Northwind", domain: str = "northwind.example") -> House:
    """Make a company with four users."""
    made = create_company(session, name, [domain], CompanyPolicies(), NOW, MAIL_DOMAIN)

    def user(email_name: str, role: Role) -> UserMade:
        email = f"{email_name.lower()}@{domain}"
        return add_user(session, made.company_id, email, email_name, role, NOW, MAIL_DOMAIN)

    return House(
        company_id=made.company_id,
        bcc_address=made.bcc_address,
        ada=user("Ada", Role.ADMIN),
        anna=user("Anna", Role.MEMBER),
        bert=user("Bert", Role.MEMBER),
        rosa=user("Rosa", Role.READ_ONLY),
    )


def house_in(database: Database, name: str = "Northwind", domain: str = "northwind.example") -> House:
    """Make a company in a transaction of its own."""
    with database.write() as session:
        return make_house(session, name, domain)
