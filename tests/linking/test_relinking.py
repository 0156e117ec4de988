"""A link is replaced, and an undone one brought back, where it is: of the shared letter, or of one copy."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Missing
from accounts.viewer import Viewer
from db.models import Link, Message
from linking.letters import find_letter
from linking.links import Linked, WouldHide, undo_link
from linking.relinking import Relinked, bring_back, replace_link
from tests.kit.company import NOW, House
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

LATER = NOW + timedelta(minutes=5)


def links(session: Session, viewer: Viewer, letter: Message) -> list[int] | None:
    """Answer the records of the links that somebody sees; None for a letter that he does not."""
    session.expire_all()
    found = find_letter(session, viewer, letter.id, lambda _: b"")
    return None if found is None else [one.target_id for one in found.links]


def test_a_private_copy_of_ones_own_takes_no_link_from_the_shared_letter(session: Session, house: House) -> None:
    old, new = (a_record(session, house.company_id, house.anna.user_id) for _ in range(2))
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    link = a_link(session, letter, old)
    own = a_copy(session, letter, house.bert.user_id)
    a_link(session, letter, new, own)

    done = replace_link(session, house.bert.viewer, link.id, "contact", new.id, NOW)
    assert isinstance(done, Relinked)
    assert links(session, house.ada.viewer, letter) == [new.id]
    assert links(session, house.anna.viewer, letter) == [new.id]
    back = replace_link(session, house.bert.viewer, done.link_id, done.former_type, done.former_id, LATER)
    assert isinstance(back, Relinked)
    assert links(session, house.ada.viewer, letter) == [old.id]

    undo_link(session, house.bert.viewer, link.id, NOW)
    assert links(session, house.ada.viewer, letter) is None
    assert bring_back(session, house.bert.viewer, link.id, LATER) == Linked(link.id)
    assert links(session, house.ada.viewer, letter) == [old.id]


def test_a_replacement_that_takes_the_letter_from_a_colleague_asks(session: Session, house: House) -> None:
    old = a_record(session, house.company_id, house.anna.user_id)
    quiet = a_record(session, house.company_id, house.bert.user_id, visibility="owner")
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id)
    link = a_link(session, letter, old)
    asked = replace_link(session, house.bert.viewer, link.id, "contact", quiet.id, NOW)
    assert asked == WouldHide((house.rosa.user_id,))
    assert links(session, house.rosa.viewer, letter) == [old.id]
    assert session.scalars(select(Link.target_id).where(Link.company_id == house.company_id)).all() == [old.id]


def test_an_undone_link_comes_back_as_it_was_for_whoever_undid_it_and_soon(session: Session, house: House) -> None:
    record = a_record(session, house.company_id, house.anna.user_id)
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    link = a_link(session, letter, record, rule="R20.address")
    undo_link(session, house.bert.viewer, link.id, NOW)
    assert links(session, house.bert.viewer, letter) is None
    for viewer, moment in ((house.anna.viewer, LATER), (house.bert.viewer, NOW + timedelta(minutes=61))):
        with pytest.raises(Missing):
            bring_back(session, viewer, link.id, moment)
    assert bring_back(session, house.bert.viewer, link.id, LATER) == Linked(link.id)
    assert links(session, house.bert.viewer, letter) == [record.id]
    assert (link.origin, link.rule, link.undone_by) == ("auto", "R20.address", None)
    with pytest.raises(Missing):
        bring_back(session, house.bert.viewer, link.id, LATER)


def test_a_link_of_a_letter_that_was_withdrawn_since_does_not_come_back(session: Session, house: House) -> None:
    record = a_record(session, house.company_id, house.anna.user_id)
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
    link = a_link(session, letter, record)
    undo_link(session, house.bert.viewer, link.id, NOW)
    copy.sharing, link.copy_id = "private", copy.id
    session.flush()
    with pytest.raises(Missing):
        bring_back(session, house.bert.viewer, link.id, LATER)


def test_bringing_back_what_hides_the_letter_asks(session: Session, house: House) -> None:
    open_one = a_record(session, house.company_id, house.anna.user_id)
    quiet = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_link(session, letter, open_one)
    link = a_link(session, letter, quiet)
    undo_link(session, house.anna.viewer, link.id, NOW)
    asked = bring_back(session, house.anna.viewer, link.id, LATER)
    assert isinstance(asked, WouldHide)
    assert house.bert.user_id in asked.user_ids
    assert links(session, house.anna.viewer, letter) == [open_one.id]
    assert isinstance(bring_back(session, house.anna.viewer, link.id, LATER, confirmed=True), Linked)
    assert links(session, house.bert.viewer, letter) is None
