"""How long the look-ups of filing take: `python -m bench.lookups [--database-url URL] [--contacts N,N] [--times N]`.

A company with so many contacts, an organisation for every tenth and an open deal for every hundredth, written in
bulk. Asked as the pipeline asks: six addresses of a mail, three of them known, and their domains. Without an
address: SQLite, and PostgreSQL in a cluster of its own where its programs are. Milliseconds of the clock, the
median and the 99th percentile.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from bench.search import each_database
from db.ids import new_id
from db.models import ContactAddress, OrganizationDomain, Participant, Record
from db.schema import upgrade
from db.session import Database, open_database
from ingest.asking import contacts_by_key, hidden_contacts, open_records_of, organizations_by_domain
from linking.visibility import ids_of
from tests.kit.company import NOW, House, make_house

AT_ONCE: Final = 5000
ORGANIZATION_EVERY: Final = 10
DEAL_EVERY: Final = 100
KNOWN: Final = 3
"""Addresses of a mail that a contact has, beside as many that none has."""
Rows = dict[type[Any], list[dict[str, Any]]]
Ask = Callable[[Session, random.Random], int]


def main() -> int:
    """Fill, ask, print, on each database and for each number of contacts."""
    options = _options()
    for count in map(int, options.contacts.split(",")):
        for name, settings in each_database(options.database_url):
            database = open_database(settings)
            upgrade(database)
            with database.write() as session:
                house = make_house(session)
            began = time.monotonic()
            contacts = _fill(database, house, count)
            print(f"\n{name}: {count} contacts, filled in {time.monotonic() - began:.0f} s", flush=True)
            _measure(database, house.anna.viewer, contacts, options.times)
            database.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.lookups", description=__doc__)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--contacts", default="10000")
    parser.add_argument("--times", type=int, default=1000)
    return parser.parse_args()


def _fill(database: Database, house: House, count: int) -> list[int]:
    """Answer the ids of the contacts, in order of their numbers."""
    contacts: list[int] = []
    for start in range(0, count, AT_ONCE):
        rows: Rows = {Record: [], ContactAddress: [], OrganizationDomain: [], Participant: []}
        with database.write() as session:
            numbers = range(start, min(count, start + AT_ONCE))
            contacts += [_contact(session, house, number, rows) for number in numbers]
            for table, made in rows.items():
                session.connection().execute(insert(table), made)
    with database.write() as session:
        session.execute(text("ANALYZE"))
    return contacts


def _contact(session: Session, house: House, number: int, rows: Rows) -> int:
    company = {"company_id": house.company_id}
    organization = None
    if number % ORGANIZATION_EVERY == 0:
        organization = _record(session, house, "organization", f"Customer {number}", rows)
        domain = f"customer{number}.example"
        rows[OrganizationDomain].append(company | {"organization_id": organization, "domain": domain})
    contact = _record(session, house, "contact", f"Person {number}", rows, organization)
    address = _address(number)
    rows[ContactAddress].append(
        company | {"contact_id": contact, "address": address, "address_key": address, "position": 0}
    )
    if number % DEAL_EVERY == 0:
        deal = _record(session, house, "deal", f"Deal {number}", rows)
        rows[Participant].append(company | {"record_id": deal, "contact_id": contact, "position": 0})
    return contact


def _record(
    session: Session, house: House, kind: str, name: str, rows: Rows, organization_id: int | None = None
) -> int:
    id_ = new_id(session)
    rows[Record].append(
        {"company_id": house.company_id, "id": id_, "type": kind, "name": name, "owner_id": house.anna.user_id}
        | {"status": "open" if kind == "deal" else None, "organization_id": organization_id}
        | {"visibility": "company", "created_at": NOW, "changed_at": NOW}
    )
    return id_


def _address(number: int) -> str:
    return f"person{number}@customer{number - number % ORGANIZATION_EVERY}.example"


def _measure(database: Database, viewer: Viewer, contacts: list[int], times: int) -> None:
    print(f"{'look-up':<16}{'found':>7}{'p50 ms':>9}{'p99 ms':>9}")
    for name, ask in _questions(viewer, contacts):
        chance, found, took = random.Random(5), 0, []
        for _ in range(times):
            with database.read() as session:
                session.connection()
                began = time.perf_counter()
                found += ask(session, chance)
                took.append(1000 * (time.perf_counter() - began))
        took.sort()
        print(f"{name:<16}{found / times:7.1f}{took[times // 2]:9.2f}{took[int(0.99 * (times - 1))]:9.2f}", flush=True)


def _questions(viewer: Viewer, contacts: list[int]) -> Iterator[tuple[str, Ask]]:
    def ask(statement: Any, name: str, values: Callable[[list[int]], list[Any]]) -> Ask:
        def run(session: Session, chance: random.Random) -> int:
            numbers = [chance.randrange(len(contacts)) for _ in range(KNOWN)]
            return len(session.connection().execute(statement, {**ids_of(viewer), name: values(numbers)}).all())

        return run

    def addresses(numbers: list[int]) -> list[Any]:
        return [*map(_address, numbers), *(f"stranger{one}@nowhere.example" for one in numbers)]

    def domains(numbers: list[int]) -> list[Any]:
        return sorted({one.partition("@")[2] for one in addresses(numbers)})

    yield "addresses", ask(contacts_by_key(viewer.role), "keys", addresses)
    yield "hidden addresses", ask(hidden_contacts(viewer.role), "keys", addresses)
    yield "domains", ask(organizations_by_domain(viewer.role), "domains", domains)
    yield "open deals", ask(open_records_of(viewer.role), "people", lambda numbers: [contacts[one] for one in numbers])


if __name__ == "__main__":
    sys.exit(main())
