"""Leaving: what is shared goes to the successor, what is private does not, and who comes back gets it back (R55)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.addresses import find_recipient
from accounts.leaving import GRACE, find_leavers
from accounts.refusals import Invalid
from accounts.senders import find_standing
from accounts.teams import make_team
from accounts.user_change import change_user
from db.models import Message, MessageCopy, Record, Unresolved
from db.session import Database
from tests.kit.company import NOW, House, make_house
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_record


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One write transaction for the whole test."""
    with database.write() as opened:
        yield opened


@pytest.fixture
def house(session: Session) -> House:
    """Four colleagues; Anna leaves, Bert follows."""
    return make_house(session)


def leave(session: Session, house: House, successor: bool = True) -> None:
    """Deactivate Anna."""
    changes = {"state": "deactivated"} | ({"successor_id": house.bert.user_id} if successor else {})
    change_user(session, house.ada.viewer, house.anna.user_id, changes, NOW)


def come_back(session: Session, house: House) -> None:
    """Take Anna in again."""
    change_user(session, house.ada.viewer, house.anna.user_id, {"state": "active"}, NOW)


def owners(session: Session, letter: Message) -> list[int]:
    """Answer who owns the copies of a letter."""
    query = select(MessageCopy.owner_id).where(MessageCopy.message_id == letter.id).order_by(MessageCopy.id)
    return list(session.scalars(query))


def owner(session: Session, record: Record) -> int | None:
    """Answer whose a record is."""
    return session.scalar(select(Record.owner_id).where(Record.id == record.id))


def test_shared_copies_and_their_questions_go_over_private_ones_stay(session: Session, house: House) -> None:
    anna, bert = house.anna.user_id, house.bert.user_id
    shared, private, deleted = (a_letter(session, house.company_id) for _ in range(3))
    copy = a_copy(session, shared, anna, sharing="shared")
    a_copy(session, private, anna)
    a_copy(session, deleted, anna, sharing="shared", deleted_at=NOW)
    question = make(
        session, Unresolved, company_id=house.company_id, owner_id=anna, message_id=shared.id, copy_id=copy.id
    )
    leave(session, house)
    assert [owners(session, one) for one in (shared, private, deleted)] == [[bert], [anna], [anna]]
    assert session.scalar(select(Unresolved.owner_id).where(Unresolved.id == question.id)) == bert
    come_back(session, house)
    assert owners(session, shared) == [anna]
    assert session.scalar(select(Unresolved.owner_id).where(Unresolved.id == question.id)) == anna
    assert find_leavers(session, house.company_id, [anna]) == {}


def test_a_mail_with_a_private_letter_stays_whole(session: Session, house: House) -> None:
    shared, private = (a_letter(session, house.company_id) for _ in range(2))
    copy = a_copy(session, shared, house.anna.user_id, sharing="shared")
    beside = a_copy(session, private, house.anna.user_id, inner_path=1)
    beside.inbound_id = copy.inbound_id
    session.flush()
    leave(session, house)
    assert owners(session, shared) == owners(session, private) == [house.anna.user_id]


def test_of_a_letter_that_the_successor_has_nothing_goes_over(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id)
    leave(session, house)
    assert owners(session, letter) == [house.anna.user_id, house.bert.user_id]


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_for_a_team_goes_over_where_nobody_new_would_see_it(
    session: Session, house: House, alone: bool
) -> None:
    anna, bert = house.anna.user_id, house.bert.user_id
    make_team(session, house.ada.viewer, "ours", [anna, bert], NOW)
    if not alone:
        make_team(session, house.ada.viewer, "theirs", [bert, house.rosa.user_id], NOW)
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, anna, sharing="team")
    leave(session, house)
    assert owners(session, letter) == [bert if alone else anna]


def test_records_go_over_but_for_those_made_from_private_mail(session: Session, house: House) -> None:
    anna, bert = house.anna.user_id, house.bert.user_id
    by_hand = a_record(session, house.company_id, anna, visibility="owner")
    open_one = a_record(session, house.company_id, anna, created_from=[1])
    sealed = a_record(session, house.company_id, anna, visibility="owner", created_from=[1])
    leave(session, house)
    assert [owner(session, one) for one in (by_hand, open_one, sealed)] == [bert, bert, anna]
    come_back(session, house)
    assert [owner(session, one) for one in (by_hand, open_one, sealed)] == [anna, anna, anna]


def test_what_the_successor_withdrew_or_gave_away_is_not_given_back(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
    record = a_record(session, house.company_id, house.anna.user_id)
    leave(session, house)
    session.refresh(copy)
    session.refresh(record)
    copy.sharing, record.owner_id = "private", house.ada.user_id
    session.flush()
    come_back(session, house)
    assert owners(session, letter) == [house.bert.user_id]
    assert owner(session, record) == house.ada.user_id


def test_mail_to_who_left_is_taken_for_the_successor_while_the_grace_lasts(session: Session, house: House) -> None:
    address = house.anna.personal_bcc_address
    leave(session, house)
    found = find_recipient(session, address, NOW)
    assert found
    assert (found.user_id, found.successor_id) == (house.anna.user_id, house.bert.user_id)
    assert find_recipient(session, address, NOW + GRACE) is None
    his = find_recipient(session, house.bert.personal_bcc_address, NOW)
    assert his
    assert his.successor_id is None
    assert find_standing(session, house.company_id, "anna@northwind.example") is None
    come_back(session, house)
    back = find_recipient(session, address, NOW + GRACE)
    assert back
    assert back.successor_id is None


def test_without_a_successor_the_address_ends_at_once_until_one_is_named(session: Session, house: House) -> None:
    anna, bert = house.anna.user_id, house.bert.user_id
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, anna, sharing="shared")
    leave(session, house, successor=False)
    assert find_recipient(session, house.anna.personal_bcc_address, NOW) is None
    assert owners(session, letter) == [anna]
    change_user(session, house.ada.viewer, anna, {"successor_id": bert}, NOW + timedelta(days=1))
    assert owners(session, letter) == [bert]
    assert find_leavers(session, house.company_id, [anna])[anna].grace_until == NOW + GRACE
    with pytest.raises(Invalid):
        change_user(session, house.ada.viewer, anna, {"successor_id": house.ada.user_id}, NOW)


def test_a_successor_who_leaves_is_followed_by_his_own(session: Session, house: House) -> None:
    anna, bert, ada = house.anna.user_id, house.bert.user_id, house.ada.user_id
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, anna, sharing="shared")
    leave(session, house)
    change_user(session, house.ada.viewer, bert, {"state": "deactivated", "successor_id": ada}, NOW)
    found = find_recipient(session, house.anna.personal_bcc_address, NOW)
    assert found
    assert found.successor_id == ada
    assert owners(session, letter) == [ada]
    come_back(session, house)
    assert owners(session, letter) == [anna]


def test_a_successor_who_leaves_without_one_ends_what_he_followed(session: Session, house: House) -> None:
    leave(session, house)
    change_user(session, house.ada.viewer, house.bert.user_id, {"state": "deactivated"}, NOW)
    assert find_recipient(session, house.anna.personal_bcc_address, NOW) is None


def test_a_successor_is_another_active_user_who_may_write(session: Session, house: House) -> None:
    other = make_house(session, "Tailspin", "tailspin.example")
    for successor in (house.anna, house.rosa, other.bert):
        changes = {"state": "deactivated", "successor_id": successor.user_id}
        with pytest.raises(Invalid), session.begin_nested():
            change_user(session, house.ada.viewer, house.anna.user_id, changes, NOW)
    with pytest.raises(Invalid):
        change_user(session, house.ada.viewer, house.anna.user_id, {"successor_id": house.bert.user_id}, NOW)
