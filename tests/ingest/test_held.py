"""Held mail: who sees what of it, and what people do to it (RULES R9b, R10a, R11)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from accounts.refusals import Conflict, Forbidden, Missing
from accounts.senders import add_approved
from accounts.viewer import Viewer
from db.raw import RawStore
from db.session import Database
from ingest.held import HeldMail, get_held, list_held
from ingest.inbounds import get_inbound, list_inbound
from ingest.loading import load_inbound
from ingest.release import discard, expire, release, release_all_from, restore
from mailauth.results import Verdict
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import NOW, Office
from tests.kit.waiting import wait_until

STRANGER = "sven@stranger.example"
RAW = a_message(from_=f"Sven <{STRANGER}>", subject="Secret plans")


@dataclass(frozen=True)
class World:
    office: Office
    raw: RawStore
    rita: Any
    otto: Any
    admin: Any

    def hold(self, raw: bytes = RAW, *, personal: bool = True) -> int:
        to = [self.rita.personal_bcc_address if personal else self.office.bcc_address]
        return self.office.deliver(raw, to=to).inbound_id

    def held(self, viewer: Viewer, inbound_id: int) -> HeldMail:
        with self.office.database.read() as session:
            return get_held(session, self.raw, viewer, inbound_id)

    def listed(self, viewer: Viewer) -> list[int]:
        with self.office.database.read() as session:
            return [one.inbound_id for one in list_held(session, self.raw, viewer)]

    def act(self, what: Any, viewer: Viewer, inbound_id: int, **how: Any) -> None:
        self.office.at += timedelta(minutes=1)
        with self.office.database.write() as session:
            what(session, viewer, inbound_id, self.office.at, **how)

    def work(self, inbound_id: int) -> None:
        with self.office.database.read() as session:
            inbound = load_inbound(session, self.raw, self.office.company_id, inbound_id)
        self.office.write(self.office.think(inbound))


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    office = Office(database)
    return World(
        office,
        RawStore(database, settings.data_dir),
        office.user("rita@seller.example"),
        office.user("otto@seller.example"),
        office.user("ada@seller.example", role="admin"),
    )


def test_its_owner_sees_all_and_an_admin_the_envelope_alone(world: World) -> None:
    held = world.hold()
    own, admins = world.held(world.rita.viewer, held), world.held(world.admin.viewer, held)
    assert (own.subject, own.may_act) == ("Secret plans", True)
    assert (admins.subject, admins.snippet, admins.may_act) == (None, None, False)
    assert (admins.from_address, admins.verdict, admins.size) == (STRANGER, "proved", len(RAW))
    assert world.listed(world.otto.viewer) == []
    with pytest.raises(Missing):
        world.held(world.otto.viewer, held)


def test_what_is_nobodys_is_the_admins(world: World) -> None:
    held = world.hold(personal=False)
    assert world.held(world.admin.viewer, held).subject == "Secret plans"
    assert world.listed(world.rita.viewer) == []


def test_a_released_mail_is_filed_for_whom_it_belongs_to_at_the_moment_of_release(world: World) -> None:
    carl = world.office.contact(world.rita, "carl@customer.example")
    held = world.hold()
    world.act(release, world.rita.viewer, held)
    world.work(held)
    (letter,) = world.office.letters_of(held)
    (copy,) = world.office.copies(letter)
    assert (copy.owner_id, copy.sort_at, copy.read) == (world.rita.user_id, world.office.at, False)
    assert copy.received_at < copy.sort_at
    assert world.office.links(letter) == {carl: "R20.address"}
    assert world.office.inbound(held).reason == "R10a.released"


def test_who_releases_what_is_nobodys_becomes_its_owner_or_names_one(world: World) -> None:
    first, second = world.hold(personal=False), world.hold(a_message(from_=STRANGER, text="Two.\n"), personal=False)
    world.act(release, world.admin.viewer, first)
    world.act(release, world.admin.viewer, second, user_id=world.otto.user_id)
    owners = [world.office.inbound(one).owner_id for one in (first, second)]
    assert owners == [world.admin.user_id, world.otto.user_id]


def test_nobody_lets_in_what_belongs_to_another(world: World) -> None:
    held = world.hold()
    with pytest.raises(Forbidden):
        world.act(release, world.admin.viewer, held)
    with pytest.raises(Missing):
        world.act(release, world.otto.viewer, held)
    assert world.office.inbound(held).status == "held"


def test_discard_and_restore(world: World) -> None:
    held = world.hold()
    world.act(discard, world.rita.viewer, held)
    assert world.office.inbound(held).status == "discarded"
    world.act(restore, world.rita.viewer, held)
    row = world.office.inbound(held)
    assert (row.status, row.reason, row.reason_args["from"]) == ("held", "R8a.outsider", STRANGER)
    with pytest.raises(Conflict):
        world.act(restore, world.rita.viewer, held)


def test_a_discard_is_final_after_seven_days(world: World) -> None:
    held = world.hold()
    world.act(discard, world.rita.viewer, held)
    world.office.at += timedelta(days=8)
    with pytest.raises(Conflict):
        world.act(restore, world.rita.viewer, held)


def test_restored_internal_mail_is_kept_because_a_person_says_so(world: World) -> None:
    internal = world.office.deliver(a_message(to="otto@seller.example")).inbound_id
    world.act(restore, world.rita.viewer, internal)
    world.work(internal)
    assert world.office.inbound(internal).status == "filed"


@pytest.mark.parametrize("second", ["discard", "expire"])
def test_what_one_lets_in_nobody_throws_away_at_the_same_moment(world: World, second: str) -> None:
    held, database = world.hold(), world.office.database

    def throw_away() -> int:
        with database.write() as session:
            if second == "expire":
                return expire(session, world.office.company_id, NOW + timedelta(days=31))
            discard(session, world.rita.viewer, held, NOW)
            return 1

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            release(session, world.rita.viewer, held, world.office.at)
            late = other.submit(throw_away)
            if not database.is_sqlite:
                wait_until(lambda: _somebody_waits(database))
        if second == "expire":
            assert late.result() == 0
        else:
            with pytest.raises(Conflict):
                late.result()
    assert world.office.inbound(held).status == "received"


def _somebody_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_what_nobody_lets_in_expires(world: World) -> None:
    held = world.hold()
    with world.office.database.write() as session:
        assert expire(session, world.office.company_id, NOW + timedelta(days=29)) == 0
        assert expire(session, world.office.company_id, NOW + timedelta(days=31)) == 1
    row = world.office.inbound(held)
    assert (row.status, row.reason) == ("discarded", "R9b.expired")


def test_approving_a_sender_lets_all_his_held_mail_in(world: World) -> None:
    first, second = world.hold(), world.hold(a_message(from_=STRANGER, text="Two.\n"))
    other = world.hold(a_message(from_="eve@stranger.example"))
    claimed = world.office.deliver(
        a_message(from_=STRANGER, text="Three.\n"), proof=a_proof(STRANGER, Verdict.UNPROVED, publishes=False)
    ).inbound_id
    with world.office.database.write() as session:
        assert release_all_from(session, world.office.company_id, STRANGER, world.office.at) == 0
        add_approved(session, world.office.company_id, world.otto.user_id, STRANGER, world.office.at)
        assert release_all_from(session, world.office.company_id, STRANGER, world.office.at) == 2
    rows = [world.office.inbound(one) for one in (first, second, other, claimed)]
    assert [row.status for row in rows] == ["received", "received", "held", "held"]
    world.work(first)
    assert [(one.owner_id, one.read) for one in world.office.copies(*world.office.letters_of(first))] == [
        (world.otto.user_id, False)
    ]


def test_an_admin_sees_a_row_of_private_mail_without_its_envelope(world: World) -> None:
    world.office.prefers(world.rita, sharing_default={"smtp": "private", "imap": "private"})
    private = world.office.deliver(a_message()).inbound_id
    with world.office.database.read() as session:
        own = get_inbound(session, world.rita.viewer, private)
        admins = get_inbound(session, world.admin.viewer, private)
        assert list_inbound(session, world.otto.viewer) == ()
    assert own.envelope is not None
    assert (own.reason, len(own.message_ids)) == ("R9.approved", 1)
    hidden = {"mine": False, "owner_id": None, "envelope": None, "reason": None, "reason_args": None}
    assert admins == replace(own, **hidden, message_ids=())


def test_an_admin_sees_the_envelope_of_shared_and_held_mail(world: World) -> None:
    rows = [world.office.deliver(a_message()).inbound_id, world.hold()]
    with world.office.database.read() as session:
        assert all(get_inbound(session, world.admin.viewer, row).envelope for row in rows)
        assert [one.id for one in list_inbound(session, world.admin.viewer, status="held")] == rows[1:]
