"""An answer for all mail of the same people: used, yielding, its owner's alone, taken back (R21, R24, R30b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from accounts.refusals import Invalid, Missing
from accounts.users import UserMade
from db.models import Unresolved
from db.session import Database
from linking.answering import Answered, ByNewRecord, ByRecord, Dismissed, answer_question
from linking.links import add_link
from linking.record_fields import RecordType
from linking.records import get_record
from linking.reopening import undo_answer
from linking.standing import Standing, list_standing, remove_standing
from linking.unresolved import list_questions
from tests.kit.mails import a_message
from tests.kit.thinking import MAIL_DOMAIN, NOW, Office

CARL, NEW = "carl@customer.example", "nina@new.example"


@dataclass(frozen=True)
class World:
    office: Office
    rita: UserMade
    otto: UserMade
    carl: int
    chairs: int
    tables: int

    def mail(self, text: str, **how: Any) -> int:
        return self.office.deliver(a_message(text=text, **how)).message_ids[0]

    def question(self, message_id: int) -> int:
        query = select(Unresolved.id).where(
            Unresolved.company_id == self.office.company_id, Unresolved.message_id == message_id
        )
        with self.office.database.read() as session:
            return session.scalars(query).one()

    def answer(self, message_id: int, answer: Any) -> Answered:
        number = self.question(message_id)
        with self.office.database.write() as session:
            done = answer_question(session, self.rita.viewer, number, answer, NOW, MAIL_DOMAIN)
        assert isinstance(done, Answered)
        return done

    def undo(self, message_id: int) -> None:
        number = self.question(message_id)
        with self.office.database.write() as session:
            undo_answer(session, self.rita.viewer, number, NOW)

    def standing(self, user: UserMade) -> tuple[Standing, ...]:
        with self.office.database.read() as session:
            return list_standing(session, user.viewer).rows


@pytest.fixture
def world(database: Database) -> World:
    """Carl has two deals open, so that every mail of his is asked about."""
    office = Office(database)
    rita, otto = office.user("rita@seller.example"), office.user("otto@seller.example")
    carl = office.contact(rita, CARL)
    return World(office, rita, otto, carl, office.deal(rita, "Chairs", carl), office.deal(rita, "Tables", carl))


def test_later_mail_of_the_same_people_follows_it(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    later = world.mail("two")
    assert world.office.links(later) == {world.carl: "R20.address", world.chairs: "R21.standing"}
    assert world.office.questions(later) == {}
    (kept,) = world.standing(world.rita)
    assert (kept.target_id, kept.people, kept.is_live) == (world.chairs, (world.carl,), True)


def test_without_always_the_next_mail_is_asked_about(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs))
    assert list(world.office.questions(world.mail("two"))) == ["R21.several"]


def test_it_is_its_owners_alone(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    ottos = world.mail("two", from_="Otto <otto@seller.example>")
    assert list(world.office.questions(ottos)) == ["R21.several"]
    assert world.standing(world.otto) == ()
    with world.office.database.write() as session, pytest.raises(Missing):
        remove_standing(session, world.otto.viewer, world.standing(world.rita)[0].id, NOW)


def test_other_people_are_asked_about(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    dora = world.office.contact(world.rita, "dora@customer.example")
    world.office.deal(world.rita, "Lamps", dora)
    both = world.mail("two", to=[CARL, "dora@customer.example"])
    assert list(world.office.questions(both)) == ["R22.different"]


def test_the_threads_choice_and_a_record_address_go_before_it(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    address = world.office.record(world.rita, "deal", title="Lamps", contact_ids=[world.carl]).bcc_address
    by_address = world.office.deliver(a_message(text="two"), to=[address]).message_ids[0]
    assert world.chairs not in world.office.links(by_address)
    world.office.decides(several_open="ask")
    first = world.mail("three", message_id="<3@seller.example>", subject="Tables")
    world.office.undo(first, world.chairs)
    with world.office.database.write() as session:
        add_link(session, world.rita.viewer, first, "deal", world.tables, NOW)
    answer = world.mail("four", in_reply_to="<3@seller.example>", subject="Re: Tables")
    assert world.office.links(answer)[world.tables] == "R20.thread"


@pytest.mark.parametrize("change", [{"status": "won"}, {"deleted_at": NOW}])
def test_a_closed_or_deleted_record_asks_again(world: World, change: dict[str, Any]) -> None:
    world.office.deal(world.rita, "Lamps", world.carl)
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    world.office.change(world.chairs, **change)
    assert list(world.office.questions(world.mail("two"))) == ["R21.several"]
    assert [one.is_live for one in world.standing(world.rita)] == ([False] if "status" in change else [])


def test_taken_back_it_asks_again(world: World) -> None:
    world.answer(world.mail("one"), ByRecord("deal", world.chairs, always=True))
    with world.office.database.write() as session:
        remove_standing(session, world.rita.viewer, world.standing(world.rita)[0].id, NOW)
    assert list(world.office.questions(world.mail("two"))) == ["R21.several"]


def test_a_second_one_about_the_same_people_takes_the_place_of_the_first(world: World) -> None:
    first, second = world.mail("one"), world.mail("two", subject="Tables")
    world.answer(first, ByRecord("deal", world.chairs))
    world.answer(second, ByRecord("deal", world.tables, always=True))
    assert [one.target_id for one in world.standing(world.rita)] == [world.tables]


def test_open_questions_about_the_same_people_are_answered_with_it_and_reopened_with_it(world: World) -> None:
    letters = [world.mail(f"{n}", subject=f"Subject {n}") for n in range(3)]
    other = world.mail("other", to=NEW)
    assert world.answer(letters[0], ByRecord("deal", world.chairs, always=True)).alike == 2
    assert all(world.chairs in world.office.links(one) for one in letters)
    world.undo(letters[0])
    assert [list(world.office.questions(one)) for one in letters] == [["R21.several"]] * 3
    assert list(world.office.questions(other)) == ["R24.unknown"]
    assert not any(world.chairs in world.office.links(one) for one in letters)
    assert world.standing(world.rita) == ()


def test_an_answer_for_all_brings_no_undone_link_back(world: World) -> None:
    undone, asked = (world.mail(text, subject=text) for text in ("One", "Two"))
    world.answer(undone, ByRecord("deal", world.chairs))
    world.undo(undone)
    assert world.answer(asked, ByRecord("deal", world.chairs, always=True)).alike == 0
    assert world.chairs in world.office.links(asked)
    assert world.chairs not in world.office.links(undone)
    assert list(world.office.questions(undone)) == ["R21.several"]


def test_always_a_contact_adds_the_address(world: World) -> None:
    asked = world.mail("one", to=NEW)
    world.answer(asked, ByRecord("contact", world.carl, always=True))
    with world.office.database.read() as session:
        assert get_record(session, world.rita.viewer, RecordType.CONTACT, world.carl).addresses == (CARL, NEW)
    assert world.office.links(world.mail("two", to=NEW, from_="otto@seller.example"))[world.carl] == "R20.address"
    world.undo(asked)
    with world.office.database.read() as session:
        assert get_record(session, world.rita.viewer, RecordType.CONTACT, world.carl).addresses == (CARL,)


def test_always_a_deal_stands_for_the_address(world: World) -> None:
    world.answer(world.mail("one", to=NEW), ByRecord("deal", world.tables, always=True))
    later = world.mail("two", to=NEW)
    assert (world.office.links(later), world.office.questions(later)) == ({world.tables: "R24.standing"}, {})
    assert list(world.office.questions(world.mail("three", to=NEW, from_="otto@seller.example"))) == ["R24.unknown"]


def test_a_note_and_a_dismissal_stand_for_nothing(world: World) -> None:
    note = world.office.deliver(a_message(to=world.office.bcc_address)).message_ids[0]
    with pytest.raises(Invalid):
        world.answer(note, ByRecord("deal", world.chairs, always=True))
    world.answer(note, Dismissed())
    world.undo(note)
    assert list(world.office.questions(note)) == ["R14.note"]


def test_undoing_takes_away_what_the_answer_made(world: World) -> None:
    asked = world.mail("one", to=NEW)
    done = world.answer(asked, ByNewRecord("contact", {"name": "Nina"}))
    assert list(world.office.links(asked)) == [done.created_id]
    world.undo(asked)
    with world.office.database.read() as session:
        assert [one.rule for one in list_questions(session, world.rita.viewer, 9).rows] == ["R24.unknown"]
        with pytest.raises(Missing):
            get_record(session, world.rita.viewer, RecordType.CONTACT, done.created_id or 0)
    assert world.answer(asked, ByNewRecord("contact", {"name": "Nina"})).created_id != done.created_id
