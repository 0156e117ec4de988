"""Claims: leases that run out, a fence that holds, back-off, and no company that starves another."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from db.claim import INBOUND, Claimer, back_off, give_up, pass_fence, put_off, release
from db.ids import new_id
from db.lease import LEASE, Lease
from db.models import Company, InboundMessage
from db.session import Database
from tests.kit.factories import A_MOMENT, make

SOON = timedelta(milliseconds=1)


def add_due(database: Database, count: int, company_id: int | None = None) -> int:
    """Add due mails; answer their company."""
    with database.write() as session:
        company_id = company_id or make(session, Company).id
        for _ in range(count):
            make(session, InboundMessage, company_id=company_id, next_attempt_at=A_MOMENT)
    return company_id


def row_of(database: Database, inbound_id: int) -> InboundMessage:
    with database.read() as session:
        return session.scalars(
            sa.select(InboundMessage).where(InboundMessage.company_id > 0, InboundMessage.id == inbound_id)
        ).one()


def let_it_run_out(database: Database) -> None:
    """Set every lease as if its time had come."""
    with database.write() as session:
        past = database.now(session) - SOON
        session.execute(sa.update(InboundMessage).values(lease_until=past, next_attempt_at=past))


def claimed(database: Database, most: int = 10) -> Lease:
    lease = Claimer(database).claim(most)
    assert lease is not None
    return lease


def ids_of(lease: Lease) -> list[int]:
    return [row.id for row in lease.rows]


def finish(database: Database, lease: Lease) -> frozenset[int]:
    """The write act in its shortest form."""
    with database.write() as session:
        ours = pass_fence(session, lease, ids_of(lease))
        session.execute(sa.update(InboundMessage).where(InboundMessage.id.in_(ours)).values(status="filed"))
    return ours


def test_nothing_is_due(database: Database) -> None:
    assert Claimer(database).claim(10) is None


def test_a_claim_marks_its_rows(database: Database) -> None:
    company_id = add_due(database, 1)
    lease = claimed(database)
    row = row_of(database, lease.rows[0].id)
    assert (lease.company_id, row.status, row.lease_token) == (company_id, "processing", lease.token)
    assert (row.attempts, lease.rows[0].attempts) == (1, 1)
    assert row.lease_until == row.next_attempt_at


def test_the_oldest_come_first_and_no_more_than_asked(database: Database) -> None:
    company_id = add_due(database, 5)
    with database.write() as session:
        ids = session.scalars(sa.select(InboundMessage.id).order_by(InboundMessage.id)).all()
        later = sa.update(InboundMessage).where(InboundMessage.company_id == company_id, InboundMessage.id == ids[0])
        session.execute(later.values(next_attempt_at=A_MOMENT + SOON))
    claimer = Claimer(database)
    leases = [claimer.claim(2), claimer.claim(2), claimer.claim(2)]
    assert [ids_of(lease) for lease in leases if lease] == [ids[1:3], ids[3:5], ids[:1]]


def test_what_is_claimed_is_not_claimed_again_while_the_lease_lasts(database: Database) -> None:
    add_due(database, 1)
    claimed(database)
    assert Claimer(database).claim(10) is None


def test_when_a_lease_runs_out_another_claims_and_the_stale_write_does_nothing(database: Database) -> None:
    add_due(database, 1)
    stale = claimed(database)
    let_it_run_out(database)
    fresh = claimed(database)
    assert ids_of(fresh) == ids_of(stale)
    assert fresh.rows[0].attempts == 2
    assert finish(database, stale) == frozenset()
    assert row_of(database, fresh.rows[0].id).status == "processing"
    assert finish(database, fresh) == frozenset(ids_of(fresh))
    assert row_of(database, fresh.rows[0].id).status == "filed"


def test_a_lease_that_ran_out_but_was_not_taken_still_passes(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)
    let_it_run_out(database)
    assert finish(database, lease) == frozenset(ids_of(lease))


def test_the_fence_is_passed_once(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)
    assert finish(database, lease)
    assert finish(database, lease) == frozenset()


def test_a_write_that_was_rolled_back_keeps_the_lease(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)

    def fail() -> None:
        with database.write() as session:
            pass_fence(session, lease, ids_of(lease))
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert row_of(database, lease.rows[0].id).lease_token == lease.token
    assert finish(database, lease)


def test_the_heartbeat_keeps_a_lease(database: Database) -> None:
    add_due(database, 2)
    lease = claimed(database)
    let_it_run_out(database)
    assert INBOUND.keep(database, lease) == 2
    assert Claimer(database).claim(10) is None
    with database.read() as session:
        left = row_of(database, lease.rows[0].id).next_attempt_at - database.now(session)
    assert LEASE - timedelta(seconds=5) < left <= LEASE


def test_the_heartbeat_takes_nothing_from_another(database: Database) -> None:
    add_due(database, 1)
    stale = claimed(database)
    let_it_run_out(database)
    fresh = claimed(database)
    assert INBOUND.keep(database, stale) == 0
    assert row_of(database, fresh.rows[0].id).lease_token == fresh.token


def test_what_was_not_tried_is_given_back(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)
    with database.write() as session:
        release(session, lease, database.now(session))
    again = claimed(database)
    assert again.rows[0].attempts == 1


def test_a_failed_one_waits_longer_each_time() -> None:
    waits = [back_off(attempts).total_seconds() for attempts in range(1, 13)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_what_is_put_off_is_not_due(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)
    with database.write() as session:
        pass_fence(session, lease, ids_of(lease))
        put_off(session, lease.company_id, lease.rows[0], database.now(session) + timedelta(hours=1))
    assert Claimer(database).claim(10) is None
    let_it_run_out(database)
    assert claimed(database).rows[0].attempts == 2


def test_what_is_given_up_stays_with_its_reason(database: Database) -> None:
    add_due(database, 1)
    lease = claimed(database)
    with database.write() as session:
        pass_fence(session, lease, ids_of(lease))
        give_up(session, lease.company_id, lease.rows[0], "R2.failed", {"error": "ValueError"})
    let_it_run_out(database)
    assert Claimer(database).claim(10) is None
    row = row_of(database, lease.rows[0].id)
    assert (row.status, row.reason, row.reason_args) == ("failed", "R2.failed", {"error": "ValueError"})


def test_companies_are_served_in_turn(database: Database) -> None:
    companies = [add_due(database, 4) for _ in range(3)]
    claimer = Claimer(database)
    served = [lease.company_id for _ in range(6) if (lease := claimer.claim(2))]
    assert served == companies * 2


def test_ten_thousand_due_mails_of_one_company_do_not_starve_another(database: Database) -> None:
    big = add_due(database, 1)
    with database.write() as session:
        row = session.execute(sa.select(InboundMessage.__table__).where(InboundMessage.company_id == big)).one()
        many = [dict(row._mapping) | {"id": new_id(session), "delivery_key": f"k{n}"} for n in range(9_999)]
        session.execute(sa.insert(InboundMessage), many)
    small = [add_due(database, 1), add_due(database, 1)]
    claimer = Claimer(database)
    served = [lease.company_id for _ in range(6) if (lease := claimer.claim(10))]
    assert set(served[:3]) == {big, *small}
    assert served[3:] == [big] * 3


def test_two_workers_never_write_the_same_twice(database: Database) -> None:
    for _ in range(3):
        add_due(database, 40)
    written: list[int] = []
    lock = threading.Lock()

    def work() -> None:
        claimer = Claimer(database)
        while lease := claimer.claim(7):
            ours = finish(database, lease)
            with lock:
                written.extend(ours)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(written) == 120
    assert set(Counter(written).values()) == {1}


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_the_queue_is_found_by_its_index(database: Database) -> None:
    add_due(database, 1)
    seen: list[str] = []

    @sa.event.listens_for(database.reading_engine, "before_cursor_execute")
    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FROM inbound_message" in statement:
            seen.append(statement)

    claimed(database)
    with database.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {seen[0]}", (0, "2026-01-01", 1, 0)).all()
    assert any("ix_inbound_message_due" in str(step) for step in plan)
