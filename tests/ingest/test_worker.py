"""The worker never loses a mail, never writes one twice, never runs hot, and lets one bad mail fail alone."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from config.settings import Settings
from db.claim import INBOUND
from db.heartbeat import Heartbeat
from db.ids import new_id
from db.models import Company, Decision, InboundMessage
from db.raw import RawStore
from db.session import Database, open_database
from db.wake import Listener, Waker
from ingest.delivery import Delivery
from ingest.inbound import Inbound
from ingest.store import Store
from ingest.worker import MOST_ATTEMPTS, Worker
from linking.rule import Rule
from mail.envelope import Envelope
from tests.kit.factories import A_MOMENT, make
from tests.kit.turn_watch import watching
from tests.kit.waiting import wait_until

Write = Callable[[Inbound, Session], None]


def file(plan: Inbound, session: Session) -> None:
    """Write the shortest of plans: filed, with one decision to count."""
    session.execute(
        sa.update(InboundMessage)
        .where(InboundMessage.company_id == plan.company_id, InboundMessage.id == plan.id)
        .values(status="filed", reason="test")
    )
    decision = {"company_id": plan.company_id, "id": new_id(session), "inbound_id": plan.id}
    session.execute(sa.insert(Decision).values(**decision, cause=plan.cause, steps=[], made_at=A_MOMENT))


class World:
    """A database with a store, and workers whose thinking is given."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        self.raw = RawStore(database, settings.data_dir)
        with database.write() as session:
            self.company_id = make(session, Company).id

    def store(self, *contents: bytes) -> list[int]:
        """Store mails; answer their ids in order."""
        waker = Waker(self.settings)
        store = Store(self.database, self.raw, waker)
        futures = [store.submit(self.delivery(content)) for content in contents]
        ids = [future.result(30).inbound_id for future in futures]
        store.close()
        waker.close()
        return ids

    def delivery(self, content: bytes) -> Delivery:
        envelope = Envelope(
            reverse_path="rep@northwind.example",
            forward_paths=("a@bcc.example",),
            helo="client.example",
            peer="192.0.2.7",
            tls=True,
            received_at=A_MOMENT,
        )
        return Delivery(company_id=self.company_id, envelope=envelope, raw=content, origin="smtp")

    def worker(
        self, think: Callable[[Inbound], Inbound] = lambda inbound: inbound, write: Write = file
    ) -> Worker[Inbound]:
        return Worker(self.database, self.raw, think, write)

    def row(self, inbound_id: int) -> InboundMessage:
        with self.database.read() as session:
            query = sa.select(InboundMessage).where(InboundMessage.company_id == self.company_id)
            return session.scalars(query.where(InboundMessage.id == inbound_id)).one()

    def times_written(self) -> Counter[int]:
        with self.database.read() as session:
            query = sa.select(Decision.inbound_id).where(Decision.company_id == self.company_id)
            return Counter(session.scalars(query))

    def make_due(self) -> None:
        """Let every back-off and every lease run out."""
        with self.database.write() as session:
            past = self.database.now(session) - timedelta(seconds=1)
            session.execute(sa.update(InboundMessage).values(next_attempt_at=past, lease_until=past))


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    """A fresh one on each database."""
    return World(database, settings)


def test_what_was_stored_is_thought_about_and_written_once(world: World) -> None:
    contents = [b"mail %d" % number for number in range(25)]
    ids = world.store(*contents)
    thought: list[Inbound] = []

    def think(inbound: Inbound) -> Inbound:
        thought.append(inbound)
        return inbound

    assert world.worker(think).run_until_idle() == 25
    assert {inbound.raw for inbound in thought} == set(contents)
    assert world.times_written() == Counter(ids)
    row = world.row(ids[0])
    assert (row.status, row.attempts, row.lease_token, row.lease_until) == ("filed", 1, None, None)


def test_a_mail_that_cannot_be_thought_about_leaves_the_others_alone(world: World) -> None:
    good, bad, other = world.store(b"good", b"bad", b"other")

    def think(inbound: Inbound) -> Inbound:
        if inbound.raw == b"bad":
            raise ValueError("text of the mail")
        return inbound

    world.worker(think).run_until_idle()
    assert world.times_written() == Counter([good, other])
    row = world.row(bad)
    assert (row.status, row.attempts, row.lease_token) == ("received", 1, None)


def test_it_waits_longer_each_time_and_fails_with_a_reason_in_the_end(world: World) -> None:
    [bad] = world.store(b"bad")
    tries = 0

    def think(_: Inbound) -> Inbound:
        nonlocal tries
        tries += 1
        raise ValueError("text of the mail")

    worker, waits = world.worker(think), []
    while world.row(bad).status != "failed":
        assert worker.run_until_idle() == 1
        waits.append(world.row(bad).next_attempt_at)
        world.make_due()
    assert tries == MOST_ATTEMPTS
    assert waits[:-1] == sorted(waits[:-1])
    row = world.row(bad)
    assert (row.reason, row.reason_args) == (Rule.FAILED, {"error": "ValueError"})
    assert worker.run_until_idle() == 0
    assert world.raw.load(world.company_id, row.sha256) == b"bad"


def test_a_mail_that_kills_its_worker_is_not_tried_for_ever(world: World) -> None:
    [deadly] = world.store(b"deadly")

    def think(_: Inbound) -> Inbound:
        raise KeyboardInterrupt

    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            world.worker(think).run_once()
        assert world.row(deadly).status == "processing"
        world.make_due()
    world.worker(think).run_once()
    assert (world.row(deadly).status, world.row(deadly).reason) == ("failed", Rule.FAILED)


def test_a_plan_that_cannot_be_written_takes_nothing_with_it(world: World) -> None:
    good, bad, other = world.store(b"good", b"bad", b"other")

    def write(plan: Inbound, session: Session) -> None:
        file(plan, session)
        if plan.raw == b"bad":
            raise ValueError("text of the mail")

    world.worker(write=write).run_until_idle()
    assert world.times_written() == Counter([good, other])
    assert world.row(bad).status == "received"


def test_who_lost_a_race_looks_again_at_once(world: World) -> None:
    [racing] = world.store(b"racing")
    tries = 0

    def write(plan: Inbound, session: Session) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            company = {"id": world.company_id, "name": "again", "policies": {}, "created_at": A_MOMENT}
            session.execute(sa.insert(Company).values(company))
        file(plan, session)

    assert world.worker(write=write).run_until_idle() == 2
    assert world.times_written() == Counter([racing])


def test_lost_bytes_are_told_not_invented(world: World) -> None:
    [lost] = world.store(b"lost")
    with world.database.write() as session:
        session.execute(sa.text("DELETE FROM raw_content"))
    world.worker().run_until_idle()
    assert world.times_written() == Counter()
    assert world.row(lost).attempts == 1


def test_a_worker_whose_lease_ran_out_writes_nothing(world: World) -> None:
    [slow] = world.store(b"slow")
    quick = world.worker()

    def think(inbound: Inbound) -> Inbound:
        world.make_due()
        assert quick.run_until_idle() == 1
        return inbound

    world.worker(think).run_once()
    assert world.times_written() == Counter([slow])
    assert world.row(slow).attempts == 2


def test_two_workers_share_the_work_and_repeat_none(world: World, settings: Settings) -> None:
    ids = world.store(*(b"mail %d" % number for number in range(120)))
    databases = [open_database(settings) for _ in range(3)]

    def work(database: Database) -> None:
        Worker(database, RawStore(database, settings.data_dir), lambda inbound: inbound, file).run_until_idle()

    threads = [threading.Thread(target=work, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for database in databases:
        database.close()
    assert world.times_written() == Counter(ids)


def test_the_heart_beats_while_the_worker_thinks(world: World) -> None:
    [slow] = world.store(b"slow")
    beaten = threading.Event()

    def think(inbound: Inbound) -> Inbound:
        world.make_due()
        with world.database.read() as session:
            now = world.database.now(session)
        wait_until(lambda: world.row(slow).next_attempt_at > now)
        beaten.set()
        return inbound

    worker = Worker(
        world.database,
        world.raw,
        think,
        file,
        heartbeat=lambda lease: Heartbeat(partial(INBOUND.keep, world.database, lease), seconds=0.05),
    )
    assert worker.run_once() == 1
    assert beaten.is_set()
    assert world.times_written() == Counter([slow])


def test_told_to_stop_it_finishes_its_batch(world: World) -> None:
    ids = world.store(*(b"mail %d" % number for number in range(5)))
    stop = threading.Event()

    def think(inbound: Inbound) -> Inbound:
        stop.set()
        return inbound

    world.worker(think).run(stop)
    assert world.times_written() == Counter(ids)


def test_it_sleeps_until_woken(world: World, settings: Settings) -> None:
    stop, listener = threading.Event(), Listener(settings)
    worker = Worker(world.database, world.raw, lambda inbound: inbound, file, wait=listener.wait)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    ids = world.store(b"one")
    wait_until(lambda: world.times_written() == Counter(ids))
    stop.set()
    thread.join()
    listener.close()


def test_trouble_with_the_database_ends_nobody(world: World) -> None:
    ids = world.store(b"one")
    stop, tries = threading.Event(), 0

    def write(plan: Inbound, session: Session) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            session.invalidate()
            raise sa.exc.OperationalError("COMMIT", {}, Exception("server closed the connection"))
        file(plan, session)

    thread = threading.Thread(target=world.worker(write=write).run, args=(stop,))
    thread.start()
    wait_until(lambda: world.times_written() == Counter(ids))
    stop.set()
    thread.join()


def test_nothing_waits_for_the_world_outside_while_a_write_is_open(world: World) -> None:
    large = bytes(range(256)) * 4000 + random.Random(1).randbytes(100_000)
    with watching() as seen:
        world.store(b"small", large)
        world.worker().run_until_idle()
    assert seen == []
