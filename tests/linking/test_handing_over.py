"""Private mail has another owner if its owner says so, and stays private (RULES R55)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.audit import list_events
from accounts.refusals import Forbidden, Invalid
from db.models import Link, MessageCopy, Record
from linking.created import Source
from linking.handing_over import HandedOver, count_private, hand_over, list_private
from tests.kit.company import NOW, House, make_house
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record


def owner(session: Session, copy: MessageCopy) -> tuple[int, str]:
    """Answer whose a copy is, and who sees it."""
    query = select(MessageCopy.owner_id, MessageCopy.sharing).where(MessageCopy.id == copy.id)
    found = session.execute(query).one()
    return found.owner_id, found.sharing


def made_from(session: Session, house: House, copy: MessageCopy) -> Record:
    """Make what a rule makes of Anna's private mail."""
    source = Source(inbound_id=copy.inbound_id, message_id=copy.message_id, copy_id=copy.id, is_private=True)
    given = {"visibility": "owner", "created_from": source.as_json()}
    return a_record(session, house.company_id, house.anna.user_id, **given)


def test_what_a_rule_made_stays_with_who_keeps_another_letter_of_it(session: Session, house: House) -> None:
    letters = [a_letter(session, house.company_id) for _ in range(2)]
    copies = [a_copy(session, letter, house.anna.user_id) for letter in letters]
    record = made_from(session, house, copies[0])
    for letter, copy in zip(letters, copies, strict=True):
        a_link(session, letter, record, copy)
    hand_over(session, house.anna.viewer, house.bert.user_id, [copies[0].id], NOW)
    assert session.scalar(select(Record.owner_id).where(Record.id == record.id)) == house.anna.user_id


def test_the_chosen_go_and_stay_private_with_links_and_records_made_from_them(session: Session, house: House) -> None:
    anna, bert = house.anna, house.bert
    letters = [a_letter(session, house.company_id) for _ in range(3)]
    copies = [a_copy(session, letter, anna.user_id) for letter in letters[:2]]
    shared = a_copy(session, letters[2], anna.user_id, sharing="shared")
    record = made_from(session, house, copies[0])
    link = a_link(session, letters[0], record, copies[0])
    assert [one.id for one in list_private(session, anna.viewer, 10).rows] == [copies[1].id, copies[0].id]

    assert hand_over(session, anna.viewer, bert.user_id, [copies[0].id, shared.id], NOW) == HandedOver(1, 0)

    assert [owner(session, one) for one in (*copies, shared)] == [
        (bert.user_id, "private"),
        (anna.user_id, "private"),
        (anna.user_id, "shared"),
    ]
    assert session.scalar(select(Link.copy_id).where(Link.id == link.id)) == copies[0].id
    assert session.scalar(select(Record.owner_id).where(Record.id == record.id)) == bert.user_id
    assert count_private(session, anna.viewer) == count_private(session, bert.viewer) == 1


def test_all_that_is_private_goes_but_for_what_the_colleague_has(session: Session, house: House) -> None:
    copies = [a_copy(session, a_letter(session, house.company_id), house.anna.user_id) for _ in range(2)]
    both = a_letter(session, house.company_id)
    a_copy(session, both, house.anna.user_id)
    a_copy(session, both, house.bert.user_id)
    assert hand_over(session, house.anna.viewer, house.bert.user_id, None, NOW) == HandedOver(2, 1)
    assert {owner(session, one)[0] for one in copies} == {house.bert.user_id}


def test_a_mail_with_a_shared_letter_stays_whole(session: Session, house: House) -> None:
    private = a_copy(session, a_letter(session, house.company_id), house.anna.user_id)
    shared = a_copy(session, a_letter(session, house.company_id), house.anna.user_id, sharing="shared", inner_path=1)
    shared.inbound_id = private.inbound_id
    session.flush()
    assert hand_over(session, house.anna.viewer, house.bert.user_id, None, NOW) == HandedOver(0, 1)


def test_only_to_an_active_colleague_and_by_who_may_write(session: Session, house: House) -> None:
    other = make_house(session, "Tailspin", "tailspin.example")
    for receiver in (house.anna.user_id, other.bert.user_id, 7):
        with pytest.raises(Invalid):
            hand_over(session, house.anna.viewer, receiver, None, NOW)
    with pytest.raises(Forbidden):
        hand_over(session, house.rosa.viewer, house.bert.user_id, None, NOW)


def test_nobody_elses_mail_goes_and_nobody_else_reads_of_it(session: Session, house: House) -> None:
    copy = a_copy(session, a_letter(session, house.company_id), house.anna.user_id)
    assert hand_over(session, house.ada.viewer, house.bert.user_id, [copy.id], NOW) == HandedOver(0, 0)
    hand_over(session, house.anna.viewer, house.bert.user_id, [copy.id], NOW)
    told = [event.actor_id for event in list_events(session, house.ada.viewer, 50) if "hand_over" in event.action]
    assert told == [house.ada.user_id]
