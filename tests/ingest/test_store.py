"""The one door in: durable when answered, the same delivery once, and trouble that is only ever temporary."""

from __future__ import annotations

import asyncio
import errno
import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from datetime import timedelta

import psycopg
import pytest
import sqlalchemy as sa

from config.settings import Settings
from db.engines import make_engines
from db.failures import StorageFull, StorageUnavailable
from db.models import Company, InboundMessage, RawContent, User
from db.raw import PreparedRaw, RawStore
from db.session import Database, open_database
from db.wake import Listener, Waker
from ingest.delivery import Delivery, Stored
from ingest.inbound import Origin
from ingest.loading import load_inbound
from ingest.store import MOST_WAITING, Store
from mail.envelope import NULL_REVERSE_PATH, Envelope
from mailauth.results import ArcResult, DmarcResult, Proof, SpfResult, Verdict
from tests.kit.factories import A_MOMENT, make

INCOMPRESSIBLE = random.Random(1).randbytes(50_000)
PROOF = Proof(
    verdict=Verdict.PROVED,
    from_address="rep@northwind.example",
    spf=SpfResult(result="pass", domain="northwind.example", counts=True, reason=""),
    dkim=(),
    dmarc=DmarcResult(result="pass", policy="reject", domain="northwind.example"),
    arc=ArcResult(),
    sentence="SPF passed.",
)


class FailingRaw(RawStore):
    """A raw store whose disk refuses contents that say so."""

    def prepare(self, company_id: int, raw: bytes) -> PreparedRaw:
        if raw.startswith(b"full"):
            raise OSError(errno.ENOSPC, "No space left on device")
        if raw.startswith(b"bug"):
            raise ZeroDivisionError
        return super().prepare(company_id, raw)


@pytest.fixture
def store(database: Database, settings: Settings) -> Iterator[Store]:
    """The store under test."""
    waker = Waker(settings)
    made = Store(database, FailingRaw(database, settings.data_dir), waker)
    yield made
    made.close()
    waker.close()


@pytest.fixture
def company_id(database: Database) -> int:
    """One company."""
    with database.write() as session:
        return make(session, Company).id


def delivery(
    company_id: int, raw: bytes = b"Subject: x\r\n\r\nHello\r\n", *paths: str, origin: Origin = "smtp"
) -> Delivery:
    envelope = Envelope(
        reverse_path=NULL_REVERSE_PATH,
        forward_paths=paths or ("z@bcc.example", "a@bcc.example"),
        helo="client.example",
        peer="192.0.2.7",
        tls=True,
        received_at=A_MOMENT,
    )
    return Delivery(company_id=company_id, envelope=envelope, raw=raw, origin=origin, proof=PROOF)


def count(database: Database, model: type[InboundMessage | RawContent] = InboundMessage) -> int:
    with database.read() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def test_what_was_stored_is_loaded_as_it_came(
    database: Database, settings: Settings, store: Store, company_id: int
) -> None:
    given = delivery(company_id)
    stored = store.put(given)
    with database.read() as session:
        loaded = load_inbound(session, RawStore(database, settings.data_dir), company_id, stored.inbound_id)
    assert stored.is_new
    assert (loaded.envelope, loaded.raw, loaded.proof) == (given.envelope, given.raw, PROOF)
    assert (loaded.origin, loaded.cause, loaded.received_at) == ("smtp", "arrival", A_MOMENT)


def test_the_same_bytes_to_the_same_recipients_get_the_first_id(
    database: Database, store: Store, company_id: int
) -> None:
    first = store.put(delivery(company_id, b"x", "a@bcc.example", "z@bcc.example"))
    again = store.put(delivery(company_id, b"x", "Z@BCC.example", "a@bcc.example", "z@bcc.example", origin="lmtp"))
    assert again == Stored(first.inbound_id, is_new=False)
    assert count(database) == 1


def test_other_bytes_recipients_or_companies_are_other_deliveries(
    database: Database, store: Store, company_id: int
) -> None:
    with database.write() as session:
        other = make(session, Company).id
    given = [
        delivery(company_id, b"x", "a@bcc.example"),
        delivery(company_id, b"y", "a@bcc.example"),
        delivery(company_id, b"x", "b@bcc.example"),
        delivery(company_id, b"x", "a@bcc.example", "b@bcc.example"),
        delivery(other, b"x", "a@bcc.example"),
    ]
    assert len({store.put(one).inbound_id for one in given}) == len(given)
    assert count(database, RawContent) == 3


def test_an_upload_is_the_same_for_the_same_user_alone(database: Database, store: Store, company_id: int) -> None:
    with database.write() as session:
        users = [make(session, User, company_id=company_id).id for _ in range(2)]
    uploads = [
        Delivery(
            company_id=company_id,
            envelope=delivery(company_id, b"x", f"{number}@bcc.example").envelope,
            raw=b"x",
            origin="upload",
            owner_id=user,
        )
        for number, user in enumerate([*users, users[0]])
    ]
    stored = [store.put(one) for one in uploads]
    assert stored[2] == Stored(stored[0].inbound_id, is_new=False)
    assert stored[1].is_new


def test_many_at_once_share_commits_and_keep_their_own_answers(
    database: Database, store: Store, company_id: int
) -> None:
    commits: list[int] = []
    sa.event.listen(database.engine, "commit", lambda _: commits.append(1))
    contents = [b"mail %d" % (number % 150) for number in range(300)]
    futures = [store.submit(delivery(company_id, content)) for content in contents]
    stored = [future.result(30) for future in futures]
    by_content: dict[bytes, set[int]] = {}
    for content, one in zip(contents, stored, strict=True):
        by_content.setdefault(content, set()).add(one.inbound_id)
    assert all(len(ids) == 1 for ids in by_content.values())
    assert len({one.inbound_id for one in stored}) == 150
    assert sum(one.is_new for one in stored) == 150
    assert len(commits) < 150
    assert count(database) == 150


def test_two_receivers_on_one_store(database: Database, settings: Settings, store: Store, company_id: int) -> None:
    second_database = open_database(settings)
    waker = Waker(settings)
    second = Store(second_database, RawStore(second_database, settings.data_dir), waker)
    given = [delivery(company_id, b"mail %d" % number) for number in range(100)]
    pairs = [(store.submit(one), second.submit(one)) for one in given]
    answers = [(one.result(30), other.result(30)) for one, other in pairs]
    second.close()
    waker.close()
    second_database.close()
    assert all(one.inbound_id == other.inbound_id for one, other in answers)
    assert all(one.is_new != other.is_new for one, other in answers)


def test_a_bad_mail_fails_alone(database: Database, store: Store, company_id: int) -> None:
    futures = [store.submit(delivery(company_id + (number == 3), b"mail %d" % number)) for number in range(6)]
    failures = [type(future.exception(30)) for future in futures]
    assert failures == [type(None)] * 3 + [StorageUnavailable] + [type(None)] * 2
    assert count(database) == 5


@pytest.mark.parametrize(("content", "failure"), [(b"full", StorageFull), (b"bug", StorageUnavailable)])
def test_trouble_before_the_transaction(
    store: Store, company_id: int, content: bytes, failure: type[Exception]
) -> None:
    with pytest.raises(failure):
        store.put(delivery(company_id, content))
    assert store.put(delivery(company_id, b"fine")).is_new


def test_a_full_disk_of_the_database_is_told_and_passes(database: Database, store: Store, company_id: int) -> None:
    fill_disk(database)
    with pytest.raises(StorageFull):
        store.put(delivery(company_id, INCOMPRESSIBLE))
    free_disk(database)
    assert store.put(delivery(company_id, INCOMPRESSIBLE)).is_new


def fill_disk(database: Database) -> None:
    """Make the database answer as it does on a full disk."""
    if database.is_sqlite:
        with database.write() as session:
            connection = session.connection()
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        return
    with database.write() as session:
        session.execute(
            sa.text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
            )
        )
        session.execute(
            sa.text("CREATE TRIGGER no_room BEFORE INSERT ON raw_content FOR EACH ROW EXECUTE FUNCTION no_room()")
        )


def free_disk(database: Database) -> None:
    with database.write() as session:
        if database.is_sqlite:
            session.connection().exec_driver_sql("PRAGMA max_page_count=1000000")
        else:
            session.execute(sa.text("DROP TRIGGER no_room ON raw_content"))
            session.execute(sa.text("DROP FUNCTION no_room"))


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
def test_a_connection_lost_in_the_middle_is_made_anew(
    database: Database, settings: Settings, store: Store, company_id: int
) -> None:
    assert store.put(delivery(company_id, b"before")).is_new

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def cut(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO inbound_message") and not done:
            done.append(statement)
            with psycopg.connect(settings.database_url, autocommit=True) as killer:
                killer.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    done: list[str] = []
    futures = [store.submit(delivery(company_id, b"mail %d" % number)) for number in range(20)]
    outcomes = [future.exception(30) for future in futures]
    assert all(outcome is None or isinstance(outcome, StorageUnavailable) for outcome in outcomes)
    assert done
    assert store.put(delivery(company_id, b"after")).is_new
    assert count(database) == 2 + outcomes.count(None)


def test_an_unreachable_database_fails_all_that_waits_at_once(settings: Settings) -> None:
    away = Database(make_engines("postgresql+psycopg://nobody@/x?host=/nowhere"), None)
    waker = Waker(settings)
    store = Store(away, RawStore(away, settings.data_dir), waker)
    futures = [store.submit(delivery(1, b"mail %d" % number)) for number in range(50)]
    assert {type(future.exception(30)) for future in futures} == {StorageUnavailable}
    store.close()
    waker.close()


def test_a_client_that_went_away_stops_nothing(database: Database, store: Store, company_id: int) -> None:
    async def impatient() -> None:
        waiting = asyncio.wrap_future(store.submit(delivery(company_id, b"left alone")))
        waiting.cancel()

    asyncio.run(impatient())
    assert not store.put(delivery(company_id, b"left alone")).is_new or count(database) == 1
    assert store.put(delivery(company_id, b"next")).is_new


def test_more_than_can_wait_are_told_to_come_again(database: Database, store: Store, company_id: int) -> None:
    with database.write():
        if not database.is_sqlite:
            return
        futures = [store.submit(delivery(company_id, b"mail %d" % number)) for number in range(MOST_WAITING + 5)]
        refused = [future for future in futures if future.done()]
        assert [type(future.exception()) for future in refused] == [StorageUnavailable] * 5
    assert [future.result(60).is_new for future in futures[:MOST_WAITING]] == [True] * MOST_WAITING
    assert store.put(delivery(company_id, b"room again")).is_new


def test_what_was_taken_is_kept_before_the_store_closes(
    database: Database, settings: Settings, company_id: int
) -> None:
    waker = Waker(settings)
    store = Store(database, RawStore(database, settings.data_dir), waker)
    futures = [store.submit(delivery(company_id, b"mail %d" % number)) for number in range(50)]
    store.close()
    assert all(future.done() and future.result().is_new for future in futures)
    with pytest.raises(StorageUnavailable):
        store.put(delivery(company_id, b"too late"))
    waker.close()


def test_a_commit_wakes_the_workers(settings: Settings, store: Store, company_id: int) -> None:
    listener = Listener(settings)
    listener.wait(0)
    store.put(delivery(company_id))
    assert listener.wait(5)
    listener.close()


def test_submitting_never_waits(database: Database, store: Store, company_id: int) -> None:
    if not database.is_sqlite:
        return
    answered: list[Future[Stored]] = []
    with database.write():
        caller = threading.Thread(target=lambda: answered.append(store.submit(delivery(company_id))))
        caller.start()
        caller.join(5)
        assert len(answered) == 1
        assert not answered[0].done()
    assert answered[0].result(10).is_new


def test_it_is_due_at_once(database: Database, store: Store, company_id: int) -> None:
    stored = store.put(delivery(company_id))
    with database.read() as session:
        row = session.get_one(InboundMessage, stored.inbound_id)
        assert row.status == "received"
        assert row.next_attempt_at <= database.now(session)
        assert database.now(session) - row.next_attempt_at < timedelta(seconds=30)
