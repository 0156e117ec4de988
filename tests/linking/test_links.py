"""Links by hand: on which level, by whom, what they would hide, and that undone stays undone (R25, R30)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.audit import list_events
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.models import Link, Message
from linking.links import Linked, WouldHide, add_link, undo_link
from tests.kit.company import NOW, House
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record


@pytest.fixture
def shared(session: Session, house: House) -> Message:
    """A letter that Anna shares and everybody sees."""
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
    return letter


def link(session: Session, link_id: int) -> Link:
    """Read a link anew."""
    return session.scalars(select(Link).where(Link.id == link_id).execution_options(populate_existing=True)).one()


def add(session: Session, viewer: Viewer, letter: Message, target_id: int, kind: str = "contact") -> int:
    """Link by hand and answer the link."""
    done = add_link(session, viewer, letter.id, kind, target_id, NOW)
    assert isinstance(done, Linked)
    return done.link_id


def test_on_a_private_copy_it_is_the_copys(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.bert.user_id)
    copy = a_copy(session, letter, house.anna.user_id)
    made = link(session, add(session, house.anna.viewer, letter, record.id))
    assert (made.copy_id, made.origin, made.rule) == (copy.id, "manual", "R25.by_hand")
    assert made.created_by == house.anna.user_id


def test_on_a_shared_letter_it_is_the_letters_whoever_makes_it(session: Session, house: House, shared: Message) -> None:
    for user in (house.anna, house.bert, house.ada):
        record = a_record(session, house.company_id, house.anna.user_id)
        assert link(session, add(session, user.viewer, shared, record.id)).copy_id is None


def test_making_it_twice_is_one_link(session: Session, house: House, shared: Message) -> None:
    record = a_record(session, house.company_id, house.anna.user_id)
    first = add(session, house.anna.viewer, shared, record.id)
    assert add(session, house.bert.viewer, shared, record.id) == first


def test_confirming_a_link_of_a_rule_makes_it_a_choice_by_hand(session: Session, house: House, shared: Message) -> None:
    record = a_record(session, house.company_id, house.bert.user_id)
    by_rule = a_link(session, shared, record)
    assert add(session, house.bert.viewer, shared, record.id) == by_rule.id
    assert link(session, by_rule.id).origin == "manual"


def test_an_undone_link_stays_until_a_hand_brings_it_back(session: Session, house: House, shared: Message) -> None:
    made = session.scalars(select(Link)).one()
    undo_link(session, house.bert.viewer, made.id, NOW)
    undone = link(session, made.id)
    assert (undone.undone_at, undone.undone_by, undone.origin) == (NOW, house.bert.user_id, "auto")
    with pytest.raises(Missing):
        undo_link(session, house.bert.viewer, made.id, NOW)
    back = add(session, house.anna.viewer, shared, made.target_id)
    assert back == made.id
    assert (link(session, back).undone_at, link(session, back).origin) == (None, "manual")


def test_who_does_not_see_the_letter_or_the_record_cannot_link(session: Session, house: House, shared: Message) -> None:
    private = a_letter(session, house.company_id)
    a_copy(session, private, house.anna.user_id)
    record = a_record(session, house.company_id, house.anna.user_id)
    hidden = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    with pytest.raises(Missing):
        add(session, house.ada.viewer, private, record.id)
    with pytest.raises(Invalid) as refused:
        add(session, house.bert.viewer, shared, hidden.id)
    assert refused.value.errors == {"target_id": "there is no such contact"}
    with pytest.raises(Invalid):
        add(session, house.anna.viewer, shared, record.id, "deal")
    with pytest.raises(Forbidden):
        add(session, house.rosa.viewer, shared, record.id)


def test_who_does_not_see_a_link_cannot_undo_it(session: Session, house: House, shared: Message) -> None:
    private = a_letter(session, house.company_id)
    copy = a_copy(session, private, house.anna.user_id)
    of_copy = a_link(session, private, a_record(session, house.company_id, house.anna.user_id), copy)
    for viewer in (house.bert.viewer, house.ada.viewer):
        with pytest.raises(Missing):
            undo_link(session, viewer, of_copy.id, NOW)
    with pytest.raises(Forbidden):
        undo_link(session, house.rosa.viewer, session.scalars(select(Link.id).order_by(Link.id)).first() or 0, NOW)
    undo_link(session, house.anna.viewer, of_copy.id, NOW)


def test_a_link_that_would_hide_the_letter_says_so_first(session: Session, house: House, shared: Message) -> None:
    hidden = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    told = add_link(session, house.anna.viewer, shared.id, "contact", hidden.id, NOW)
    # Ada, the admin, sees the record; Anna keeps her copy.
    assert told == WouldHide((house.bert.user_id, house.rosa.user_id))
    assert session.scalar(select(Link.id).where(Link.target_id == hidden.id)) is None
    done = add_link(session, house.anna.viewer, shared.id, "contact", hidden.id, NOW, confirmed=True)
    assert isinstance(done, Linked)


def test_whom_a_link_would_hide_a_letter_from_does_not_tell_who_has_it_in_private(
    session: Session, house: House, shared: Message
) -> None:
    hidden = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    a_copy(session, shared, house.bert.user_id)
    told = add_link(session, house.anna.viewer, shared.id, "contact", hidden.id, NOW)
    assert told == WouldHide((house.bert.user_id, house.rosa.user_id))


def test_nobody_is_told_who_does_not_see_it_now(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id)
    hidden = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    assert isinstance(add_link(session, house.anna.viewer, letter.id, "contact", hidden.id, NOW), Linked)


def test_the_log_keeps_links_on_private_copies_to_their_owner(session: Session, house: House, shared: Message) -> None:
    private = a_letter(session, house.company_id)
    a_copy(session, private, house.anna.user_id)
    record = a_record(session, house.company_id, house.anna.user_id)
    before = len(list_events(session, house.ada.viewer, 50))
    undo_link(session, house.anna.viewer, add(session, house.anna.viewer, private, record.id), NOW)
    assert len(list_events(session, house.ada.viewer, 50)) == before
    add(session, house.anna.viewer, shared, record.id)
    assert list_events(session, house.ada.viewer, 50)[0].action == "link.add"
