"""A new address at once, the old one for its grace, and neither for anybody who may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from accounts.addresses import AddressKind, address_of, find_recipient
from accounts.audit import list_events
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.rotation import GRACE, end_grace, old_addresses, rotate
from db.models import BccAddress
from db.session import Database
from tests.kit.company import MAIL_DOMAIN, House, house_in


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues with their addresses."""
    return house_in(database)


def _rotate(database: Database, house: House, who: str = "anna") -> tuple[str, str]:
    """Give somebody a new personal address; answer the old one and the new one."""
    user = getattr(house, who)
    with database.write() as session:
        old = address_of(session, house.company_id, user_id=user.user_id) or ""
        now = database.now(session)
        return old, rotate(session, user.viewer, AddressKind.PERSONAL, old, MAIL_DOMAIN, now)


def test_both_work_and_the_old_one_knows_that_it_is_old(database: Database, house: House) -> None:
    old, new = _rotate(database, house)

    assert old != new
    assert new.startswith("anna-")
    with database.read() as session:
        now = database.now(session)
        found = {address: find_recipient(session, address) for address in (old, new)}
        assert address_of(session, house.company_id, user_id=house.anna.user_id) == new
        [shown] = old_addresses(session, house.anna.viewer, now)
    assert {one.user_id for one in found.values() if one} == {house.anna.user_id}
    assert [one.was_old(now) for one in found.values() if one] == [True, False]
    assert (shown.address, shown.grace_until - shown.retired_at) == (old, GRACE)


def test_the_grace_ends_by_itself(database: Database, house: House) -> None:
    old, new = _rotate(database, house)
    with database.write() as session:
        now = database.now(session)
        ended = {"grace_until": now - timedelta(seconds=1)}
        session.execute(
            update(BccAddress).where(BccAddress.company_id == house.company_id, BccAddress.address == old).values(ended)
        )
    with database.read() as session:
        assert find_recipient(session, old) is None
        assert find_recipient(session, new)
        assert old_addresses(session, house.anna.viewer, now) == ()
        # Mail that was taken in time is worked on and replayed as what it was.
        assert find_recipient(session, old, now - timedelta(minutes=1))
        assert find_recipient(session, old, now + timedelta(days=400)) is None


def test_a_second_rotation_ends_the_grace_of_the_first(database: Database, house: House) -> None:
    first, second = _rotate(database, house)
    _, third = _rotate(database, house)
    with database.read() as session:
        assert [bool(find_recipient(session, one)) for one in (first, second, third)] == [False, True, True]


def test_a_form_that_is_sent_twice_rotates_once(database: Database, house: House) -> None:
    old, _ = _rotate(database, house)
    with database.write() as session, pytest.raises(Conflict):
        rotate(session, house.anna.viewer, AddressKind.PERSONAL, old, MAIL_DOMAIN, database.now(session))


def test_the_company_s_address_is_an_admin_s(database: Database, house: House) -> None:
    with database.write() as session:
        now = database.now(session)
        with pytest.raises(Forbidden):
            rotate(session, house.anna.viewer, AddressKind.UNIVERSAL, house.bcc_address, MAIL_DOMAIN, now)
        with pytest.raises(Forbidden):
            rotate(session, house.ada.viewer, AddressKind.RECORD, house.bcc_address, MAIL_DOMAIN, now)
        new = rotate(session, house.ada.viewer, AddressKind.UNIVERSAL, house.bcc_address, MAIL_DOMAIN, now)
        assert address_of(session, house.company_id) == new
        [old] = old_addresses(session, house.anna.viewer, now)
        assert old.address == house.bcc_address
        with pytest.raises(Forbidden):
            end_grace(session, house.anna.viewer, old.id, now)
        end_grace(session, house.ada.viewer, old.id, now)
        assert find_recipient(session, house.bcc_address) is None
        actions = [event.action for event in list_events(session, house.ada.viewer, 10)]
    assert actions[:2] == ["address.off", "address.rotate"]


def test_another_s_old_address_is_not_there(database: Database, house: House) -> None:
    old, _ = _rotate(database, house)
    with database.write() as session:
        now = database.now(session)
        number = session.scalar(
            select(BccAddress.id).where(BccAddress.company_id == house.company_id, BccAddress.address == old)
        )
        assert number
        for other in (house.bert, house.ada):
            assert old_addresses(session, other.viewer, now) == ()
            with pytest.raises(Missing):
                end_grace(session, other.viewer, number, now)
        end_grace(session, house.anna.viewer, number, now)
        with pytest.raises(Missing):
            end_grace(session, house.anna.viewer, number, now)
        assert find_recipient(session, old) is None
