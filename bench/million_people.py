"""The company of a large installation: its users, its contacts with their organisations, its deals.

Ids of records follow from their numbers, so that nothing of a million records has to be kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from accounts.companies import create_company
from accounts.passwords import hash_password, set_password_hash
from accounts.policies import CompanyPolicies
from accounts.users import add_user
from bench.bulk import Row, Sink
from db.ids import COUNTER_BITS, MS_SHIFT
from db.models import Team, TeamMember
from db.session import Database

DOMAIN: Final = "northwind.example"
MAIL_DOMAIN: Final = f"bcc.{DOMAIN}"
PASSWORD: Final = "correct horse battery"
NUMBER: Final = 1023
"""The number under which our ids are made; the product begins with the lowest."""
MADE: Final = datetime(2025, 1, 1, tzinfo=UTC)
FIRST_MS: Final = 1000
STAGES: Final = ("open", "open", "won", "lost")
OF_TEAM: Final = 20
"""Users of one team."""
PEOPLE_OF_ORGANIZATION: Final = 10
DEAL_EVERY: Final = 5
HIDDEN_EVERY: Final = 97
"""Every so many-th contact is its owner's alone."""
FIRST_NAMES: Final = (
    "Anna",
    "Bert",
    "Carla",
    "David",
    "Elin",
    "Frida",
    "Georg",
    "Hanna",
    "Ivar",
    "Julia",
    "Karl",
    "Lena",
    "Marta",
    "Nils",
    "Olga",
    "Peter",
    "Rosa",
    "Sara",
    "Tom",
    "Uwe",
    "Vera",
    "Wim",
)
SYLLABLES: Final = (
    "berg",
    "dal",
    "fors",
    "gren",
    "holm",
    "kvist",
    "lund",
    "mark",
    "ness",
    "rud",
    "sen",
    "stad",
    "strand",
    "thal",
    "vik",
    "wald",
)
AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True)
class People:
    """Who is there: users by number, contacts from 0 to `contacts`."""

    company_id: int
    users: tuple[int, ...]
    teams: tuple[int, ...]
    contacts: int
    bcc_address: str

    def owner_of(self, contact: int) -> int:
        """Answer the number of the user whose contact it is."""
        return contact % len(self.users)

    def contact_id(self, contact: int) -> int:
        """Answer the id of a contact."""
        return _record_id(contact)

    def deal_id(self, contact: int) -> int | None:
        """Answer the id of the deal of a contact; None where he has none."""
        return _record_id(self.contacts + contact) if contact // len(self.users) % DEAL_EVERY == 0 else None

    def organization_id(self, contact: int) -> int:
        """Answer the id of the organisation of a contact."""
        return _record_id(2 * self.contacts + contact // PEOPLE_OF_ORGANIZATION)


def _record_id(number: int) -> int:
    return (FIRST_MS + number) << MS_SHIFT | NUMBER << COUNTER_BITS


def name_of(contact: int) -> str:
    """Answer the name of a contact; some are called alike."""
    first, rest = FIRST_NAMES[contact % len(FIRST_NAMES)], contact // len(FIRST_NAMES)
    one, other = SYLLABLES[rest % 16], SYLLABLES[rest // 16 % 16]
    return f"{first} {one.title()}{other}"


def address_of(contact: int) -> str:
    """Answer the address of a contact."""
    first, _, last = name_of(contact).lower().partition(" ")
    return f"{first}.{last}{contact}@customer{contact // PEOPLE_OF_ORGANIZATION}.example"


def email_of(user: int) -> str:
    """Answer the login address of a user."""
    return f"user{user}@{DOMAIN}"


def make_people(database: Database, users: int, contacts: int) -> People:
    """Make the company with its users, who share one password, and their teams."""
    password_hash = hash_password(PASSWORD)
    with database.write() as session:
        now = database.now(session)
        made = create_company(session, "Northwind", [DOMAIN], CompanyPolicies(), now, MAIL_DOMAIN)
        ids = tuple(
            add_user(
                session,
                made.company_id,
                email_of(number),
                f"User {number}",
                "admin" if number == 0 else "member",
                now,
                MAIL_DOMAIN,
            ).user_id
            for number in range(users)
        )
        for user_id in ids:
            set_password_hash(session, made.company_id, user_id, password_hash)
        teams = _make_teams(session, made.company_id, ids, now)
    return People(made.company_id, ids, teams, contacts, made.bcc_address)


def _make_teams(session: Session, company_id: int, users: tuple[int, ...], now: datetime) -> tuple[int, ...]:
    teams = tuple(range(1, 1 + max(1, len(users) // OF_TEAM)))
    of_company = {"company_id": company_id}
    session.execute(insert(Team), [of_company | {"id": one, "name": f"Team {one}", "created_at": now} for one in teams])
    places = [{"team_id": teams[place % len(teams)], "user_id": user} for place, user in enumerate(users)]
    session.execute(insert(TeamMember), [of_company | one for one in places])
    return teams


def write_records(sink: Sink, people: People) -> None:
    """Write contacts, deals and organisations, each with the address that Bcc copies go to."""
    rows: dict[str, list[Row]] = {}
    for contact in range(people.contacts):
        for table, row in _of_contact(people, contact):
            rows.setdefault(table, []).append(row)
        if contact % AT_ONCE == AT_ONCE - 1:
            _flush(sink, rows)
    _flush(sink, rows)


def _flush(sink: Sink, rows: dict[str, list[Row]]) -> None:
    for table, made in rows.items():
        sink.put(table, made)
    rows.clear()


def _of_contact(people: People, contact: int) -> Iterator[tuple[str, Row]]:
    company, owner = people.company_id, people.owner_of(contact)
    organization, contact_id, deal = (
        people.organization_id(contact),
        people.contact_id(contact),
        people.deal_id(contact),
    )
    if contact % PEOPLE_OF_ORGANIZATION == 0:
        number = contact // PEOPLE_OF_ORGANIZATION
        yield from _record(people, organization, "organization", f"Customer {number}", owner)
        yield "organization_domain", (company, organization, f"customer{number}.example")
    hidden = "owner" if contact % HIDDEN_EVERY == 1 else "company"
    yield from _record(people, contact_id, "contact", name_of(contact), owner, organization, visibility=hidden)
    address = address_of(contact)
    yield "contact_address", (company, contact_id, address, address, 0)
    if deal:
        status = STAGES[contact // len(people.users) // DEAL_EVERY % len(STAGES)]
        title = f"{SYLLABLES[contact % 16].title()} for {name_of(contact)}"
        yield from _record(people, deal, "deal", title, owner, organization, status=status)
        yield "participant", (company, deal, contact_id, 0)


def _record(
    people: People,
    id_: int,
    kind: str,
    name: str,
    owner: int,
    organization: int | None = None,
    *,
    status: str | None = None,
    visibility: str = "company",
) -> Iterator[tuple[str, Row]]:
    company, at = people.company_id, f"{MADE:%Y-%m-%d %H:%M:%S}.000000"
    money = ("12500.00", "EUR") if kind == "deal" else (None, None)
    start = (company, id_, kind, name, status, organization, *money, people.users[owner], None, visibility)
    yield "record", (*start, None, at, at, None)
    address = f"{kind[:4]}-{id_ >> MS_SHIFT:x}@{MAIL_DOMAIN}"
    yield "bcc_address", (company, id_ + 1, "record", address, None, id_, "active", at, None, None)
    yield "directory_address", (address, company, id_ + 1)
