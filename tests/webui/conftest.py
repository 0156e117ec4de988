"""The application over a fresh database, with a small company in it whose mail goes through the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from accounts.viewer import Role
from config.settings import Settings
from db.session import Database
from tests.kit.http import Person, Site, open_site
from tests.kit.mails import a_message
from tests.kit.worlds import Filed, World

REP = "anna@northwind.example"
CUSTOMER = "maria@fabrikam.example"


@dataclass(frozen=True, slots=True)
class Office:
    """Northwind: an admin, two reps, one who only reads; and the admin of another company."""

    site: Site
    world: World
    ada: Person
    rep: Person
    colleague: Person
    reader: Person
    stranger: Person

    def people(self) -> tuple[Person, ...]:
        """Answer everybody."""
        return (self.ada, self.rep, self.colleague, self.reader, self.stranger)

    def mail(self, *, owner: Person | None = None, **mail: Any) -> Filed:
        """Take a mail of the rep to a customer in: by Bcc, or as an upload of its owner."""
        raw = a_message(**({"from_": REP, "to": CUSTOMER} | mail))
        filed = self.world.mail(raw, owner=owner.made if owner else None)
        assert filed, "the mail gave no letter"
        return filed

    def held(self, *, to: str | None = None, **mail: Any) -> str:
        """Take a mail of a proved stranger in, and answer the id of its inbound row."""
        known = {one["id"] for one in self.ada.api.get("inbound")["data"]}
        self.world.mail(a_message(**({"from_": "sven@contoso.example", "to": CUSTOMER} | mail)), to=to)
        (made,) = [one["id"] for one in self.ada.api.get("inbound")["data"] if one["id"] not in known]
        return str(made)

    def work(self) -> None:
        """Let the worker do what is due: it does so when another mail comes in."""
        self.mail(subject="Another mail")

    def seal(self, kind: str, number: int) -> str:
        """Answer a public id."""
        return self.site.sealer.seal(kind, number)

    def customer(self) -> dict[str, Any]:
        """Make the contact that the mail is with."""
        made: dict[str, Any] = self.rep.api.post("contacts", {"name": "Maria Lopez", "addresses": [CUSTOMER]})
        return made

    def deal(self, contact: dict[str, Any], title: str = "Garden chairs", **given: Any) -> dict[str, Any]:
        """Make a deal of a contact."""
        made: dict[str, Any] = self.rep.api.post("deals", {"title": title, "contact_ids": [contact["id"]], **given})
        return made


@pytest.fixture
def site(settings: Settings, database: Database) -> Iterator[Site]:
    """The application over a fresh database."""
    opened = open_site(settings, database)
    yield opened
    opened.close()


@pytest.fixture
def office(site: Site) -> Iterator[Office]:
    """Two companies with their people."""
    with World(site.database, site.settings, private=True) as world:
        house, other = world.house, site.company("Fabrikam", "fabrikam.example")
        yield Office(
            site=site,
            world=world,
            ada=site.adopt(house.ada, "ada@northwind.example"),
            rep=site.adopt(house.anna, REP),
            colleague=site.adopt(house.bert, "bert@northwind.example"),
            reader=site.adopt(house.rosa, "rosa@northwind.example"),
            stranger=site.person(other, "stan@fabrikam.example", Role.ADMIN),
        )
