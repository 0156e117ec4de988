"""What is private of a user who left goes after 90 days, raw bytes too; what others have stays (RULES R55)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.policies import Sharing
from accounts.user_change import change_user
from config.settings import Settings
from db.models import (
    AuditEvent,
    BlockedAddress,
    ForwardRequest,
    GatewayMember,
    InboundMessage,
    Leaver,
    Link,
    Message,
    MessageCopy,
    RawContent,
    Record,
    StandingAnswer,
)
from db.raw import RawMissing
from db.session import Database
from ingest.authenticate import Tools
from ingest.replay import Replayer
from ingest.retention import tidy
from linking.sharing import CopyChanges, change_copy
from tests.kit.factories import make
from tests.kit.mails import File, a_message
from tests.kit.thinking import Signatures
from tests.kit.worlds import CANARY, World

MARIA, ANNA = "maria@fabrikam.example", "anna@northwind.example"


def leave(world: World, days: int) -> None:
    """Let Anna have left so many days ago."""
    with world.database.write() as session:
        now = world.database.now(session)
        changes = {"state": "deactivated", "successor_id": world.bert.user_id}
        change_user(session, world.ada, world.anna.user_id, changes, now)
        moved = update(Leaver).where(Leaver.company_id == world.house.company_id)
        session.execute(moved.values(delete_at=now - timedelta(days=days)))


def count(session: Session, world: World, table: type[MessageCopy] | type[Message] | type[InboundMessage]) -> int:
    """Answer how many rows the company has."""
    return len(session.scalars(select(table.id).where(table.company_id == world.house.company_id)).all())


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """Anna has a letter for herself, one that Bert has too, and one that she shares."""
    with World(database, settings, private=True) as opened:
        opened.record("maria", opened.house.bert, "contact", name="Maria", addresses=[MARIA])
        own = a_message(from_=MARIA, to=ANNA, message_id="<own@f.example>", text=f"{CANARY} for herself")
        both = a_message(from_=MARIA, to=ANNA, message_id="<both@f.example>", text="of both of them")
        opened.mail(own, owner=opened.house.anna)
        opened.mail(both, owner=opened.house.anna)
        opened.mail(both, owner=opened.house.bert)
        opened.mail(a_message(from_=ANNA, to=MARIA, message_id="<shared@n.example>", text="for all"))
        return opened


def test_what_services_asked_and_what_he_decided_for_himself_goes_too(world: World) -> None:
    given = {"company_id": world.house.company_id, "user_id": world.anna.user_id}
    with world.database.write() as session:
        make(session, ForwardRequest, **given)
        make(session, GatewayMember, **given)
        make(session, StandingAnswer, **given, target_id=world.records["maria"])
        make(session, BlockedAddress, **given, created_by=world.anna.user_id)
        make(session, BlockedAddress, company_id=world.house.company_id, created_by=world.anna.user_id)
    leave(world, 1)
    tidy(world.database, world.raw)
    with world.database.read() as session:
        for table in (ForwardRequest, GatewayMember, StandingAnswer):
            assert session.scalars(select(table).where(table.company_id == world.house.company_id)).all() == []
        blocked = select(BlockedAddress.user_id).where(BlockedAddress.company_id == world.house.company_id)
        assert session.scalars(blocked).all() == [None]


def test_nothing_goes_before_its_time(world: World) -> None:
    leave(world, -1)
    tidy(world.database, world.raw)
    with world.database.read() as session:
        assert count(session, world, MessageCopy) == 4


def test_copies_letters_mails_and_bytes_go_and_a_number_stays(world: World) -> None:
    own = world.filed[0]
    with world.database.read() as session:
        sha256 = session.scalars(select(InboundMessage.sha256).where(InboundMessage.id == own.inbound_id)).one()
    leave(world, 1)

    tidy(world.database, world.raw)

    with world.database.read() as session:
        copies = session.execute(select(MessageCopy.owner_id, MessageCopy.message_id)).all()
        assert {owner_id for owner_id, _ in copies} == {world.bert.user_id}
        assert {message_id for _, message_id in copies} == {one.message_id for one in world.filed[1:]}
        assert not session.scalars(select(Message.id).where(Message.id == own.message_id)).all()
        assert not session.scalars(select(Link.id).where(Link.message_id == own.message_id)).all()
        assert not session.scalars(select(InboundMessage.id).where(InboundMessage.id == own.inbound_id)).all()
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "user.forget")).one()
        assert (told.actor_id, told.args) == (None, {"mails": 2})
        assert len(session.scalars(select(RawContent.sha256)).all()) == 2
    with pytest.raises(RawMissing):
        world.raw.load(world.house.company_id, sha256)
    tidy(world.database, world.raw)
    with world.database.read() as session:
        assert len(session.scalars(select(AuditEvent).where(AuditEvent.action == "user.forget")).all()) == 1


def test_who_comes_back_in_time_keeps_it(world: World) -> None:
    leave(world, 1)
    with world.database.write() as session:
        change_user(session, world.ada, world.anna.user_id, {"state": "active"}, world.database.now(session))
    tidy(world.database, world.raw)
    with world.database.read() as session:
        owners = session.scalars(select(MessageCopy.owner_id)).all()
        assert sorted(owners) == sorted([world.anna.user_id] * 3 + [world.bert.user_id])


def test_records_that_rules_made_from_it_go_too(world: World) -> None:
    with world.database.write() as session:
        this = update(Record).where(Record.id == world.records["maria"])
        session.execute(this.values(owner_id=world.anna.user_id, visibility="owner", created_from=[1]))
    leave(world, 1)
    tidy(world.database, world.raw)
    with world.database.read() as session:
        assert session.scalar(select(Record.deleted_at).where(Record.id == world.records["maria"])) is not None


def test_no_replay_brings_a_letter_back_of_a_mail_that_stays(database: Database, settings: Settings) -> None:
    inner = [a_message(from_=MARIA, to=ANNA, subject=f"Offer {n}", text=f"the offer of number {n}") for n in (1, 2)]
    files = [File(f"{n}.eml", raw, "message/rfc822") for n, raw in enumerate(inner)]
    private = CopyChanges(sharing=Sharing.PRIVATE)
    with World(database, settings, private=True) as world:
        to = world.house.bcc_address
        forward = world.mail(a_message(from_=ANNA, to=to, text="see both", attachments=files))
        assert forward
        world.act(lambda session, now: change_copy(session, world.anna, forward.message_id, private, now))
    leave(world, 1)
    tidy(world.database, world.raw)

    done = Replayer(world.database, world.raw, Tools(Signatures())).replay(world.house.company_id, forward.inbound_id)

    assert done.result == "same"
    with world.database.read() as session:
        of_forward = select(MessageCopy.inner_path).where(MessageCopy.inbound_id == forward.inbound_id)
        assert session.scalars(of_forward).all() == [2]
