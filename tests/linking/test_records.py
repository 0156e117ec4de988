"""Records: created, changed, listed, taken away and brought back, always as somebody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.session import Database
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView
from linking.records import (
    UNDOABLE,
    change_record,
    create_record,
    delete_record,
    get_record,
    list_records,
    restore_record,
)
from tests.kit import tenancy
from tests.kit.company import MAIL_DOMAIN, NOW, House, house_in

CONTACT, ORGANIZATION, DEAL = RecordType.CONTACT, RecordType.ORGANIZATION, RecordType.DEAL


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


def make(database: Database, viewer: Viewer, record_type: RecordType, **fields: Any) -> RecordView:
    """Create a record in a transaction of its own."""
    with database.write() as session:
        return create_record(session, viewer, record_type, fields, NOW, MAIL_DOMAIN)


def test_a_contact_keeps_its_addresses_in_order_and_once(database: Database, house: House) -> None:
    made = make(
        database,
        house.anna.viewer,
        CONTACT,
        name=" Maria Lopez ",
        addresses=["Maria@Fabrikam.example", "m@fabrikam.example", "maria@fabrikam.EXAMPLE"],
    )
    assert made.name == "Maria Lopez"
    assert made.addresses == ("Maria@Fabrikam.example", "m@fabrikam.example")
    assert (made.owner_id, made.visibility, made.status) == (house.anna.user_id, "company", None)
    assert made.bcc_address.startswith("contact-")
    with database.read() as session:
        assert get_record(session, house.bert.viewer, CONTACT, made.id) == made


def test_a_deal_has_participants_and_a_value(database: Database, house: House) -> None:
    anna = house.anna.viewer
    contact = make(database, anna, CONTACT, name="Maria")
    firm = make(database, anna, ORGANIZATION, name="Fabrikam", domains=["Fabrikam.Example"])
    deal = make(
        database,
        anna,
        DEAL,
        title="Garden chairs",
        contact_ids=[contact.id],
        organization_id=firm.id,
        value="1200.50",
        currency="EUR",
    )
    assert (deal.name, deal.status, deal.contact_ids) == ("Garden chairs", "open", (contact.id,))
    assert (deal.value, deal.currency, deal.organization_id) == (Decimal("1200.50"), "EUR", firm.id)
    assert firm.domains == ("fabrikam.example",)
    with database.write() as session:
        won = change_record(session, house.bert.viewer, DEAL, deal.id, {"status": "won"}, NOW)
    assert (won.status, won.contact_ids, won.value) == ("won", (contact.id,), Decimal("1200.50"))


WRONG = [
    (CONTACT, {}, "name"),
    (CONTACT, {"name": "  "}, "name"),
    (CONTACT, {"name": "a\r\nb"}, "name"),
    (CONTACT, {"name": "M", "addresses": ["nobody"]}, "addresses"),
    (CONTACT, {"name": "M", "colour": "red"}, "colour"),
    (CONTACT, {"name": "M", "visibility": "team"}, "visibility"),
    (CONTACT, {"name": "M", "visibility": "team", "team_id": 7}, "team_id"),
    (CONTACT, {"name": "M", "organization_id": 7}, "organization_id"),
    (CONTACT, {"name": "M", "owner_id": 7}, "owner_id"),
    (ORGANIZATION, {"name": "G", "domains": ["gmail.com"]}, "domains"),
    (ORGANIZATION, {"name": "G", "domains": ["not a domain"]}, "domains"),
    (DEAL, {"title": "D", "status": "closed"}, "status"),
    (DEAL, {"title": "D", "contact_ids": [7]}, "contact_ids"),
    (DEAL, {"title": "D", "value": -1}, "value"),
    (DEAL, {"title": "D", "currency": "euro"}, "currency"),
    (DEAL, {"name": "D"}, "title"),
    (RecordType.LEAD, {"title": "L", "status": "won"}, "status"),
    (RecordType.PROJECT, {"title": "P", "value": 1}, "value"),
]


@pytest.mark.parametrize(("record_type", "given", "field"), WRONG)
def test_a_wrong_field_is_named(
    database: Database, house: House, record_type: RecordType, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        make(database, house.anna.viewer, record_type, **given)
    assert field in refused.value.errors
    with database.read() as session:
        assert not list_records(session, house.anna.viewer, record_type, 10).rows


def test_owner_only_records_are_the_owners_and_the_admins(database: Database, house: House) -> None:
    hidden = make(database, house.anna.viewer, CONTACT, name="Secret", visibility="owner")
    seen = {}
    with database.read() as session:
        for viewer in house.viewers():
            seen[viewer.user_id] = bool(list_records(session, viewer, CONTACT, 10).rows)
        with pytest.raises(Missing):
            get_record(session, house.bert.viewer, CONTACT, hidden.id)
    assert seen == {
        house.anna.user_id: True,
        house.ada.user_id: True,
        house.bert.user_id: False,
        house.rosa.user_id: False,
    }
    with pytest.raises(Invalid) as refused:
        make(database, house.bert.viewer, DEAL, title="D", contact_ids=[hidden.id])
    assert refused.value.errors == {"contact_ids": "there is no such contact"}


def test_a_hidden_participant_is_not_shown_and_not_lost(database: Database, house: House) -> None:
    hidden = make(database, house.anna.viewer, CONTACT, name="Secret", visibility="owner")
    known = make(database, house.bert.viewer, CONTACT, name="Known")
    deal = make(database, house.anna.viewer, DEAL, title="D", contact_ids=[hidden.id])
    with database.write() as session:
        assert get_record(session, house.bert.viewer, DEAL, deal.id).contact_ids == ()
        change_record(session, house.bert.viewer, DEAL, deal.id, {"contact_ids": [known.id]}, NOW)
        assert get_record(session, house.anna.viewer, DEAL, deal.id).contact_ids == (known.id, hidden.id)


def test_who_may_change_what(database: Database, house: House) -> None:
    made = make(database, house.anna.viewer, CONTACT, name="Maria")
    with pytest.raises(Forbidden):
        make(database, house.rosa.viewer, CONTACT, name="X")
    for viewer, changes in [
        (house.rosa.viewer, {"name": "X"}),
        (house.bert.viewer, {"visibility": "owner"}),
        (house.bert.viewer, {"owner_id": house.bert.user_id}),
    ]:
        with pytest.raises(Forbidden), database.write() as session:
            change_record(session, viewer, CONTACT, made.id, changes, NOW)
    with pytest.raises(Forbidden), database.write() as session:
        delete_record(session, house.rosa.viewer, CONTACT, made.id, NOW)
    with database.write() as session:
        given = change_record(session, house.ada.viewer, CONTACT, made.id, {"owner_id": house.bert.user_id}, NOW)
    assert given.owner_id == house.bert.user_id


def test_deleting_can_be_undone_for_thirty_days(database: Database, house: House) -> None:
    made = make(database, house.anna.viewer, CONTACT, name="Maria", addresses=["m@fabrikam.example"])
    with database.write() as session:
        delete_record(session, house.anna.viewer, CONTACT, made.id, NOW)
        assert not list_records(session, house.anna.viewer, CONTACT, 10).rows
        gone = list_records(session, house.anna.viewer, CONTACT, 10, wanted=RecordFilter(deleted=True)).rows
        assert [row.id for row in gone] == [made.id]
    with pytest.raises(Missing), database.write() as session:
        restore_record(session, house.anna.viewer, CONTACT, made.id, NOW + UNDOABLE)
    with database.write() as session:
        assert restore_record(session, house.anna.viewer, CONTACT, made.id, NOW) == made


def test_pages_are_newest_first_and_complete(database: Database, house: House) -> None:
    made = [make(database, house.anna.viewer, CONTACT, name=f"C{number}").id for number in range(7)]
    seen: list[int] = []
    with database.read() as session:
        page = list_records(session, house.bert.viewer, CONTACT, 3)
        while True:
            seen += [row.id for row in page.rows]
            if page.next is None:
                break
            page = list_records(session, house.bert.viewer, CONTACT, 3, page.next)
    assert seen == made[::-1]


def test_filters_find_by_word_status_and_participant(database: Database, house: House) -> None:
    anna = house.anna.viewer
    contact = make(database, anna, CONTACT, name="50% Maria", addresses=["maria@fabrikam.example"])
    make(database, anna, CONTACT, name="Otto")
    deal = make(database, anna, DEAL, title="A", contact_ids=[contact.id])
    make(database, anna, DEAL, title="B", status="won")
    with database.read() as session:

        def found(record_type: RecordType, **wanted: Any) -> list[int]:
            return [row.id for row in list_records(session, anna, record_type, 9, wanted=RecordFilter(**wanted)).rows]

        assert found(CONTACT, q="5%0 mar") == []
        assert found(CONTACT, q="50% mar") == [contact.id]
        assert found(CONTACT, q="FABRIKAM") == [contact.id]
        assert found(CONTACT, q="_") == []
        assert found(DEAL, status="open") == [deal.id]
        assert found(DEAL, contact_id=contact.id) == [deal.id]


def test_another_company_sees_nothing(database: Database, house: House) -> None:
    other = house_in(database, "Tailspin", "tailspin.example")
    made = make(database, house.anna.viewer, CONTACT, name="Maria")
    with database.read() as session:
        assert not list_records(session, other.ada.viewer, CONTACT, 10).rows
        with pytest.raises(Missing):
            get_record(session, other.ada.viewer, CONTACT, made.id)


def test_every_query_names_its_company(database: Database, house: House) -> None:
    watch = tenancy.watch(database.engine)
    contact = make(database, house.anna.viewer, CONTACT, name="M", addresses=["m@fabrikam.example"])
    deal = make(database, house.anna.viewer, DEAL, title="A", contact_ids=[contact.id])
    with database.write() as session:
        change_record(session, house.anna.viewer, DEAL, deal.id, {"contact_ids": []}, NOW)
        list_records(session, house.anna.viewer, DEAL, 5, wanted=RecordFilter(contact_id=contact.id, q="x"))
        delete_record(session, house.anna.viewer, DEAL, deal.id, NOW)
        restore_record(session, house.anna.viewer, DEAL, deal.id, NOW)
    watch.verify()
