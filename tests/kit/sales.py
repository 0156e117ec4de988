"""A small sales world for stories: two companies, their reps, a customer, and DNS that proves some of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from net.zone_server import quoted
from tests.kit.running import Api, Running
from tests.kit.signing import Signer

REP = "anna@northwind.example"
CUSTOMER = "maria@fabrikam.example"
STRANGER = "sven@contoso.example"
OTHER_REP = "otto@tailspin.example"
SPF_REP = "ida@adventure.example"
"""Her domain signs nothing; its SPF record names SPF_CLIENT alone."""
SPF_CLIENT = "127.0.0.2"
DOMAINS = ("northwind.example", "contoso.example", "tailspin.example", "google.com")


@dataclass(frozen=True, slots=True)
class Company:
    """What `setup --json` printed, and the API as its admin."""

    bcc_address: str
    personal_bcc_address: str
    user_id: str
    api: Api


class SalesWorld:
    """A running server with Northwind (admin: the rep Anna) in it; more companies on request."""

    def __init__(self, data: Path, database_url: str, **settings: str) -> None:
        self._signers = {domain: Signer(domain) for domain in DOMAINS}
        self.running = Running(data, self._zone(), database_url=database_url, **settings)
        self.northwind = self.company("Northwind Trading", REP, "northwind.example")

    def _zone(self) -> dict[tuple[str, str], list[str]]:
        zone = {(signer.name, "TXT"): [quoted(signer.record)] for signer in self._signers.values()}
        zone |= {(f"_dmarc.{domain}", "TXT"): ['"v=DMARC1; p=reject"'] for domain in (*DOMAINS, "adventure.example")}
        return zone | {("adventure.example", "TXT"): [f'"v=spf1 ip4:{SPF_CLIENT} -all"']}

    def company(self, name: str, admin: str, domain: str) -> Company:
        """Make a company from the command line, as an operator does."""
        made = self.running.json("setup", "--company", name, "--admin", admin, "--domain", domain)
        return Company(
            made["bcc_address"], made["personal_bcc_address"], made["user_id"], self.running.api(made["api_token"])
        )

    def signed(self, content: bytes, domain: str) -> bytes:
        """Sign a mail for a domain of the world."""
        return self._signers[domain].sign(content)

    def customer_with_deal(self, address: str) -> tuple[Any, Any]:
        """Make a contact of that address and one open deal by the API; answer both."""
        contact = self.northwind.api.post("contacts", {"name": "Maria Lopez", "addresses": [address]})
        deal = self.northwind.api.post("deals", {"title": "Garden chairs", "contact_ids": [contact["id"]]})
        return contact, deal


@contextmanager
def sales_world(data: Path, database_url: str = "", **settings: str) -> Iterator[SalesWorld]:
    """Make the world and start its server; everything is stopped at the end."""
    data.mkdir(parents=True, exist_ok=True)
    world = SalesWorld(data, database_url, **settings)
    try:
        yield world
    finally:
        world.running.close()
