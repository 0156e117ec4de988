"""Undoing an import over an organization that the importer may not see: it is given back, and he learns nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db.models import Record
from db.session import Database
from linking.importing_columns import Kind
from linking.imports import undo_import
from linking.record_fields import RecordType
from tests.kit.company import house_in
from tests.linking.test_imports import CONTACT, DEAL, ORGANIZATION, begin, make, records, run, work

LINE = b"name,email,company\nMaria,maria@x.example,Other Ltd\n"


@pytest.mark.parametrize(
    ("record_type", "line"),
    [
        (CONTACT, LINE),
        (DEAL, b"title,company\nMaria,Other Ltd\n"),
    ],
)
@pytest.mark.parametrize("exists", [True, False], ids=["Other Ltd exists", "Other Ltd is made"])
def test_an_undone_import_gives_a_hidden_organization_back(
    database: Database, record_type: RecordType, line: bytes, exists: bool
) -> None:
    worlds = []
    for name, hidden in (("One", True), ("Two", False)):
        house = house_in(database, name, f"{name.lower()}.example")
        anna, bert = house.anna.viewer, house.bert.viewer
        secret = make(database, bert, ORGANIZATION, name="Secret", visibility="owner")
        if exists:
            make(database, bert, ORGANIZATION, name="Other Ltd")
        called = {"title": "Maria"} if record_type is DEAL else {"name": "Maria", "addresses": ["maria@x.example"]}
        maria = make(database, bert, record_type, **called, organization_id=secret.id if hidden else None)
        number = begin(database, anna, line, Kind.DEALS if record_type is DEAL else Kind.CONTACTS)
        tried, done = run(database, anna, number, dry=True), run(database, anna, number)
        firms = {one.id: one.name for one in records(database, anna, ORGANIZATION)}
        during = [firms[one.organization_id or 0] for one in records(database, anna, record_type)]
        with database.write() as session:
            undo_import(session, anna, number, database.now(session))
        work(database)
        seen = [(one.name, one.organization_id) for one in records(database, anna, record_type)]
        worlds.append((tried.counts, done.counts, during, seen))
        (own,) = records(database, bert, record_type)
        assert (own.id, own.organization_id) == (maria.id, secret.id if hidden else None)
    assert worlds[0] == worlds[1]
    assert worlds[0][2:] == (["Other Ltd"], [("Maria", None)])


def test_an_erased_contact_is_not_given_its_organization_back(database: Database) -> None:
    house = house_in(database)
    anna, bert = house.anna.viewer, house.bert.viewer
    secret = make(database, bert, ORGANIZATION, name="Secret", visibility="owner")
    maria = make(database, bert, CONTACT, name="Maria", addresses=["maria@x.example"], organization_id=secret.id)
    number = begin(database, anna, LINE)
    assert run(database, anna, number).counts == {"changed": 1}
    this = (Record.company_id == house.company_id, Record.id == maria.id)
    with database.write() as session:
        # Erasing leaves the time of change alone.
        session.execute(update(Record).where(*this).values(organization_id=None))
        undo_import(session, anna, number, database.now(session))
    work(database)
    with database.read() as session:
        assert session.scalar(select(Record.organization_id).where(*this)) is None
