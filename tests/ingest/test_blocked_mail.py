"""What blocking does to mail: no link, no question, nothing in view, and no trace for colleagues (RULES R33, R30b)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.blocking import Blocked, BlockScope, add_blocked, remove_blocked
from accounts.refusals import Missing
from accounts.users import UserMade
from db.session import Database
from ingest.inbounds import get_inbound
from linking.answering import Dismissed, answer_question
from linking.letter_filter import LetterFilter
from linking.letters import count_letters, find_letter, list_letters
from linking.links import add_link
from linking.sharing import CopyChanges, change_copy
from linking.threads import viewer_thread
from linking.unresolved import count_questions, list_questions
from tests.kit.company import MAIL_DOMAIN
from tests.kit.mails import a_message
from tests.kit.thinking import NOW, Office

EVE, CARL = "eve@spam.example", "carl@customer.example"
ALL = LetterFilter()


@dataclass(frozen=True)
class World:
    office: Office
    rita: UserMade
    otto: UserMade
    ada: UserMade

    def block(self, user: UserMade, scope: BlockScope = BlockScope.MINE, **what: Any) -> Blocked:
        with self.office.database.write() as session:
            return add_blocked(session, user.viewer, **what, scope=scope, now=NOW)

    def block_spam(self) -> Blocked:
        return self.block(self.ada, BlockScope.COMPANY, domain="spam.example")

    def seen(self, user: UserMade) -> list[int]:
        with self.office.database.read() as session:
            listed = list_letters(session, user.viewer, ALL, 50, now=NOW, read_raw=_no_raw).rows
            ids = [one.id for one in listed]
            assert count_letters(session, user.viewer, ALL, 99, now=NOW) == len(ids)
            assert [one for one in ids if find_letter(session, user.viewer, one, _no_raw)] == ids
            return ids

    def rules(self, user: UserMade, message_id: int) -> set[str]:
        with self.office.database.read() as session:
            letter = find_letter(session, user.viewer, message_id, _no_raw)
        return {one.rule for one in letter.decisions} if letter else set()


def _no_raw(sha256: str) -> bytes:
    raise AssertionError(sha256)


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    return World(
        office,
        office.user("rita@seller.example"),
        office.user("otto@seller.example"),
        office.user("ada@seller.example", role="admin"),
    )


def test_a_party_on_the_companys_list_links_nothing_and_is_asked_about_by_nobody(world: World) -> None:
    world.office.contact(world.rita, EVE)
    carl = world.office.contact(world.rita, CARL)
    world.block_spam()
    (letter,) = world.office.deliver(a_message(to=[EVE, CARL, "new@mail.spam.example"])).message_ids
    assert world.office.links(letter) == {carl: "R20.address"}
    assert world.office.questions(letter) == {}
    assert world.seen(world.rita) == [letter]
    assert "R33.blocked" in world.rules(world.otto, letter)


def test_mail_of_blocked_outsiders_alone_is_out_of_everybodys_view_until_they_are_unblocked(world: World) -> None:
    eve = world.office.contact(world.rita, EVE)
    (letter,) = world.office.deliver(a_message(to=EVE, cc=["otto@seller.example", "desk@seller.example"])).message_ids
    entry = world.block_spam()
    for user in (world.rita, world.otto, world.ada):
        assert world.seen(user) == []
    with world.office.database.write() as session:
        remove_blocked(session, world.ada.viewer, entry.id, NOW)
    assert [world.seen(user) for user in (world.rita, world.otto, world.ada)] == [[letter]] * 3
    assert world.office.links(letter) == {eve: "R20.address"}


def test_it_is_filed_all_the_same_and_not_taken_for_internal_mail(world: World) -> None:
    world.block_spam()
    told = world.office.deliver(a_message(to=[EVE, "otto@seller.example"]))
    assert world.office.inbound(told.inbound_id).status == "filed"
    assert world.office.links(told.message_ids[0]) == {}
    with world.office.database.read() as session:
        assert get_inbound(session, world.rita.viewer, told.inbound_id).message_ids == ()


def test_an_unblocked_outsider_keeps_the_mail_in_view(world: World) -> None:
    (letter,) = world.office.deliver(a_message(to=[EVE, "new@customer.example"])).message_ids
    world.block_spam()
    assert world.seen(world.rita) == [letter]


def test_ones_own_list_hides_from_oneself_alone(world: World) -> None:
    world.office.contact(world.rita, EVE)
    (letter,) = world.office.deliver(a_message(to=EVE)).message_ids
    world.block(world.rita, address=EVE)
    assert world.seen(world.rita) == []
    assert world.seen(world.otto) == [letter]


def test_a_colleague_reads_no_word_about_the_owners_list(world: World) -> None:
    world.office.contact(world.rita, EVE)
    carl = world.office.contact(world.rita, CARL)
    world.block(world.rita, address=EVE)
    (letter,) = world.office.deliver(a_message(to=[EVE, CARL])).message_ids
    assert world.office.links(letter) == {carl: "R20.address"}
    assert "R33.own" in world.rules(world.rita, letter)
    assert "R33.own" not in world.rules(world.otto, letter)


def test_what_is_out_of_view_is_not_there_for_anything(world: World) -> None:
    (first,) = world.office.deliver(a_message(to=EVE, message_id="<1@seller.example>")).message_ids
    (second,) = world.office.deliver(
        a_message(to=[EVE, CARL], text="And?", in_reply_to="<1@seller.example>", references=["<1@seller.example>"])
    ).message_ids
    deal = world.office.deal(world.rita, "Chairs")
    viewer = world.rita.viewer
    with world.office.database.read() as session:
        _, hidden = list_questions(session, viewer, 50).rows
    world.block(world.rita, domain="spam.example")
    with world.office.database.write() as session:
        assert viewer_thread(session, viewer, first) is None
        thread = viewer_thread(session, viewer, second)
        assert thread is not None
        assert thread.letters == (second,)
        (asked,) = list_questions(session, viewer, 50).rows
        assert asked.message_id == second
        assert count_questions(session, viewer, 99) == 1
        with pytest.raises(Missing):
            answer_question(session, viewer, hidden.id, Dismissed(), NOW, MAIL_DOMAIN)
        with pytest.raises(Missing):
            change_copy(session, viewer, first, CopyChanges(archived=True), NOW)
        with pytest.raises(Missing):
            add_link(session, viewer, first, "deal", deal, NOW)
