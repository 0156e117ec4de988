"""The application over a fresh database, with a small company in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from accounts.viewer import Role
from config.settings import Settings
from db.session import Database
from tests.kit.http import Person, Site, open_site


@dataclass(frozen=True, slots=True)
class Office:
    """Northwind: an admin, two reps, one who only reads; and a stranger of another company."""

    site: Site
    company_id: int
    ada: Person
    rep: Person
    colleague: Person
    reader: Person
    stranger: Person


@pytest.fixture
def site(settings: Settings, database: Database) -> Iterator[Site]:
    """The application over a fresh database."""
    opened = open_site(settings, database)
    yield opened
    opened.close()


@pytest.fixture
def office(site: Site) -> Office:
    """Two companies with their people."""
    company_id = site.company("Northwind", "northwind.example")
    other = site.company("Fabrikam", "fabrikam.example")
    return Office(
        site=site,
        company_id=company_id,
        ada=site.person(company_id, "ada@northwind.example", Role.ADMIN),
        rep=site.person(company_id, "rep@northwind.example"),
        colleague=site.person(company_id, "cleo@northwind.example"),
        reader=site.person(company_id, "rita@northwind.example", Role.READ_ONLY),
        stranger=site.person(other, "stan@fabrikam.example", Role.ADMIN),
    )
