"""Retention deletes what is older than the company keeps, a shorter time after a week; a hold keeps what it names."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from accounts.companies import change_company
from accounts.holds import Held, end_hold, list_holds, place_hold
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.retention_days import retention_in_force, shorter_from
from accounts.user_change import change_user
from config.settings import Settings
from db.models import (
    AuditEvent,
    InboundMessage,
    Leaver,
    Link,
    Message,
    MessageCopy,
    RawContent,
    Record,
    RetentionBefore,
    Unresolved,
)
from db.session import Database
from ingest.retention import tidy
from tests.kit.mails import a_message
from tests.kit.worlds import World

MARIA, OTTO, ANNA = "maria@fabrikam.example", "otto@contoso.example", "anna@northwind.example"
WEEK = timedelta(days=7, seconds=1)


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """Mail of March: Anna's private one with Maria, one with Otto that all see, Bert's with a stranger."""
    with World(database, settings, private=True) as opened:
        opened.record("maria", opened.house.bert, "contact", name="Maria", addresses=[MARIA])
        opened.record("otto", opened.house.bert, "contact", name="Otto", addresses=[OTTO])
        opened.mail(
            a_message(from_=MARIA, to=ANNA, message_id="<p@f.example>", text="private"), owner=opened.house.anna
        )
        opened.mail(a_message(from_=ANNA, to=OTTO, message_id="<s@n.example>", text="shared"))
        opened.mail(
            a_message(from_="nina@new.example", to=ANNA, message_id="<n@n.example>", text="who?"),
            owner=opened.house.bert,
        )
        opened.mail(a_message(from_=MARIA, to=OTTO, message_id="<x@f.example>", text="held of a stranger"))
        return opened


def keep(world: World, days: int | None) -> None:
    with world.database.write() as session:
        change_company(session, world.ada, {"retention_days": days}, world.database.now(session))


def let_a_week_pass(world: World) -> None:
    with world.database.write() as session:
        moved = update(RetentionBefore).where(RetentionBefore.company_id == world.house.company_id)
        session.execute(moved.values(until=world.database.now(session) - timedelta(seconds=1)))


def hold(world: World, kind: Held, *, user_id: int | None = None, address: str | None = None) -> int:
    with world.database.write() as session:
        now = world.database.now(session)
        return place_hold(session, world.ada, kind, "Case 7", now, user_id=user_id, address=address).id


def release(world: World, hold_id: int) -> None:
    with world.database.write() as session:
        end_hold(session, world.ada, hold_id, world.database.now(session))


def left(world: World) -> set[int]:
    """Answer the letters that are there."""
    with world.database.read() as session:
        query = select(MessageCopy.message_id).where(MessageCopy.company_id == world.house.company_id)
        return set(session.scalars(query))


def test_what_is_older_goes_with_all_that_hangs_on_it_after_a_week(world: World) -> None:
    with world.database.write() as session:
        fresh = update(MessageCopy).where(
            MessageCopy.company_id == world.house.company_id, MessageCopy.message_id == world.filed[1].message_id
        )
        session.execute(fresh.values(received_at=world.database.now(session) - timedelta(days=29)))
    keep(world, 30)
    tidy(world.database, world.raw)
    assert len(left(world)) == 3

    let_a_week_pass(world)
    tidy(world.database, world.raw)

    assert left(world) == {world.filed[1].message_id}
    with world.database.read() as session:
        for table, rows in ((Message, 1), (InboundMessage, 2), (RawContent, 2), (Unresolved, 0), (Record, 2)):
            of_company = select(func.count()).select_from(table).where(table.company_id == world.house.company_id)
            assert session.scalar(of_company) == rows, table
        linked = select(Link.message_id).where(Link.company_id == world.house.company_id)
        assert set(session.scalars(linked)) == {world.filed[1].message_id}
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "company.expire")).one()
        assert told.args == {"mails": 2}


def test_a_shorter_time_can_be_taken_back_within_the_week(world: World) -> None:
    house = world.house.company_id
    with world.database.read() as session:
        now = world.database.now(session)
    for chosen, at, later in (
        (365, None, 365),
        ("a week passes", 365, 365),
        (30, 365, 30),
        (10, 365, 10),
        (400, 400, 400),
        (20, 400, 20),
        (None, None, None),
    ):
        if isinstance(chosen, str):
            let_a_week_pass(world)
        else:
            keep(world, chosen)
        with world.database.read() as session:
            assert retention_in_force(session, house, now) == at, chosen
            assert retention_in_force(session, house, now + WEEK + timedelta(minutes=5)) == later, chosen
            assert (shorter_from(session, house, now) is None) == (at == later), chosen


@pytest.mark.parametrize("kind", list(Held))
def test_a_hold_stops_it_and_its_end_lets_it_go_on(world: World, kind: Held) -> None:
    about: dict[Held, dict[str, object]] = {
        Held.COMPANY: {},
        Held.USER: {"user_id": world.anna.user_id},
        Held.PERSON: {"address": "Maria@Fabrikam.example"},
    }
    kept = {Held.COMPANY: {0, 1, 2}, Held.USER: {0, 1}, Held.PERSON: {0}}[kind]
    hold_id = hold(world, kind, **about[kind])
    keep(world, 30)
    let_a_week_pass(world)
    tidy(world.database, world.raw)
    assert left(world) == {world.filed[place].message_id for place in kept}
    release(world, hold_id)
    tidy(world.database, world.raw)
    assert left(world) == set()


def test_a_hold_keeps_what_a_leaver_had_and_discarded_mail(world: World) -> None:
    hold_id = hold(world, Held.PERSON, address=MARIA)
    with world.database.write() as session:
        now = world.database.now(session)
        long_ago = now - timedelta(days=100)
        waiting = InboundMessage.company_id == world.house.company_id, InboundMessage.status == "held"
        done = {"status": "discarded", "reason": "R10a.discarded", "discarded_at": long_ago}
        discarded = update(InboundMessage).where(*waiting).values(**done).returning(InboundMessage.id)
        assert len(session.scalars(discarded).all()) == 1
        change_user(session, world.ada, world.anna.user_id, {"state": "deactivated"}, now)
        left_long_ago = update(Leaver).where(Leaver.company_id == world.house.company_id)
        session.execute(left_long_ago.values(delete_at=long_ago))

    def kept() -> tuple[int, bool]:
        with world.database.read() as session:
            ended = session.scalar(select(Leaver.deleted_at).where(Leaver.company_id == world.house.company_id))
            contents = select(func.count()).where(RawContent.company_id == world.house.company_id)
            return session.scalar(contents) or 0, ended is not None

    tidy(world.database, world.raw)
    assert kept() == (4, False)
    release(world, hold_id)
    tidy(world.database, world.raw)
    assert kept() == (2, True)


def test_holds_are_for_admins_and_need_a_reason(world: World) -> None:
    hold_id = hold(world, Held.PERSON, address=MARIA)
    with world.database.write() as session:
        now = world.database.now(session)
        for viewer in (world.anna, world.bert):
            with pytest.raises(Forbidden):
                place_hold(session, viewer, Held.COMPANY, "why", now)
            with pytest.raises(Forbidden):
                list_holds(session, viewer)
            with pytest.raises(Forbidden):
                end_hold(session, viewer, hold_id, now)
        with pytest.raises(Invalid):
            place_hold(session, world.ada, Held.COMPANY, " ", now)
        with pytest.raises(Invalid):
            place_hold(session, world.ada, Held.USER, "why", now, user_id=1)
        with pytest.raises(Invalid):
            place_hold(session, world.ada, Held.PERSON, "why", now, address="nobody")
        with pytest.raises(Missing):
            end_hold(session, world.ada, 1, now)
        end_hold(session, world.ada, hold_id, now)
        assert [(one.address, one.ended_at) for one in list_holds(session, world.ada)] == [(MARIA, now)]
        events = session.scalars(select(AuditEvent).where(AuditEvent.action.startswith("hold.")))
        assert [(one.action, one.args) for one in events] == [
            ("hold.place", {"kind": "person"}),
            ("hold.end", {"kind": "person"}),
        ]
