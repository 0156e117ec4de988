"""Blocked addresses: whose list, what may stand on it, and what it names (RULES R33)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from accounts.audit import list_events
from accounts.blocking import BlockScope, add_blocked, blocked_among, has_blocked, list_blocked, remove_blocked
from accounts.refusals import Forbidden, Invalid, Missing
from db.session import Database
from tests.kit import tenancy
from tests.kit.company import NOW, House, make_house

SPAM = "eve@spam.example"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One write transaction for the whole test; every query names its company."""
    watch = tenancy.watch(database.engine)
    with database.write() as opened:
        yield opened
    watch.verify()


@pytest.fixture
def house(session: Session) -> House:
    """Four colleagues."""
    return make_house(session)


def test_ones_own_list_is_told_to_nobody_else(session: Session, house: House) -> None:
    added = add_blocked(session, house.anna.viewer, address="Eve@SPAM.example", now=NOW)
    assert (added.address, added.domain, added.scope) == (SPAM, None, BlockScope.MINE)
    assert [one.id for one in list_blocked(session, house.anna.viewer)] == [added.id]
    for other in (house.bert, house.ada, house.rosa):
        assert list_blocked(session, other.viewer) == ()
        assert not has_blocked(session, other.viewer)
        with pytest.raises(Missing):
            remove_blocked(session, other.viewer, added.id, NOW)
    assert not [one for one in list_events(session, house.ada.viewer, 50) if "blocked" in one.action]


def test_the_companys_list_is_the_admins_to_change_and_everybodys_to_read(session: Session, house: House) -> None:
    with pytest.raises(Forbidden):
        add_blocked(session, house.anna.viewer, domain="spam.example", scope=BlockScope.COMPANY, now=NOW)
    added = add_blocked(session, house.ada.viewer, domain="@Spam.example.", scope=BlockScope.COMPANY, now=NOW)
    assert (added.address, added.domain) == (None, "spam.example")
    assert list_blocked(session, house.rosa.viewer) == (added,)
    with pytest.raises(Forbidden):
        remove_blocked(session, house.anna.viewer, added.id, NOW)
    remove_blocked(session, house.ada.viewer, added.id, NOW)
    assert not has_blocked(session, house.anna.viewer)


def test_the_same_entry_stands_once_a_list(session: Session, house: House) -> None:
    first = add_blocked(session, house.ada.viewer, address=SPAM, now=NOW)
    assert add_blocked(session, house.ada.viewer, address=SPAM, now=NOW) == first
    of_company = add_blocked(session, house.ada.viewer, address=SPAM, scope=BlockScope.COMPANY, now=NOW)
    of_anna = add_blocked(session, house.anna.viewer, address=SPAM, now=NOW)
    assert len({first.id, of_company.id, of_anna.id}) == 3


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "bert@northwind.example"}, "address"),
        ({"address": "new@northwind.example"}, "address"),
        ({"address": "nobody"}, "address"),
        ({"domain": "northwind.example"}, "domain"),
        ({"domain": "gmail.com"}, "domain"),
        ({"domain": "co.uk"}, "domain"),
        ({"domain": "spam"}, "domain"),
        ({"domain": "eve@spam.example"}, "domain"),
        ({}, ""),
        ({"address": SPAM, "domain": "spam.example"}, ""),
    ],
)
def test_what_cannot_be_blocked_is_said(session: Session, house: House, given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add_blocked(session, house.anna.viewer, **given, now=NOW)
    assert list(refused.value.errors) == [field]


def test_our_own_bcc_address_cannot_be_blocked(session: Session, house: House) -> None:
    with pytest.raises(Invalid):
        add_blocked(session, house.anna.viewer, address=house.bcc_address, now=NOW)


def test_one_mailbox_of_a_free_mail_domain_can(session: Session, house: House) -> None:
    assert add_blocked(session, house.anna.viewer, address="eve@gmail.com", now=NOW).address == "eve@gmail.com"


def test_a_domain_names_all_below_it_and_nothing_beside_it(session: Session, house: House) -> None:
    add_blocked(session, house.ada.viewer, domain="spam.example", scope=BlockScope.COMPANY, now=NOW)
    add_blocked(session, house.anna.viewer, address="carl@customer.example", now=NOW)
    below = {"a@spam.example", "b@mail.spam.example"}
    others = {"c@notspam.example", "spam.example@x.example", "d@example.com"}
    keys = {*below, *others, "carl@customer.example"}
    found = blocked_among(session, house.company_id, house.anna.user_id, keys)
    assert (found.company, found.own) == (below, {"carl@customer.example"})
    assert blocked_among(session, house.company_id, house.bert.user_id, keys).own == frozenset()
