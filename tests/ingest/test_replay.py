"""Replay changes only what rules made, and twice gives same (RULES R52)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from db.ids import new_id
from db.models import InboundMessage, Link, MessageCopy, RawContent, Unresolved
from db.raw import RawStore
from db.session import Database
from ingest.authenticate import Tools
from ingest.difference import Replayed, Result
from ingest.replay import Replayer, list_since
from tests.kit.mails import File, a_message
from tests.kit.proofs import Signatures
from tests.kit.thinking import Office


@dataclass(frozen=True)
class World:
    office: Office
    replayer: Replayer
    rita: Any

    def replay(self, inbound_id: int, **how: Any) -> Replayed:
        return self.replayer.replay(self.office.company_id, inbound_id, **how)

    def changed_once(self, inbound_id: int) -> list[tuple[str, Any, Any]]:
        """Replay and answer the differences; dry first, and the same afterwards."""
        dry = self.replay(inbound_id, dry_run=True)
        assert self.replay(inbound_id) == dry
        assert self.replay(inbound_id).result is Result.SAME
        return [(one.field, one.before, one.after) for one in dry.differences]


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    office = Office(database)
    replayer = Replayer(database, RawStore(database, settings.data_dir), Tools(authenticate=Signatures()))
    return World(office, replayer, office.user("rita@seller.example"))


def test_nothing_changed_is_same_for_every_kind_of_end(world: World) -> None:
    office = world.office
    carl = office.contact(world.rita, "carl@customer.example")
    office.deal(world.rita, "Chairs", carl)
    root = a_message(message_id="<root@x>")
    mails = [
        root,
        a_message(in_reply_to="<root@x>"),
        a_message(to="otto@seller.example"),
        a_message(from_="eve@x.example"),
    ]
    for raw in mails:
        office.deliver(raw)
    office.deliver(root, origin="upload", owner=world.rita)
    with office.database.read() as session:
        rows = list_since(session, office.company_id)
    assert [world.replay(one).result for one in rows] == [Result.SAME] * 5


def test_a_new_contact_is_found_and_a_closed_deal_is_left(world: World) -> None:
    office = world.office
    told = office.deliver(a_message())
    carl = office.contact(world.rita, "carl@customer.example")
    chairs = office.deal(world.rita, "Chairs", carl)
    assert world.changed_once(told.inbound_id) == [
        ("link", None, "R20.address"),
        ("link", None, "R21.only_open"),
        ("question", "R24.unknown", None),
    ]
    office.change(chairs, status="lost")
    assert world.changed_once(told.inbound_id) == [("link", "R21.only_open", None)]


def test_what_a_person_did_stays(world: World) -> None:
    office = world.office
    carl = office.contact(world.rita, "carl@customer.example")
    chairs, tables = office.deal(world.rita, "Chairs", carl), office.deal(world.rita, "Tables")
    told = office.deliver(a_message())
    (letter,) = told.message_ids
    office.undo(letter, chairs)
    with office.database.write() as session:
        session.execute(
            insert(Link).values(
                company_id=office.company_id,
                id=new_id(session),
                message_id=letter,
                target_id=tables,
                origin="manual",
                rule="R25.by_hand",
                created_by=world.rita.user_id,
                created_at=office.at,
            )
        )
        session.execute(
            update(MessageCopy)
            .where(MessageCopy.company_id == office.company_id, MessageCopy.message_id == letter)
            .values(read=True, archived=True)
        )
    assert world.replay(told.inbound_id).result is Result.SAME
    assert office.links(letter) == {carl: "R20.address", tables: "R25.by_hand"}


def test_a_held_mail_is_filed_once_its_sender_is_one_of_us_and_raises_nothing_unread(world: World) -> None:
    told = world.office.deliver(a_message(from_="otto@seller.example"))
    world.office.user("otto@seller.example")
    assert world.changed_once(told.inbound_id) == [("status", "held", "filed")]
    (letter,) = world.office.letters_of(told.inbound_id)
    assert world.office.copies(letter)[0].read


def test_an_earlier_letter_does_not_take_the_choice_of_a_later_one(world: World) -> None:
    office = world.office
    carl = office.contact(world.rita, "carl@customer.example")
    first = office.deliver(a_message(message_id="<root@x>"))
    office.deal(world.rita, "Chairs", carl)
    office.deliver(a_message(in_reply_to="<root@x>"))
    assert world.changed_once(first.inbound_id) == [("link", None, "R21.only_open")]


def test_what_is_read_otherwise_is_written_anew(world: World) -> None:
    """A reader that has learnt something gives another digest: here the row is made to look older."""
    office = world.office
    told = office.deliver(a_message())
    (letter,) = told.message_ids
    with office.database.write() as session:
        session.execute(
            update(MessageCopy)
            .where(MessageCopy.company_id == office.company_id, MessageCopy.message_id == letter)
            .values(content_digest="old", direction="incoming")
        )
    fields = [field for field, _, _ in world.changed_once(told.inbound_id)]
    assert fields == ["direction", "content"]


def test_a_letter_that_is_not_found_again_stays_and_is_marked(world: World) -> None:
    office = world.office
    told = office.deliver(a_message(to="boss@other.example"))
    office.user("someone@other.example")
    assert world.changed_once(told.inbound_id) == [("letter", "found", "not found")]
    assert office.copies(told.message_ids[0])[0].missing_since is not None


def test_a_letter_that_is_found_later_is_as_closed_as_the_mail_that_it_is_of(world: World) -> None:
    office = world.office
    inner = [
        a_message(from_="carl@customer.example", to="rita@seller.example", text=f"the offer of number {n}")
        for n in (1, 2)
    ]
    files = [File(f"{n}.eml", raw, "message/rfc822") for n, raw in enumerate(inner)]
    told = office.deliver(
        a_message(from_="rita@seller.example", to=office.bcc_address, text="see both", attachments=files)
    )
    of_mail = MessageCopy.company_id == office.company_id, MessageCopy.inbound_id == told.inbound_id
    with office.database.write() as session:
        # As if the second had not been found before, and its owner had closed the mail since.
        session.execute(delete(Unresolved).where(Unresolved.company_id == office.company_id))
        session.execute(delete(MessageCopy).where(*of_mail, MessageCopy.inner_path == 2))
        session.execute(update(MessageCopy).where(*of_mail).values(sharing="private"))
    assert ("letter", None, "found") in world.changed_once(told.inbound_id)
    with office.database.read() as session:
        assert session.scalars(select(MessageCopy.sharing).where(*of_mail)).all() == ["private", "private"]


def test_asked_again_the_new_proof_is_kept_beside_the_old(world: World) -> None:
    office = world.office
    told = office.deliver(a_message(from_="eve@x.example"))
    assert office.inbound(told.inbound_id).reason == "R9.not_approved"
    before = office.inbound(told.inbound_id).proof
    world.replay(told.inbound_id, reauthenticate=True)
    row = office.inbound(told.inbound_id)
    assert (row.proof, row.reason) == (before, "R9.refused")
    assert world.replay(told.inbound_id, reauthenticate=True).result is Result.SAME


def test_without_its_bytes_it_is_impossible(world: World) -> None:
    told = world.office.deliver(a_message())
    with world.office.database.write() as session:
        session.execute(delete(RawContent).where(RawContent.company_id == world.office.company_id))
    assert world.replay(told.inbound_id).result is Result.IMPOSSIBLE


def test_what_waits_is_impossible_and_what_is_not_there_is_an_error(world: World) -> None:
    inbound = world.office.store(a_message())
    assert world.replay(inbound.id).result is Result.IMPOSSIBLE
    with pytest.raises(LookupError):
        world.replay(1)
    with world.office.database.read() as session:
        status = select(InboundMessage.status).where(
            InboundMessage.company_id == world.office.company_id, InboundMessage.id == inbound.id
        )
        assert session.scalars(status).one() == "processing"
