"""Questions: the owner's alone, answered by a link, by a new record, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Invalid, Missing
from db.models import Link, MessageCopy, Record, Unresolved
from linking.answering import Answered, ByNewRecord, ByRecord, Dismissed, answer_question
from linking.links import WouldHide, add_link
from linking.record_fields import RecordType
from linking.records import get_record
from linking.unresolved import list_questions
from tests.kit.company import MAIL_DOMAIN, NOW, House
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record


def a_question(session: Session, copy: MessageCopy, *candidates: Record, **given: Any) -> Unresolved:
    """Ask the owner of a copy which of some records it is about."""
    values: dict[str, Any] = {
        "question": "R21.several",
        "args": {"records": [one.id for one in candidates]},
        "candidates": [
            {"type": one.type, "id": one.id, "rule": "R21.only_open", "args": {"record": one.id, "through": []}}
            for one in candidates
        ],
        "state": "open",
    } | given
    return make(
        session,
        Unresolved,
        company_id=copy.company_id,
        message_id=copy.message_id,
        copy_id=copy.id,
        owner_id=copy.owner_id,
        **values,
    )


@pytest.fixture
def copy(session: Session, house: House) -> MessageCopy:
    """Anna's private copy of a letter."""
    return a_copy(session, a_letter(session, house.company_id), house.anna.user_id)


def answer(session: Session, house: House, question: Unresolved, given: Any, **more: Any) -> Answered | WouldHide:
    """Answer as Anna."""
    return answer_question(session, house.anna.viewer, question.id, given, NOW, MAIL_DOMAIN, **more)


def state(session: Session, question: Unresolved) -> str:
    """Read how a question stands."""
    return session.scalars(select(Unresolved.state).where(Unresolved.id == question.id)).one()


def test_only_the_owner_sees_his_questions_and_only_candidates_that_he_sees(
    session: Session, house: House, copy: MessageCopy
) -> None:
    seen = a_record(session, house.company_id, house.bert.user_id, type="deal", name="Chairs")
    hidden = a_record(session, house.company_id, house.bert.user_id, type="deal", visibility="owner")
    question = a_question(session, copy, seen, hidden)
    [listed] = list_questions(session, house.anna.viewer, 10).rows
    assert (listed.id, listed.message_id, listed.rule) == (question.id, copy.message_id, "R21.several")
    assert [one.id for one in listed.candidates] == [seen.id]
    assert listed.names == {seen.id: "Chairs"}
    for viewer in (house.bert.viewer, house.ada.viewer):
        assert not list_questions(session, viewer, 10).rows
        with pytest.raises(Missing):
            answer_question(session, viewer, question.id, Dismissed(), NOW, MAIL_DOMAIN)


def test_an_answer_links_by_hand_and_closes(session: Session, house: House, copy: MessageCopy) -> None:
    deal = a_record(session, house.company_id, house.anna.user_id, type="deal")
    question = a_question(session, copy, deal)
    done = answer(session, house, question, ByRecord("deal", deal.id))
    assert isinstance(done, Answered)
    link = session.scalars(select(Link)).one()
    assert (link.id, link.target_id, link.copy_id, link.origin) == (done.link_id, deal.id, copy.id, "manual")
    assert state(session, question) == "answered"
    with pytest.raises(Missing):
        answer(session, house, question, Dismissed())


def test_a_dismissed_question_links_nothing(session: Session, house: House, copy: MessageCopy) -> None:
    question = a_question(session, copy)
    assert answer(session, house, question, Dismissed()) == Answered()
    assert (state(session, question), session.scalars(select(Link)).all()) == ("dismissed", [])
    assert not list_questions(session, house.anna.viewer, 10).rows


def test_a_new_contact_gets_the_unknown_address(session: Session, house: House, copy: MessageCopy) -> None:
    args = {"addresses": ["maria@fabrikam.example"]}
    question = a_question(session, copy, question="R24.unknown", args=args)
    done = answer(session, house, question, ByNewRecord("contact", {"name": "Maria"}))
    assert isinstance(done, Answered)
    assert done.created_id
    made = get_record(session, house.bert.viewer, RecordType.CONTACT, done.created_id)
    assert (made.name, made.addresses, made.owner_id) == ("Maria", ("maria@fabrikam.example",), house.anna.user_id)
    assert session.scalars(select(Link.target_id)).one() == made.id


def test_a_wrong_answer_changes_nothing(session: Session, house: House, copy: MessageCopy) -> None:
    question = a_question(session, copy)
    for given in (
        ByRecord("deal", 7),
        ByNewRecord("deal", {}),
        ByNewRecord("organization", {"name": "X"}),
        ByNewRecord("spaceship", {}),
    ):
        with pytest.raises(Invalid):
            answer(session, house, question, given)
    assert state(session, question) == "open"


def test_an_answer_that_would_hide_the_letter_says_so_and_keeps_nothing(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    shared = a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
    question = a_question(session, shared)
    new = ByNewRecord("lead", {"title": "Quiet", "visibility": "owner"})
    assert answer(session, house, question, new) == WouldHide((house.bert.user_id, house.rosa.user_id))
    assert session.scalar(select(Record.id).where(Record.type == "lead")) is None
    assert state(session, question) == "open"
    assert isinstance(answer(session, house, question, new, confirmed=True), Answered)


def test_a_link_by_hand_closes_the_question_that_it_answers(session: Session, house: House, copy: MessageCopy) -> None:
    deal, other = (a_record(session, house.company_id, house.anna.user_id, type="deal") for _ in range(2))
    question = a_question(session, copy, deal)
    unknown = a_question(session, copy, question="R24.unknown")
    add_link(session, house.anna.viewer, copy.message_id, "deal", other.id, NOW)
    assert state(session, question) == "open"
    add_link(session, house.anna.viewer, copy.message_id, "deal", deal.id, NOW)
    assert (state(session, question), state(session, unknown)) == ("answered", "open")


def test_a_read_only_user_answers_nothing(session: Session, house: House) -> None:
    question = a_question(session, a_copy(session, a_letter(session, house.company_id), house.rosa.user_id))
    with pytest.raises(Forbidden):
        answer_question(session, house.rosa.viewer, question.id, Dismissed(), NOW, MAIL_DOMAIN)


def test_pages_are_newest_first(session: Session, house: House) -> None:
    asked = [
        a_question(session, a_copy(session, a_letter(session, house.company_id), house.anna.user_id)).id
        for _ in range(5)
    ]
    first = list_questions(session, house.anna.viewer, 3)
    second = list_questions(session, house.anna.viewer, 3, first.next)
    assert [row.id for row in (*first.rows, *second.rows)] == asked[::-1]
    assert second.next is None
