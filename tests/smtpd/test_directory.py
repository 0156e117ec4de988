"""The door's questions over a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from accounts.addresses import AddressKind
from db.models import Company, DomainTrouble, User
from db.session import Database
from smtpd.directory import Directory
from tests.kit.company import House, house_in

NOW = datetime(2026, 3, 4, 10, 20, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def house(database: Database) -> House:
    return house_in(database)


@pytest.fixture
def directory(database: Database) -> Directory:
    return Directory(database)


def test_recipients(directory: Directory, house: House) -> None:
    universal = directory.recipient(house.bcc_address.upper())
    assert universal is not None
    assert (universal.company_id, universal.kind) == (house.company_id, AddressKind.UNIVERSAL)
    personal = directory.recipient(house.anna.personal_bcc_address)
    assert personal is not None
    assert (personal.kind, personal.user_id) == (AddressKind.PERSONAL, house.anna.user_id)
    assert directory.recipient(f"nobody@{house.bcc_address.partition('@')[2]}") is None


def test_who_reads_only_or_left_has_no_address(directory: Directory, house: House, database: Database) -> None:
    assert directory.recipient(house.rosa.personal_bcc_address) is None
    with database.write() as session:
        session.execute(
            update(User)
            .where(User.company_id == house.company_id, User.id == house.bert.user_id)
            .values(state="deactivated")
        )
    assert directory.recipient(house.bert.personal_bcc_address) is None
    assert directory.standing(house.company_id, "bert@northwind.example") is None


def test_sender_facts(directory: Directory, house: House, database: Database) -> None:
    known = directory.sender_facts(house.company_id, "anna@northwind.example", "northwind.example")
    assert known.standing is not None
    assert known.standing.user_id == house.anna.user_id
    assert known.standing.approved
    assert not known.in_trouble
    with database.write() as session:
        session.execute(
            update(Company).where(Company.id == house.company_id).values(policies={"unapproved_senders": "refuse"})
        )
        session.execute(insert(DomainTrouble).values(domain="elsewhere.example", failing_since=NOW, last_failed_at=NOW))
    other = directory.sender_facts(house.company_id, "x@elsewhere.example", "elsewhere.example")
    assert other.standing is None
    assert other.policies.unapproved_senders == "refuse"
    assert other.in_trouble


def test_trouble_is_counted_from_its_first_failure(directory: Directory) -> None:
    assert directory.note_trouble("slow.example", NOW) == timedelta()
    assert directory.note_trouble("slow.example", NOW + timedelta(seconds=5)) == timedelta(seconds=5)
    assert directory.note_trouble("slow.example", NOW + HOUR) == HOUR
    assert directory.note_trouble("slow.example", NOW + 5 * HOUR) == 5 * HOUR
    assert directory.note_trouble("other.example", NOW + 5 * HOUR) == timedelta()


def test_trouble_ends_with_an_answer_or_a_long_silence(directory: Directory) -> None:
    directory.note_trouble("slow.example", NOW)
    directory.clear_trouble("slow.example")
    assert directory.note_trouble("slow.example", NOW + 5 * HOUR) == timedelta()
    assert directory.note_trouble("slow.example", NOW + 30 * HOUR) == timedelta()
