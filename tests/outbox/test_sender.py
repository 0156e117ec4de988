"""The outbox at work on either database: who is next, what is written down, what is unknown, what is left alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from db.lease import LEASE
from db.models import Company, DeliveryAttempt, Destination, OutboxMessage, SendingPause
from db.session import Database
from outbox.claim import OUTBOX, Claimer, Errand
from outbox.outcome import Fate, Outcome
from outbox.queue import Kind, Outgoing, enqueue
from outbox.recording import LeaseLost, mark_sending, record
from outbox.route import Limits
from outbox.sender import Sender
from outbox.server import Letter
from tests.kit.factories import A_MOMENT, make
from tests.kit.waiting import wait_until

SENT = Outcome(fate=Fate.SENT, host="mx.example", code=250, reply="2.0.0 Taken", judged=True)
LATER = Outcome(fate=Fate.DEFERRED, host="mx.example", code=450, reply="4.2.0 Later", judged=True)
FAILED = Outcome(fate=Fate.FAILED, host="mx.example", code=550, reply="5.1.1 Nobody", judged=True)
SLOW = Outcome(fate=Fate.DEFERRED, host="mx.example", code=421, reply="4.7.0 Slow down", slow_down=True)
UNKNOWN = Outcome(fate=Fate.UNKNOWN, host="mx.example", reply="broke")
FEW = Limits(connections=2, a_minute=60)
CONTENT = b"From: no-reply@bcc.example\r\n\r\nHello\r\n"


@dataclass
class Script:
    """A route that says what it is told to, mail by mail; `letters` holds what it was given."""

    outcomes: list[Outcome | Exception] = field(default_factory=list)
    limits: Limits = FEW
    smarthost: str = ""
    letters: list[Letter] = field(default_factory=list)

    def destination(self, domain: str) -> str:
        return self.smarthost or domain

    def deliver(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        outcome = self.outcomes.pop(0) if self.outcomes else SENT
        letter.before_dot()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@dataclass
class World:
    """A company and its outbox."""

    database: Database
    company_id: int
    number: int = 0

    def enqueue(self, to: str = "anna@northwind.example", kind: Kind = Kind.NOTICE, **more: Any) -> int:
        self.number += 1
        mail = Outgoing(
            company_id=more.pop("company_id", self.company_id),
            key=f"k{self.number}",
            kind=kind,
            forward_path=to,
            content=CONTENT,
            **more,
        )
        with self.database.write() as session:
            made = enqueue(session, mail, self.database.now(session))
        assert made is not None
        return made

    def row(self, outbox_id: int) -> OutboxMessage:
        with self.database.read() as session:
            return session.scalars(
                select(OutboxMessage).where(OutboxMessage.company_id == self.company_id, OutboxMessage.id == outbox_id)
            ).one()

    def change(self, outbox_id: int, **values: Any) -> None:
        this = OutboxMessage.company_id == self.company_id, OutboxMessage.id == outbox_id
        with self.database.write() as session:
            session.execute(update(OutboxMessage).where(*this).values(**values))

    def attempts(self, outbox_id: int) -> list[tuple[str, int | None, str]]:
        query = select(DeliveryAttempt).where(
            DeliveryAttempt.company_id == self.company_id, DeliveryAttempt.outbox_id == outbox_id
        )
        with self.database.read() as session:
            return [(one.host, one.code, one.reply) for one in session.scalars(query.order_by(DeliveryAttempt.id))]

    def sender(self, route: Script) -> Sender:
        return Sender(
            self.database,
            route,
            sign=lambda content: b"X-Signed: yes\r\n" + content,
            reverse_path=lambda errand: f"r-{errand.row.id}@bcc.example" if errand.reports else "",
            chance=lambda: 0.0,
        )

    def age(self, outbox_id: int) -> None:
        """Let the lease of a mail run out."""
        self.change(outbox_id, next_attempt_at=A_MOMENT, lease_until=A_MOMENT)


@pytest.fixture
def world(database: Database) -> World:
    with database.write() as session:
        return World(database, make(session, Company).id)


def claimed(world: World, route: Script | None = None) -> Errand:
    """Claim a mail that has to be there."""
    errand = Claimer(world.database, route or Script()).claim()
    assert errand is not None
    return errand


def test_a_mail_goes_out_signed_and_what_was_said_is_written_down(world: World) -> None:
    notice, composed = world.enqueue(), world.enqueue("bob@other.example", Kind.COMPOSED, reports=True)
    route = Script()
    assert world.sender(route).run_until_idle() == 2
    assert [(one.reverse_path, one.forward_path, one.content) for one in route.letters] == [
        ("", "anna@northwind.example", b"X-Signed: yes\r\n" + CONTENT),
        (f"r-{composed}@bcc.example", "bob@other.example", b"X-Signed: yes\r\n" + CONTENT),
    ]
    row = world.row(notice)
    assert (row.status, row.attempts, row.last_reply, row.lease_token) == ("sent", 1, "2.0.0 Taken", None)
    assert row.ended_at is not None
    assert world.attempts(notice) == [("mx.example", 250, "2.0.0 Taken")]
    # A notice may hold a link that opens something; what somebody wrote is kept.
    assert (row.content, world.row(composed).content) == (b"", CONTENT)
    assert world.sender(route).run_until_idle() == 0


def test_what_is_deferred_comes_again_later_and_later_and_is_given_up_in_the_end(world: World) -> None:
    mail = world.enqueue()
    for attempts, minutes in ((1, 1), (2, 5), (3, 15)):
        world.sender(Script([LATER])).run_until_idle()
        row = world.row(mail)
        assert (row.status, row.attempts, row.last_reply, row.content) == ("queued", attempts, "4.2.0 Later", CONTENT)
        with world.database.read() as session:
            waits = row.next_attempt_at - world.database.now(session)
        assert timedelta(minutes=minutes) - timedelta(seconds=30) < waits <= timedelta(minutes=minutes)
        world.change(mail, next_attempt_at=A_MOMENT)
    world.change(mail, give_up_at=A_MOMENT)
    assert world.sender(Script()).run_until_idle() == 0
    assert (world.row(mail).status, world.row(mail).last_reply) == ("failed", "It waited too long; last: 4.2.0 Later")
    soon = world.enqueue()
    with world.database.read() as session:
        now = world.database.now(session)
    world.change(soon, give_up_at=now + timedelta(seconds=40))
    world.sender(Script([LATER])).run_until_idle()
    assert world.row(soon).status == "failed"


def test_a_failure_is_for_good_and_an_unknown_outcome_is_never_repeated(world: World) -> None:
    failed, unknown = world.enqueue("a@a.example"), world.enqueue("b@b.example")
    world.sender(Script([FAILED, UNKNOWN])).run_until_idle()
    assert (world.row(failed).status, world.row(unknown).status) == ("failed", "unknown")
    assert world.row(failed).content == CONTENT
    for mail in (failed, unknown):
        world.age(mail)
    assert world.sender(Script()).run_until_idle() == 0


def test_who_dies_before_the_dot_lost_nothing_and_after_it_nobody_knows(world: World) -> None:
    before, after = world.enqueue("a@a.example"), world.enqueue("b@b.example")
    claimed(world)
    mark_sending(world.database, claimed(world))
    assert Claimer(world.database, Script()).claim() is None
    for mail in (before, after):
        world.age(mail)
    route = Script()
    assert world.sender(route).run_until_idle() == 1
    assert [one.forward_path for one in route.letters] == ["a@a.example"]
    assert (world.row(before).status, world.row(before).attempts) == ("sent", 2)
    assert world.row(after).status == "unknown"


def test_a_slower_rival_does_not_get_to_the_dot(world: World) -> None:
    mail = world.enqueue()
    slow = claimed(world)
    world.age(mail)
    quick = claimed(world)
    with pytest.raises(LeaseLost):
        mark_sending(world.database, slow)
    mark_sending(world.database, quick)
    with pytest.raises(LeaseLost):  # nor does anybody twice
        mark_sending(world.database, quick)
    with world.database.write() as session:
        assert not record(session, slow, FAILED, "x", world.database.now(session), lambda: 0.0)
        assert record(session, quick, SENT, "x", world.database.now(session), lambda: 0.0)
    assert world.row(mail).status == "sent"


def test_news_of_an_unknown_mail_is_taken(world: World) -> None:
    mail = world.enqueue()
    errand = claimed(world)
    mark_sending(world.database, errand)
    world.age(mail)
    assert Claimer(world.database, Script()).claim() is None
    assert world.row(mail).status == "unknown"
    with world.database.write() as session:
        assert record(session, errand, SENT, "x", world.database.now(session), lambda: 0.0)
    assert world.row(mail).status == "sent"


def test_the_heartbeat_keeps_a_mail_that_takes_long(world: World) -> None:
    mail = world.enqueue()
    errand = claimed(world)
    world.age(mail)
    assert OUTBOX.keep(world.database, errand.lease) == 1
    row = world.row(mail)
    assert row.lease_until == row.next_attempt_at
    assert row.next_attempt_at > A_MOMENT + LEASE


def test_companies_take_turns(world: World) -> None:
    with world.database.write() as session:
        other = make(session, Company).id
    for number in range(3):
        world.enqueue(f"a@a{number}.example")
    for number in range(3):
        world.enqueue(f"a@b{number}.example", company_id=other)
    claimer = Claimer(world.database, Script())
    served = [errand.lease.company_id for _ in range(6) if (errand := claimer.claim())]
    assert sorted(served[:2]) == sorted(served[2:4]) == sorted(served[4:]) == sorted([world.company_id, other])


def test_a_domain_gets_so_many_connections_and_mails_a_minute_and_others_are_not_kept_waiting(world: World) -> None:
    many = [world.enqueue(f"a{number}@big.example") for number in range(5)]
    world.enqueue("a@small.example")
    claimer = Claimer(world.database, Script(limits=Limits(connections=2, a_minute=3)))
    assert [claimer.claim().domain for _ in range(3)] == ["big.example", "big.example", "small.example"]
    assert claimer.claim() is None
    with world.database.read() as session:
        now = world.database.now(session)
    for mail in many[2:]:
        assert now < world.row(mail).next_attempt_at + timedelta(seconds=5) < now + timedelta(seconds=10)
    for mail in many[:2]:
        world.change(mail, status="sent", lease_token=None)
    for mail in many[2:]:
        world.change(mail, next_attempt_at=A_MOMENT)
    assert claimer.claim() is not None
    assert claimer.claim() is None  # the third of this minute was the last
    waits = max(world.row(mail).next_attempt_at for mail in many) - now
    assert timedelta(seconds=30) < waits <= timedelta(seconds=60)


def test_all_that_goes_through_a_smarthost_shares_its_limits(world: World) -> None:
    for number in range(3):
        world.enqueue(f"a@d{number}.example")
    claimer = Claimer(world.database, Script(smarthost="relay:25"))
    assert [claimer.claim() is not None for _ in range(3)] == [True, True, False]


def test_a_domain_that_asks_for_it_is_left_alone_twice_as_long_each_time(world: World) -> None:
    first, second = world.enqueue("a@big.example"), world.enqueue("b@big.example")
    assert world.sender(Script([SLOW])).run_until_idle() == 1
    assert (world.row(first).status, world.row(second).attempts) == ("queued", 0)

    def paused() -> tuple[int, timedelta]:
        with world.database.read() as session:
            there = session.scalars(select(Destination).where(Destination.name == "big.example")).one()
            assert there.paused_until is not None
            return there.strikes, there.paused_until - world.database.now(session)

    assert paused()[0] == 1
    assert timedelta(seconds=30) < paused()[1] <= timedelta(minutes=1)
    with world.database.write() as session:
        session.execute(update(Destination).values(paused_until=A_MOMENT))
    world.change(second, next_attempt_at=A_MOMENT)
    assert world.sender(Script([SLOW])).run_until_idle() == 1
    assert paused()[0] == 2
    assert paused()[1] > timedelta(seconds=90)
    with world.database.write() as session:
        session.execute(update(Destination).values(paused_until=A_MOMENT))
    world.change(second, next_attempt_at=A_MOMENT)
    assert world.sender(Script()).run_until_idle() == 1
    with world.database.read() as session:
        there = session.scalars(select(Destination).where(Destination.name == "big.example")).one()
        assert (there.strikes, there.paused_until) == (0, None)


def test_a_company_that_is_paused_sends_nothing(world: World) -> None:
    mail = world.enqueue()
    with world.database.write() as session:
        session.execute(insert(SendingPause).values(company_id=world.company_id, since=A_MOMENT))
    assert world.sender(Script()).run_until_idle() == 0
    with world.database.write() as session:
        session.execute(SendingPause.__table__.delete().where(SendingPause.company_id == world.company_id))
    assert world.sender(Script()).run_until_idle() == 1
    assert world.row(mail).status == "sent"


def test_trouble_of_ours_before_the_dot_is_tried_again_and_after_it_unknown(world: World) -> None:
    before, after = world.enqueue("a@a.example"), world.enqueue("b@b.example")
    route = Script([ValueError("after the dot")])
    sender = Sender(
        world.database,
        route,
        sign=lambda content: content,
        reverse_path=lambda errand: "" if errand.row.id == after else 1 / 0,
        chance=lambda: 0.0,
    )
    sender.run_until_idle()
    assert (world.row(before).status, world.row(before).last_reply) == (
        "queued",
        "4.3.0 Trouble of ours: ZeroDivisionError",
    )
    assert world.row(after).status == "unknown"


@contextmanager
def running(sender: Sender) -> Iterator[Callable[[], None]]:
    """Run a sender in a thread; give what stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=sender.run, args=(stop,), daemon=True)
    thread.start()
    yield stop.set
    stop.set()
    thread.join(20)
    assert not thread.is_alive()


def test_several_are_on_their_way_at_once_and_a_stop_leaves_none_half_done(world: World) -> None:
    mails = [world.enqueue(f"a@d{number}.example") for number in range(4)]
    here, go_on = threading.Semaphore(0), threading.Event()

    class Slow(Script):
        def deliver(self, letter: Letter) -> Outcome:
            here.release()
            go_on.wait(20)
            return super().deliver(letter)

    with running(world.sender(Slow())) as stop:
        assert all(here.acquire(timeout=20) for _ in range(4))
        stop()
        go_on.set()
    assert {(world.row(mail).status, world.row(mail).attempts) for mail in mails} == {("queued", 0)}
    with running(world.sender(Script())):
        wait_until(lambda: all(world.row(mail).status == "sent" for mail in mails))
