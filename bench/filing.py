"""What the worker does for one mail, by step: `python -m bench.filing [--database-url URL] [--mails N] …`.

Mails of 9 kB, or of so many `--kilobytes`, in threads of up to five go through the store and one worker, on a
database of its own or the one named (empty and migrated, or made so). Milliseconds of the processor and of the clock,
and statements, a mail. What the worker does besides thinking and writing (claim, load, fence,
savepoint, commit) is told in one line; load and parse are measured once more by themselves.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.orm import Session

from config.settings import Settings, load
from db.raw import RawStore
from db.schema import upgrade
from db.session import Database, open_database
from db.wake import Waker
from ingest.applying import apply
from ingest.delivery import Delivery
from ingest.inbound import Inbound
from ingest.loading import load_inbound
from ingest.pipeline import prepare
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from ingest.store import Store
from ingest.worker import Worker
from mail.envelope import Envelope
from mail.parse import parse
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import NOW, Office

REPS: Final = 4
CUSTOMERS: Final = 60
IN_THREAD: Final = 5
"""Letters of a conversation: the first names nobody, the others answer it."""
WARM_UP: Final = 30
KILOBYTES: Final = 9
LINE: Final = "All work and no play makes a mail of the usual length and of a usual shape.\n"
PAGE: Final = "<p>All work and no play makes a mail of the usual length.</p>\n"


@dataclass(slots=True)
class Cost:
    """What a step took over all mails; seconds."""

    processor: float = 0.0
    clock: float = 0.0
    statements: int = 0


@dataclass(slots=True)
class Ledger:
    """Costs by step; a statement counts for the innermost step under way."""

    costs: dict[str, Cost] = field(default_factory=dict)
    texts: Counter[tuple[str, str]] = field(default_factory=Counter)
    _under_way: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what happens inside."""
        cost = self.costs.setdefault(name, Cost())
        self._under_way.append(name)
        processor, clock = time.thread_time(), time.perf_counter()
        try:
            yield
        finally:
            cost.processor += time.thread_time() - processor
            cost.clock += time.perf_counter() - clock
            self._under_way.pop()

    def watch(self, database: Database) -> None:
        """Count the statements of this database from now on."""

        def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if self._under_way:
                self.costs[self._under_way[-1]].statements += 1
                self.texts[self._under_way[-1], " ".join(statement.split())] += 1

        for engine in {database.engine, database.reading_engine}:
            event.listen(engine, "before_cursor_execute", count)


@dataclass(frozen=True, slots=True)
class Work:
    """The two acts that a worker is given, measured."""

    database: Database
    office: Office
    ledger: Ledger

    def think(self, inbound: Inbound) -> Plan:
        """Decide about one mail."""
        with self.ledger.step("think"), self.database.read() as session:
            return prepare(inbound, DatabaseReader(session, inbound.company_id), self.office.tools)

    def write(self, plan: Plan, session: Session) -> None:
        """Write what was decided."""
        with self.ledger.step("write"):
            apply(plan, session, self.database.now(session))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--mails", type=int, default=500)
    parser.add_argument("--kilobytes", type=int, default=KILOBYTES)
    parser.add_argument("--statements", action="store_true", help="list the statements by step")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        settings = load({"SMARTBCC_DATA_DIR": directory, "SMARTBCC_DATABASE_URL": options.database_url})
        database = open_database(settings)
        upgrade(database)
        try:
            _measure(settings, database, options)
        finally:
            database.close()
    return 0


def _measure(settings: Settings, database: Database, options: argparse.Namespace) -> None:
    raw, office = RawStore(database, settings.data_dir), Office(database, name=f"Bench {time.time_ns()}")
    reps = _people(office)
    waker = Waker(settings)
    store = Store(database, raw, waker)
    deliveries = [_delivery(office, reps, n, options.kilobytes) for n in range(WARM_UP + options.mails)]
    _file(store, deliveries[:WARM_UP], _worker(database, raw, office, Ledger()))
    ledger = Ledger()
    ledger.watch(database)
    worker = _worker(database, raw, office, ledger)
    ids = _file(store, deliveries[WARM_UP:], worker, ledger.step("all"))
    _once_more(database, raw, office, ids, ledger)
    store.close()
    waker.close()
    _print(ledger, options.mails)
    if options.statements:
        for (step, text), count in sorted(ledger.texts.items()):
            print(f"{step:<6} {count / options.mails:6.2f}  {text[:220]}")


def _worker(database: Database, raw: RawStore, office: Office, ledger: Ledger) -> Worker[Plan]:
    work = Work(database, office, ledger)
    return Worker(database, raw, work.think, work.write)


def _people(office: Office) -> list[str]:
    """Make reps, customers and a deal for most of them."""
    reps = [f"rep{number}@seller.example" for number in range(REPS)]
    users = [office.user(rep) for rep in reps]
    for number in range(CUSTOMERS):
        contact = office.contact(users[number % REPS], f"customer{number}@customer{number}.example")
        if number % 5:
            office.deal(users[number % REPS], f"Deal {number}", contact)
    return reps


def _file(
    store: Store,
    deliveries: Sequence[Delivery],
    worker: Worker[Plan],
    measured: AbstractContextManager[None] | None = None,
) -> list[int]:
    futures = [store.submit(one) for one in deliveries]
    ids = [future.result().inbound_id for future in futures]
    with measured or nullcontext():
        worker.run_until_idle()
    return ids


def _delivery(office: Office, reps: list[str], number: int, kilobytes: int) -> Delivery:
    """Answer a mail of a rep to a customer, the n-th of its conversation."""
    first = number - number % IN_THREAD
    rep = reps[first // IN_THREAD % REPS]
    customer = f"customer{first // IN_THREAD % CUSTOMERS}"
    earlier = [f"<{one}@seller.example>" for one in range(first, number)]
    raw = a_message(
        from_=f"Rita Rep <{rep}>",
        to=f"Carl Customer <{customer}@{customer}.example>",
        subject=f"{'Re: ' if earlier else ''}Offer {first}",
        text=f"Mail {number}\n{LINE * (55 * kilobytes // KILOBYTES)}",
        html=f"<html><body><p>Mail {number}</p>\n{PAGE * (65 * kilobytes // KILOBYTES)}</body></html>",
        message_id=f"<{number}@seller.example>",
        in_reply_to=earlier[-1] if earlier else None,
        references=earlier,
        date=NOW + timedelta(minutes=number),
        extra={"DKIM-Signature": "v=1; a=rsa-sha256; d=seller.example; s=s1; h=from:to:subject; bh=x; b=" + "A" * 340},
    )
    envelope = Envelope(
        reverse_path=rep,
        forward_paths=(office.bcc_address,),
        helo="mx.seller.example",
        peer="192.0.2.1",
        tls=True,
        received_at=NOW + timedelta(minutes=number),
    )
    return Delivery(company_id=office.company_id, envelope=envelope, raw=raw, origin="smtp", proof=a_proof(rep))


def _once_more(database: Database, raw: RawStore, office: Office, ids: list[int], ledger: Ledger) -> None:
    for inbound_id in ids:
        with ledger.step("load"), database.read() as session:
            inbound = load_inbound(session, raw, office.company_id, inbound_id)
        with ledger.step("parse"):
            parse(inbound.raw)


def _print(ledger: Ledger, mails: int) -> None:
    costs = ledger.costs
    whole, think, write = costs["all"], costs["think"], costs["write"]
    every = Cost(whole.processor, whole.clock, whole.statements + think.statements + write.statements)
    lines = {
        "load": costs["load"],
        "parse": costs["parse"],
        "think": _less(think, (costs["parse"],)),
        "write": write,
        "claim, fence, commit": _less(every, (think, write, costs["load"])),
        "all": every,
    }
    print(f"{'a mail':<28}{'cpu ms':>7}{'ms':>9}{'stmts':>8}")
    for name, cost in lines.items():
        each = 1000 / mails
        print(f"{name:<28}{cost.processor * each:7.2f}{cost.clock * each:9.2f}{cost.statements / mails:8.1f}")


def _less(cost: Cost, others: tuple[Cost, ...]) -> Cost:
    return Cost(
        cost.processor - sum(one.processor for one in others),
        cost.clock - sum(one.clock for one in others),
        cost.statements - sum(one.statements for one in others),
    )


if __name__ == "__main__":
    sys.exit(main())
