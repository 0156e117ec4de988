"""Imports of records: tried, run, killed, run on, undone; and what a hidden contact makes of them: nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from db.models import ImportPart, RecordImport
from db.session import Database
from linking.importing_columns import Kind
from linking.importing_plan import Outcome
from linking.importing_queue import claim_import, run_lease
from linking.importing_run import BATCH, LEASE, LeaseLost, Run
from linking.imports import (
    ImportView,
    State,
    begin_import,
    forget_files,
    get_import,
    guessed,
    load_file,
    not_taken,
    read_file,
    start_import,
    undo_import,
)
from linking.record_fields import RecordType
from linking.record_view import RecordView
from linking.records import change_record, create_record, list_records
from tests.kit import tenancy
from tests.kit.company import MAIL_DOMAIN, NOW, House, house_in

CONTACT, ORGANIZATION, DEAL = RecordType.CONTACT, RecordType.ORGANIZATION, RecordType.DEAL
CONTACTS = b"""name,email,company
Ada Byron,ada@byron.example,Engines
Ada B.,"ada@byron.example, ada@home.example",Engines
Bo,bo@x.example,
Known,known@x.example,
Bad,bad(at)x,
Both,"known@x.example, other@x.example",
"""


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


class Dying(Exception):
    """The process is killed."""


def begin(database: Database, viewer: Viewer, raw: bytes, kind: Kind | None = None) -> int:
    """Take a file up."""
    sheet = read_file(raw)
    with database.write() as session:
        return begin_import(session, viewer, "people.csv", raw, sheet, guessed(sheet, kind), NOW)


def run(database: Database, viewer: Viewer, number: int, *, dry: bool = False) -> ImportView:
    """Run it to its end as the worker does."""
    with database.write() as session:
        start_import(session, viewer, number, database.now(session), dry=dry)
    work(database)
    with database.read() as session:
        return get_import(session, viewer, number)


def work(database: Database) -> None:
    """Do what is due."""
    while lease := claim_import(database):
        run_lease(database, Run(database, lease, MAIL_DOMAIN))


def records(database: Database, viewer: Viewer, record_type: RecordType) -> Sequence[RecordView]:
    """Answer all of a type that somebody sees, the oldest first."""
    with database.read() as session:
        return list_records(session, viewer, record_type, 1000).rows[::-1]


def make(database: Database, viewer: Viewer, record_type: RecordType, **fields: object) -> RecordView:
    """Create a record by hand."""
    with database.write() as session:
        return create_record(session, viewer, record_type, fields, NOW, MAIL_DOMAIN)


def test_a_dry_run_says_what_the_run_does(database: Database, house: House) -> None:
    anna = house.anna.viewer
    watch = tenancy.watch(database.engine)
    make(database, anna, CONTACT, name="Known", addresses=["known@x.example"])
    make(database, anna, CONTACT, name="Other", addresses=["other@x.example"])
    number = begin(database, anna, CONTACTS)
    tried = run(database, anna, number, dry=True)
    assert tried.counts == {"new": 2, "changed": 1, "same": 1, "wrong": 1, "doubtful": 1}
    assert tried.is_tried
    assert [one.name for one in records(database, anna, CONTACT)] == ["Known", "Other"]
    done = run(database, anna, number)
    assert done.counts == tried.counts
    assert (done.state, done.done, done.total) == (State.DONE, 6, 6)
    ada = next(one for one in records(database, anna, CONTACT) if one.name == "Ada Byron")
    assert ada.addresses == ("ada@byron.example", "ada@home.example")
    assert [one.id for one in records(database, anna, ORGANIZATION)] == [ada.organization_id]
    with database.read() as session:
        left_out = not_taken(session, anna, number)
        assert session.scalars(select(ImportPart.position).where(ImportPart.company_id == anna.company_id)).all() == []
    assert [(one.line, one.outcome) for one in left_out] == [(6, Outcome.WRONG), (7, Outcome.DOUBTFUL)]
    assert left_out[0].cells == ("Bad", "bad(at)x", "")
    assert "“bad(at)x” is no e-mail address" in left_out[0].said
    watch.verify()


def test_a_killed_run_goes_on_where_it_was(database: Database, house: House) -> None:
    anna = house.anna.viewer
    lines = b"".join(b"P%d,p%d@x.example\n" % (n, n) for n in range(3 * BATCH))
    number = begin(database, anna, b"name,email\n" + lines)
    with database.write() as session:
        start_import(session, anna, number, database.now(session), dry=False)

    def die(done: int, total: int) -> None:
        if done == 2 * BATCH:
            raise Dying

    lease = claim_import(database)
    assert lease
    with pytest.raises(Dying):
        run_lease(database, Run(database, lease, MAIL_DOMAIN, die))
    assert claim_import(database) is None
    _let_lease_end(database, anna, number)
    work(database)
    with pytest.raises(LeaseLost):
        run_lease(database, Run(database, lease, MAIL_DOMAIN))
    assert [one.name for one in records(database, anna, CONTACT)] == [f"P{n}" for n in range(3 * BATCH)]
    with database.read() as session:
        assert get_import(session, anna, number).counts == {"new": 3 * BATCH}


def test_undone_is_all_but_what_somebody_changed_since(database: Database, house: House) -> None:
    anna = house.anna.viewer
    firm = make(database, anna, ORGANIZATION, name="Mills", domains=["mills.example"])
    number = begin(database, anna, CONTACTS)
    run(database, anna, number)
    firms = begin(database, anna, b"company,domain\nMills,mills2.example\nmills.example,mills.example\n")
    assert run(database, anna, firms).counts == {"changed": 1, "same": 1}
    with database.write() as session:
        bo = next(one for one in list_records(session, anna, CONTACT, 50).rows if one.name == "Bo")
        change_record(session, anna, CONTACT, bo.id, {"name": "Bo Derek"}, database.now(session))
        undo_import(session, anna, number, database.now(session))
        undo_import(session, anna, firms, database.now(session))
    work(database)
    assert [one.name for one in records(database, anna, CONTACT)] == ["Bo Derek"]
    assert [(one.id, one.domains) for one in records(database, anna, ORGANIZATION)] == [(firm.id, ("mills.example",))]
    with database.write() as session:
        assert get_import(session, anna, number).state is State.UNDONE
        with pytest.raises(Conflict):
            undo_import(session, anna, number, database.now(session))


def test_deals_find_their_contacts_and_organization(database: Database, house: House) -> None:
    anna = house.anna.viewer
    maria = make(database, anna, CONTACT, name="Maria", addresses=["maria@x.example"])
    old = make(database, anna, DEAL, title="Loom", value="10.00", currency="EUR")
    raw = b"Title;Value;Status;Company;Contact Email\nMill;1.200,50 EUR;won;Mills;maria@x.example, new@x.example\n"
    number = begin(database, anna, raw + b"Loom;20;;;\n")
    assert run(database, anna, number, dry=True).counts == {"new": 1, "changed": 1}
    assert run(database, anna, number).counts == {"new": 1, "changed": 1}
    loom, mill = records(database, anna, DEAL)
    assert (loom.id, str(loom.value), loom.status) == (old.id, "20.00", "open")
    people = {one.id: one.name for one in records(database, anna, CONTACT)}
    assert (str(mill.value), mill.currency, mill.status) == ("1200.50", "EUR", "won")
    assert [people[one] for one in mill.contact_ids] == ["Maria", "new@x.example"]
    assert maria.id in mill.contact_ids
    with database.write() as session:
        undo_import(session, anna, number, database.now(session))
    work(database)
    assert [(one.id, str(one.value)) for one in records(database, anna, DEAL)] == [(old.id, "10.00")]


def test_a_hidden_contact_changes_nothing_for_the_importer(database: Database) -> None:
    worlds = []
    for name, hidden in (("One", True), ("Two", False)):
        house = house_in(database, name, f"{name.lower()}.example")
        if hidden:
            secret = {"name": "Secret", "addresses": ["bo@x.example"], "visibility": "owner"}
            make(database, house.bert.viewer, CONTACT, **secret)
        anna = house.anna.viewer
        number = begin(database, anna, CONTACTS)
        tried, done = run(database, anna, number, dry=True), run(database, anna, number)
        seen = [(one.name, one.addresses) for one in records(database, anna, CONTACT)]
        worlds.append((tried.counts, done.counts, seen))
    assert worlds[0] == worlds[1]


def test_files_that_nobody_ran_are_forgotten_of_this_company_alone(database: Database, house: House) -> None:
    other = house_in(database, "Fabrikam", "fabrikam.example").anna.viewer
    mine, theirs = begin(database, house.anna.viewer, CONTACTS), begin(database, other, CONTACTS)
    with database.write() as session:
        forget_files(session, house.company_id)
        with pytest.raises(Missing):
            get_import(session, house.anna.viewer, mine)
        assert load_file(session, other.company_id, theirs) == CONTACTS


def test_an_import_is_its_users_alone(database: Database, house: House) -> None:
    number = begin(database, house.anna.viewer, CONTACTS)
    with database.write() as session:
        for other in (house.bert.viewer, house.ada.viewer):
            with pytest.raises(Missing):
                get_import(session, other, number)
            with pytest.raises(Missing):
                undo_import(session, other, number, NOW)
    with pytest.raises(Forbidden):
        begin(database, house.rosa.viewer, CONTACTS)


def _let_lease_end(database: Database, viewer: Viewer, number: int) -> None:
    with database.write() as session:
        past = database.now(session) - LEASE
        this = (RecordImport.company_id == viewer.company_id, RecordImport.id == number)
        session.execute(update(RecordImport).where(*this).values(next_attempt_at=past))
