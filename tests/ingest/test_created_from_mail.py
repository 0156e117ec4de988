"""Contacts and leads made of unknown addresses: of whom, whose, touched and undone (RULES R24, R30b, R52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from accounts.audit import list_events
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Missing
from accounts.users import UserMade
from db.models import ContactAddress, InboundMessage, Record
from db.raw import RawStore
from db.session import Database
from ingest.difference import Result
from ingest.replay import Replayer
from linking.created import undo_created
from linking.record_fields import RecordType
from linking.records import change_record
from linking.sharing import CopyChanges, change_copy
from tests.kit.mails import a_message
from tests.kit.thinking import NOW, Office, Told

NINA = "nina@new.example"


@dataclass(frozen=True)
class World:
    office: Office
    raw: RawStore
    rita: UserMade
    otto: UserMade
    ada: UserMade

    def mail(self, text: str = "Hello", **how: Any) -> Told:
        return self.office.deliver(a_message(**({"to": f"Nina New <{NINA}>", "text": text} | how)))

    def private(self, user: UserMade) -> None:
        self.office.prefers(user, sharing_default={"smtp": "private", "imap": "private"})

    def made(self) -> list[Record]:
        query = select(Record).where(Record.company_id == self.office.company_id, Record.created_from.is_not(None))
        with self.office.database.read() as session:
            return list(session.scalars(query.where(Record.deleted_at.is_(None)).order_by(Record.id)))

    def record(self, record_id: int) -> Record:
        query = select(Record).where(Record.company_id == self.office.company_id, Record.id == record_id)
        with self.office.database.read() as session:
            return session.scalars(query).one()

    def undo(self, user: UserMade, message_id: int) -> None:
        with self.office.database.write() as session:
            undo_created(session, user.viewer, message_id, self.office.at)

    def replay(self, told: Told) -> Result:
        replayer = Replayer(self.office.database, self.raw, self.office.tools)
        with self.office.database.write() as session:
            this = (InboundMessage.company_id == self.office.company_id, InboundMessage.id == told.inbound_id)
            session.execute(update(InboundMessage).where(*this).values(status="filed"))
        return replayer.replay(self.office.company_id, told.inbound_id).result


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    office = Office(database, unknown_address="contact")
    return World(
        office,
        RawStore(database, settings.data_dir),
        office.user("rita@seller.example"),
        office.user("otto@seller.example"),
        office.user("ada@seller.example", role="admin"),
    )


def test_a_contact_is_made_once_and_says_of_which_mail(world: World) -> None:
    first = world.mail("one")
    (nina,) = world.made()
    assert (nina.type, nina.name, nina.owner_id, nina.visibility) == (
        "contact",
        "Nina New",
        world.rita.user_id,
        "company",
    )
    assert nina.created_from["message"] == first.message_ids[0]
    assert world.office.links(first.message_ids[0]) == {nina.id: "R24.created"}
    assert world.office.questions(first.message_ids[0]) == {}
    assert world.office.links(world.mail("two").message_ids[0]) == {nina.id: "R20.address"}
    with world.office.database.read() as session:
        query = select(ContactAddress.address_key).where(ContactAddress.company_id == world.office.company_id)
        assert session.scalars(query).all() == [NINA]


def test_a_lead_comes_with_its_contact_and_takes_the_next_mail(world: World) -> None:
    world.office.decides(unknown_address="lead")
    first = world.mail("one").message_ids[0]
    contact, lead = world.made()
    assert (contact.type, lead.type, lead.status) == ("contact", "lead", "open")
    assert set(world.office.links(first)) == {contact.id, lead.id}
    assert world.office.links(world.mail("two").message_ids[0])[lead.id] == "R21.only_open"


@pytest.mark.parametrize(
    "how",
    [
        {"extra": {"Auto-Submitted": "auto-replied"}},
        {"to": "info@new.example"},
        {"to": "no-reply@new.example"},
        {"to": "bounce+12@new.example"},
        {"to": [], "cc": [NINA]},
        {"to": [f"p{n}@new.example" for n in range(6)]},
    ],
    ids=["automatic", "role", "no-reply", "bounce", "cc", "many"],
)
def test_of_machines_roles_and_long_lists_nothing_is_made(world: World, how: dict[str, Any]) -> None:
    letter = world.mail(**how).message_ids[0]
    assert world.made() == []
    asked = [] if "extra" in how else ["R24.unknown"]
    assert list(world.office.questions(letter)) == asked


def test_the_company_may_ignore_strangers(world: World) -> None:
    world.office.decides(unknown_address="ignore")
    letter = world.mail().message_ids[0]
    assert (world.made(), world.office.questions(letter), world.office.links(letter)) == ([], {}, {})


def test_a_contact_that_the_rep_may_not_see_is_not_made_twice(world: World) -> None:
    hidden = world.office.contact(world.otto, NINA, visibility="owner")
    letter = world.mail().message_ids[0]
    assert (world.made(), world.office.links(letter)) == ([], {})
    assert world.office.questions(letter) == {"R24.unknown": [], "R24.hidden": [hidden]}
    assert world.record(hidden).visibility == "owner"


def test_of_private_mail_it_is_its_owners_alone_and_nobody_else_notices(world: World) -> None:
    world.private(world.rita)
    world.mail("secret")
    (ritas,) = world.made()
    assert (ritas.visibility, ritas.owner_id) == ("owner", world.rita.user_id)
    with world.office.database.read() as session:
        assert not [one for one in list_events(session, world.ada.viewer, 50) if one.target == f"contact {ritas.id}"]
    shared = world.mail("shared", from_="Otto <otto@seller.example>").message_ids[0]
    _, ottos = world.made()
    assert world.office.links(shared) == {ottos.id: "R24.created"}
    assert (ottos.visibility, ottos.owner_id) == ("company", world.otto.user_id)


def test_a_shared_letter_opens_it_to_everybody(world: World) -> None:
    world.private(world.rita)
    world.mail("secret")
    (nina,) = world.made()
    world.office.prefers(world.rita, sharing_default={"smtp": "shared", "imap": "private"})
    assert world.office.links(world.mail("open").message_ids[0]) == {nina.id: "R20.address"}
    assert (world.record(nina.id).visibility, world.made()) == ("company", [])


def test_sharing_the_letter_opens_it_too(world: World) -> None:
    world.private(world.rita)
    letter = world.mail("secret").message_ids[0]
    (nina,) = world.made()
    with world.office.database.write() as session:
        change_copy(session, world.rita.viewer, letter, CopyChanges(sharing=Sharing.SHARED), world.office.at)
    assert world.record(nina.id).visibility == "company"


def test_a_hand_makes_it_a_persons(world: World) -> None:
    world.mail()
    (nina,) = world.made()
    with world.office.database.write() as session:
        change_record(session, world.rita.viewer, RecordType.CONTACT, nina.id, {"visibility": "owner"}, NOW)
    assert (world.record(nina.id).visibility, world.made()) == ("owner", [])
    world.mail("again")
    assert world.record(nina.id).visibility == "owner"


def test_undoing_deletes_it_and_asks(world: World) -> None:
    letter = world.mail().message_ids[0]
    with pytest.raises(Forbidden):
        world.undo(world.otto, letter)
    world.undo(world.rita, letter)
    assert world.made() == []
    assert world.office.questions(letter) == {"R24.unknown": []}
    with pytest.raises(Missing):
        world.undo(world.rita, letter)


def test_a_replay_changes_nothing_and_makes_nothing_twice(world: World) -> None:
    told = world.mail()
    assert world.replay(told) is Result.SAME
    world.undo(world.rita, told.message_ids[0])
    assert world.replay(told) is Result.SAME
    assert world.made() == []
