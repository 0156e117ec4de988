"""Runs over one's own mail: a look changes nothing, what is applied is what was shown, and nobody else's is touched."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from accounts.gateway import accept, switch_on
from accounts.refusals import Conflict, Missing
from db.models import Decision
from db.raw import RawStore
from db.session import Database
from ingest.authenticate import Tools
from ingest.replay import Replayer
from ingest.replay_runs import (
    Run,
    RunState,
    apply_run,
    dismiss_run,
    latest_runs,
    list_findings,
    offer_run,
    start_run,
)
from ingest.replay_worker import AT_ONCE, step
from tests.kit.mails import a_message
from tests.kit.proofs import Signatures
from tests.kit.thinking import MAIL_DOMAIN, NOW, Office

CARL = "carl@customer.example"


class World:
    def __init__(self, database: Database, settings: Any) -> None:
        self.office = Office(database)
        self.replayer = Replayer(database, RawStore(database, settings.data_dir), Tools(authenticate=Signatures()))
        self.rita = self.office.user("rita@seller.example")
        self.otto = self.office.user("otto@seller.example")

    def mail(self, text: str, sender: str = "rita") -> int:
        return self.office.deliver(a_message(from_=f"{sender}@seller.example", to=CARL, text=text)).message_ids[0]

    def latest(self) -> Run:
        with self.office.database.read() as session:
            return latest_runs(session, self.rita.viewer)[0]

    def start(self) -> int:
        with self.office.database.write() as session:
            return start_run(session, self.rita.viewer, NOW, self.office.at)

    def work(self) -> None:
        while step(self.replayer):
            pass


@pytest.fixture
def world(database: Database, settings: Any) -> World:
    return World(database, settings)


def test_a_look_changes_nothing_and_applying_does_what_it_showed(world: World) -> None:
    mine, theirs = world.mail("Hello.\n"), world.mail("Hello from Otto.\n", "otto")
    carl = world.office.contact(world.rita, CARL)
    run_id = world.start()
    world.work()
    run = world.latest()
    assert (run.state, run.seen, run.total, run.found) == (RunState.LOOKED, 1, 1, 1)
    assert world.office.links(mine) == {}
    with world.office.database.read() as session:
        (found,) = list_findings(session, world.rita.viewer, run_id, 10, None).rows
    assert {one["field"]: one["after"] for one in found.differences} == {"link": "R20.address", "question": None}
    with world.office.database.write() as session:
        apply_run(session, world.rita.viewer, run_id)
    world.work()
    assert (world.latest().state, world.latest().applied) == (RunState.APPLIED, 1)
    assert world.office.links(mine) == {carl: "R20.address"}
    assert world.office.links(theirs) == {}


def test_more_mail_than_one_step_does(world: World) -> None:
    for number in range(AT_ONCE + 2):
        world.mail(f"Hello {number}.\n")
    world.start()
    assert step(world.replayer)
    assert world.latest().seen == AT_ONCE
    world.work()
    assert (world.latest().state, world.latest().seen) == (RunState.LOOKED, AT_ONCE + 2)


def test_a_run_is_its_owners_and_one_at_a_time(world: World) -> None:
    run_id = world.start()
    with world.office.database.write() as session, pytest.raises(Conflict):
        start_run(session, world.rita.viewer, NOW, NOW)
    with world.office.database.write() as session, pytest.raises(Missing):
        dismiss_run(session, world.otto.viewer, run_id)
    with world.office.database.write() as session, pytest.raises(Conflict):
        apply_run(session, world.rita.viewer, run_id)
    with world.office.database.write() as session:
        dismiss_run(session, world.rita.viewer, run_id)
    assert not step(world.replayer)


def test_changed_rules_are_an_offer_once_to_each(world: World) -> None:
    with world.office.database.write() as session:
        for _ in range(2):
            offer_run(session, world.office.company_id, None, "policies", NOW)
    with world.office.database.read() as session:
        offered = [latest_runs(session, one.viewer, 5) for one in (world.rita, world.otto)]
    assert [[one.state for one in runs] for runs in offered] == [[RunState.OFFERED]] * 2
    assert not step(world.replayer)


def test_a_mail_that_a_colleague_has_a_copy_of_too_is_replayed_for_its_owner_alone(world: World) -> None:
    office = world.office
    ada = office.user("ada@seller.example", role="admin")
    carl = office.contact(world.rita, CARL)
    with office.database.write() as session:
        gateway = switch_on(session, ada.viewer, MAIL_DOMAIN, office.at)
        for user in (world.rita, world.otto):
            accept(session, user.viewer, office.at)
    raw = a_message(from_=CARL, to=["otto@seller.example", "rita@seller.example"])
    told = office.deliver(raw, to=[gateway])
    office.deal(world.rita, "Quiet", carl, visibility="owner")
    of_otto = world.replayer.replay(office.company_id, told.inbound_id, owner_id=world.otto.user_id)
    assert of_otto.differences == ()
    assert set(office.links(told.message_ids[0])) == {carl}
    of_rita = world.replayer.replay(office.company_id, told.inbound_id, owner_id=world.rita.user_id)
    assert [one.after for one in of_rita.differences] == ["R21.only_open"]
    with office.database.read() as session:
        steps = session.scalars(
            select(Decision.steps).where(Decision.company_id == office.company_id).order_by(Decision.id.desc()).limit(1)
        ).one()
    assert {step["owner"] for step in steps} >= {world.rita.user_id, world.otto.user_id}
