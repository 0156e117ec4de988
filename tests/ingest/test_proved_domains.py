"""Domains that DNS proves: what to publish, what its answers do, and who needs no mail then (RULES R10)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from accounts.audit import list_events
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.sender_domains import (
    AGAIN_AFTER,
    LAPSES_AFTER,
    NO_ANSWER,
    NO_RECORD,
    OTHER_RECORD,
    DomainState,
    DomainView,
    add_domain,
    begin_check,
    get_domain,
    is_vouched_for,
    list_domains,
    look_up,
    note_check,
    remove_domain,
)
from accounts.sender_request import Owner
from accounts.senders import list_senders
from accounts.users import UserMade
from db.session import Database
from ingest.approving import Asked, approve, ask
from ingest.domain_watch import check_due, watch_domains
from tests.ingest.test_approving import POST
from tests.kit.company import NOW, House, house_in
from tests.kit.resolver import FAILS, ZoneResolver

OLD_BRAND = "northwind.example"
DAY = timedelta(days=1)


@pytest.fixture
def house(database: Database) -> House:
    """A company whose people sign in at another domain than the one that is proved."""
    return house_in(database, domain="trading.example")


def do[T](database: Database, what: Callable[..., T], *args: Any, **how: Any) -> T:
    """Do it in a transaction of its own."""
    with database.write() as session:
        return what(session, *args, **how)


def proved(database: Database, house: House) -> DomainView:
    """Name the domain and find its record."""
    added = do(database, add_domain, house.ada.viewer, "Northwind.example.", NOW)
    do(database, note_check, house.company_id, added.id, None, NOW, house.ada.viewer)
    return do(database, get_domain, house.ada.viewer, added.id)


def test_a_domain_is_named_published_and_found(database: Database, house: House) -> None:
    added = do(database, add_domain, house.ada.viewer, "Northwind.example.", NOW)
    assert (added.domain, added.record_name, added.state) == (OLD_BRAND, f"_smartbcc.{OLD_BRAND}", "waiting")
    zone = ZoneResolver()
    assert look_up(zone, added.record_name, added.record_value) == NO_RECORD
    zone.add(added.record_name, "TXT", "smartbcc=another")
    assert look_up(zone, added.record_name, added.record_value) == OTHER_RECORD
    zone.add(added.record_name, "TXT", f" {added.record_value} ")
    assert look_up(zone, added.record_name, added.record_value) is None
    failing = ZoneResolver().add(added.record_name, "TXT", FAILS)
    assert look_up(failing, added.record_name, added.record_value) == NO_ANSWER
    with database.read() as session:
        assert not is_vouched_for(session, house.company_id, f"x@{OLD_BRAND}")


@pytest.mark.parametrize("domain", ["gmail.com", "co.uk", "example", "github.io", "a b", "", "x@y.example"])
def test_what_is_nobodys_alone_cannot_be_named(database: Database, house: House, domain: str) -> None:
    with pytest.raises(Invalid):
        do(database, add_domain, house.ada.viewer, domain, NOW)


def test_it_is_the_admins_affair_and_nobodys_of_another_company(database: Database, house: House) -> None:
    other = house_in(database, "Tailspin", "tailspin.example")
    one = proved(database, house)
    with pytest.raises(Forbidden):
        do(database, add_domain, house.anna.viewer, "another.example", NOW)
    with pytest.raises(Forbidden):
        do(database, list_domains, house.anna.viewer)
    with pytest.raises(Missing):
        do(database, get_domain, other.ada.viewer, one.id)
    with pytest.raises(Invalid):
        do(database, add_domain, house.ada.viewer, OLD_BRAND, NOW)
    with database.read() as session:
        assert is_vouched_for(session, house.company_id, f"anna@{OLD_BRAND.upper()}")
        assert not is_vouched_for(session, house.company_id, f"anna@mail.{OLD_BRAND}")
        assert not is_vouched_for(session, other.company_id, f"anna@{OLD_BRAND}")


def test_an_admins_word_or_ones_own_name_needs_no_mail_there(database: Database, house: House) -> None:
    def asks(by: UserMade, owner: UserMade, address: str) -> tuple[Asked, str]:
        sender, asked = do(database, ask, by.viewer, Owner(user_id=owner.user_id), address, POST, NOW)
        return asked, sender.state

    assert asks(house.anna, house.anna, f"anna@{OLD_BRAND}") == (Asked.SENT, "requested")
    proved(database, house)
    assert asks(house.bert, house.bert, f"Bert@{OLD_BRAND}") == (Asked.APPROVED, "approved")
    # A colleague's name, or any other, is not his because the domain is the company's.
    assert asks(house.bert, house.bert, f"anna.lee@{OLD_BRAND}") == (Asked.SENT, "requested")
    assert asks(house.bert, house.bert, f"bert@mail.{OLD_BRAND}") == (Asked.SENT, "requested")
    assert asks(house.ada, house.anna, f"a.lee@{OLD_BRAND}") == (Asked.APPROVED, "approved")
    (annas,) = [one for one in _listed(database, house) if one.address == f"anna@{OLD_BRAND}"]
    assert do(database, approve, house.ada.viewer, annas.id, NOW).state == "approved"
    (elsewhere,) = [one for one in _listed(database, house) if one.address == f"bert@mail.{OLD_BRAND}"]
    with pytest.raises(Conflict):
        do(database, approve, house.ada.viewer, elsewhere.id, NOW)


def _listed(database: Database, house: House) -> Any:
    with database.read() as session:
        return list_senders(session, house.ada.viewer)


def test_it_is_looked_at_every_week_and_lapses_where_it_stays_away(database: Database, house: House) -> None:
    one = proved(database, house)

    def look(at: Any, problem: str | None) -> DomainState:
        do(database, note_check, house.company_id, one.id, problem, at)
        return do(database, get_domain, house.ada.viewer, one.id).state

    assert look(NOW + 7 * DAY, NO_ANSWER) == "missing"
    assert look(NOW + 29 * DAY, NO_RECORD) == "missing"
    with database.read() as session:
        assert is_vouched_for(session, house.company_id, f"x@{OLD_BRAND}")
        assert get_domain(session, house.ada.viewer, one.id).lapses_at == NOW + LAPSES_AFTER
    assert look(NOW + 30 * DAY, NO_RECORD) == "lapsed"
    with database.read() as session:
        assert not is_vouched_for(session, house.company_id, f"x@{OLD_BRAND}")
    assert look(NOW + 31 * DAY, None) == "proved"
    assert look(NOW + 32 * DAY, OTHER_RECORD) == "missing"
    with database.read() as session:
        done = [event.action for event in list_events(session, house.ada.viewer, 20, kinds=["sender"])]
    assert done == ["sender.domain_prove", "sender.domain_lapse", "sender.domain_prove", "sender.domain_add"]
    assert do(database, remove_domain, house.ada.viewer, one.id, NOW) == OLD_BRAND


def test_the_house_keeping_asks_only_what_is_due(database: Database, house: House) -> None:
    with database.read() as session:
        now = database.now(session)
    one = do(database, add_domain, house.ada.viewer, OLD_BRAND, now)
    zone = ZoneResolver().add(one.record_name, "TXT", one.record_value)
    assert check_due(database, zone) == 0  # nobody has asked for a first look
    do(database, note_check, house.company_id, one.id, None, now - AGAIN_AFTER + DAY)
    assert check_due(database, zone) == 0
    do(database, note_check, house.company_id, one.id, NO_RECORD, now - AGAIN_AFTER - DAY)
    stop = threading.Event()

    class Stops(ZoneResolver):
        def txt(self, name: str) -> tuple[bytes, ...]:
            stop.set()
            return zone.txt(name)

    watch_domains(database, Stops(), stop)
    assert zone.queries == [(one.record_name, "TXT")]
    assert do(database, get_domain, house.ada.viewer, one.id).state == "proved"
    assert check_due(database, zone) == 0


def test_a_person_looks_no_oftener_than_dns_changes(database: Database, house: House) -> None:
    one = do(database, add_domain, house.ada.viewer, OLD_BRAND, NOW)
    do(database, begin_check, house.ada.viewer, one.id, NOW)
    with pytest.raises(Conflict):
        do(database, begin_check, house.ada.viewer, one.id, NOW + timedelta(seconds=9))
    do(database, begin_check, house.ada.viewer, one.id, NOW + timedelta(seconds=10))
