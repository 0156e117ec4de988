"""Acts on many letters: each by one's rights to it, and the way back, which undoes what the act changed and no more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Invalid, Missing
from config.settings import Settings
from db.models import Link, MessageCopy, Record
from db.session import Database
from linking.changed import Act, Changed, LinkedMany, as_told, from_told
from linking.links import Linked, WouldHide, add_link, undo_link
from linking.many import MOST, act_on, link_all, put_back, unlink_all
from tests.kit.mailroom import a_record
from tests.kit.mails import a_message
from tests.kit.worlds import World

ANNA, MARIA = "anna@northwind.example", "maria@fabrikam.example"


class Desk:
    """Anna's mail with Maria: two letters by Bcc, which Bert sees, and one that is hers alone."""

    def __init__(self, world: World) -> None:
        self.world, self.anna, self.bert = world, world.anna, world.bert
        world.record("maria", world.house.anna, "contact", name="Maria", addresses=[MARIA])
        self.shared = [self._mail(f"Offer {number}") for number in range(2)]
        self.private = self._mail("Quiet", own=True)
        self.all = [*self.shared, self.private]

    def _mail(self, subject: str, *, own: bool = False) -> int:
        raw = a_message(from_=ANNA, to=MARIA, subject=subject)
        filed = self.world.mail(raw, owner=self.world.house.anna if own else None)
        assert filed
        return filed.message_id

    def do[Result](self, act: Callable[[Session], Result]) -> Result:
        """Do something in a transaction of its own."""
        with self.world.database.write() as session:
            return act(session)

    def copies(self) -> dict[int, tuple[bool, bool, bool, str]]:
        """Answer how each letter's copy is: read, archived, deleted, sharing."""
        with self.world.database.read() as session:
            rows = session.scalars(select(MessageCopy).where(MessageCopy.company_id == self.anna.company_id))
            return {row.message_id: (row.read, row.archived, row.deleted_at is not None, row.sharing) for row in rows}

    def act(self, act: Act, ids: list[int]) -> Changed:
        """Let Anna do it."""
        done = self.do(lambda session: act_on(session, self.anna, ids, act, self.world.at))
        assert isinstance(done, Changed)
        return done

    def undo(self, changed: Changed) -> bool:
        """Let Anna take it back; answer whether all is as it was."""
        told = from_told(json.loads(json.dumps(as_told(changed))))
        assert isinstance(told, Changed)
        return self.do(lambda session: put_back(session, self.anna, told, self.world.at))


@pytest.fixture
def desk(database: Database, settings: Settings) -> Iterator[Desk]:
    """Three letters."""
    with World(database, settings, private=True) as world:
        yield Desk(world)


def test_every_act_is_undone_to_what_was_before(desk: Desk) -> None:
    desk.act(Act.READ, desk.shared[:1])
    desk.act(Act.DELETE, [desk.private])
    desk.act(Act.ARCHIVE, desk.shared[1:])
    before = desk.copies()
    for act in Act:
        changed = desk.act(act, desk.all)
        after = desk.copies()
        assert changed.letters == sum(after[one] != before[one] for one in desk.all), act
        assert 0 < changed.letters < len(desk.all) + (act is Act.TEAM), act
        assert desk.undo(changed), act
        assert desk.copies() == before, act


def test_undo_leaves_what_was_changed_since(desk: Desk) -> None:
    changed = desk.act(Act.ARCHIVE, desk.all)
    desk.act(Act.UNARCHIVE, desk.all[:1])
    desk.do(lambda session: put_back(session, desk.bert, changed, desk.world.at))
    assert sum(archived for _, archived, _, _ in desk.copies().values()) == 2
    desk.act(Act.READ, desk.all)
    assert not desk.undo(changed)
    assert {(read, archived) for read, archived, _, _ in desk.copies().values()} == {(True, False)}


def test_rights_are_asked_for_each_letter(desk: Desk) -> None:
    done = desk.do(lambda session: act_on(session, desk.bert, desk.shared, Act.ARCHIVE, desk.world.at))
    assert isinstance(done, Changed)
    assert (done.letters, done.stayed, done.before) == (0, 2, {})
    for ids in (desk.all, [*desk.shared, 17]):
        with pytest.raises(Missing), desk.world.database.write() as session:
            act_on(session, desk.bert, ids, Act.READ, desk.world.at)
    with pytest.raises(Invalid):
        desk.act(Act.READ, list(range(MOST + 1)))


def test_links_of_many_are_made_told_and_undone(desk: Desk) -> None:
    open_one = desk.world.record("deal", desk.world.house.anna, "deal", title="Chairs", contact_ids=[])
    quiet = desk.world.record("quiet", desk.world.house.anna, "deal", title="Quiet", visibility="owner")

    def link(target: int) -> LinkedMany | WouldHide:
        return desk.do(lambda session: link_all(session, desk.anna, desk.all, ("deal", target), desk.world.at))

    made = link(open_one)
    assert isinstance(made, LinkedMany)
    assert len(made.links) == 3
    again = link(open_one)
    assert isinstance(again, LinkedMany)
    assert again.links == ()
    hidden = desk.do(lambda session: _told_and_taken_back(session, desk, quiet))
    assert isinstance(hidden, WouldHide)
    assert desk.bert.user_id in hidden.user_ids
    assert desk.do(lambda session: unlink_all(session, desk.anna, made, desk.world.at))
    relinked = link(open_one)
    assert isinstance(relinked, LinkedMany)
    assert len(relinked.links) == 3


def _told_and_taken_back(session: Session, desk: Desk, target: int) -> object:
    told = link_all(session, desk.anna, desk.all, ("deal", target), desk.world.at)
    session.rollback()
    return told


def test_undo_of_links_leaves_what_a_colleague_linked_since(desk: Desk) -> None:
    deal = desk.world.record("deal", desk.world.house.anna, "deal", title="Chairs", contact_ids=[])
    made = desk.do(lambda session: link_all(session, desk.anna, desk.shared, ("deal", deal), desk.world.at))
    assert isinstance(made, LinkedMany)
    later = desk.world.at + timedelta(minutes=1)
    desk.do(lambda session: undo_link(session, desk.bert, made.links[0], later))
    linked = desk.do(lambda session: add_link(session, desk.bert, desk.shared[0], "deal", deal, later))
    assert linked == Linked(made.links[0])
    assert not desk.do(lambda session: unlink_all(session, desk.anna, made, later))
    with desk.world.database.read() as session:
        mine = Link.company_id == desk.anna.company_id, Link.target_id == deal, Link.undone_at.is_(None)
        assert session.scalars(select(Link.message_id).where(*mine)).all() == desk.shared[:1]


def test_undo_of_deleting_leaves_what_was_deleted_again(desk: Desk) -> None:
    changed = desk.act(Act.DELETE, desk.shared)
    desk.act(Act.RESTORE, desk.shared[:1])
    later = desk.world.at + timedelta(minutes=1)
    desk.do(lambda session: act_on(session, desk.anna, desk.shared[:1], Act.DELETE, later))
    assert not desk.undo(changed)
    assert [desk.copies()[one][2] for one in desk.shared] == [True, False]


def test_what_links_show_of_private_mail_is_hidden_again(desk: Desk) -> None:
    with desk.world.database.write() as session:
        company_id, owner_id = desk.anna.company_id, desk.anna.user_id
        record = a_record(session, company_id, owner_id, visibility="owner", created_from={"inbound": 1})
    link = partial(link_all, viewer=desk.anna, target=("contact", record.id), now=desk.world.at)
    made = desk.do(lambda session: link(session, message_ids=desk.shared))
    assert isinstance(made, LinkedMany)
    told = from_told(json.loads(json.dumps(as_told(made))))
    assert isinstance(told, LinkedMany)
    query = select(Record.visibility).where(Record.company_id == company_id, Record.id == record.id)
    assert desk.do(lambda session: session.scalar(query)) == "company"
    assert desk.do(lambda session: unlink_all(session, desk.anna, told, desk.world.at))
    assert desk.do(lambda session: session.scalar(query)) == "owner"
