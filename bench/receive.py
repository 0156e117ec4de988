"""Ours beside Postfix, in interleaved rounds: signed 10 kB mails while workers file them and a reader reads the inbox.

    python -m bench.receive [--rounds 3] [--mails 2000] [--connections 10 50] [--database-url URL]

Ours authenticates every mail (DKIM, SPF, DMARC against a loopback DNS), Postfix delivers to a maildir
and authenticates nothing. Printed are accepted mails a second, latency of a mail, the ratio in each
round, mails filed a second, the largest memory of each role, and how fast the reader got its pages.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import uvloop

from bench.memory import peak_memory
from bench.postfix import postfix
from bench.smtp_load import Result, Target, load
from tests.kit.mails import a_message
from tests.kit.running import Running, free_port
from tests.kit.sales import CUSTOMER, REP, SalesWorld, sales_world

BODY = "All work and no play makes a mail of the usual length and of a usual shape.\n" * 115
FILED_SECONDS = 300.0
_serials = count()


@dataclass(slots=True)
class Round:
    """What one round gave; rates a second."""

    ours: Result
    peer: Result | None
    filed: float

    @property
    def ratio(self) -> float | None:
        """Ours by Postfix."""
        return self.ours.rate / self.peer.rate if self.peer and self.peer.rate else None


class Reader:
    """Reads the newest page of the inbox again and again while it is entered; `latencies` are ms."""

    def __init__(self, world: SalesWorld) -> None:
        self.latencies: list[float] = []
        self._world = world
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._stop.wait(0.1):
            began = time.perf_counter()
            self._world.northwind.api.get("messages?limit=50")
            self.latencies.append((time.perf_counter() - began) * 1000)


def main() -> int:
    """Run the rounds and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--connections", type=int, nargs="+", default=[10, 50])
    parser.add_argument("--database-url", default="")
    parser.add_argument("--receivers", default="2")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--without-peer", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))) / "data"
        world = stack.enter_context(
            sales_world(data, options.database_url, smtp_processes=options.receivers, workers=options.workers)
        )
        world.running.start()
        world.customer_with_deal(CUSTOMER)
        peer_port = free_port()
        peer = None if options.without_peer else stack.enter_context(postfix(peer_port))
        for connections in options.connections:
            rounds = list(_rounds(world, peer, peer_port, connections, options.rounds, options.mails))
            _print_summary(connections, rounds)
        print(f"memory   {peak_memory(_pid(world.running))}")
    return 0


def _pid(running: Running) -> int:
    if running.process is None:
        raise RuntimeError("the server is not running")
    return running.process.pid


def _rounds(
    world: SalesWorld, peer: str | None, peer_port: int, connections: int, rounds: int, mails: int
) -> Iterator[Round]:
    for number in range(rounds):
        signed = _signed_mails(world, mails)
        theirs = None
        if peer is not None:
            target = Target(host="127.0.0.1", port=peer_port, sender=REP, recipients=(peer,))
            theirs = uvloop.run(load(target, iter(signed), connections))
        with Reader(world) as reader:
            done = _load_ours(world, signed, connections)
        one = Round(done[0], theirs, done[1])
        print(f"round {number + 1}, {connections} connections")
        print(f"  ours     {one.ours}; filed {one.filed:.0f}/s")
        if one.peer:
            print(f"  Postfix  {one.peer}; ratio {one.ratio:.2f}")
        print(
            f"  reader   {len(reader.latencies)} pages of the inbox, p50 {statistics.median(reader.latencies):.0f} ms"
        )
        sys.stdout.flush()
        yield one


def _load_ours(world: SalesWorld, signed: Sequence[bytes], connections: int) -> tuple[Result, float]:
    target = Target(
        host="127.0.0.1", port=world.running.smtp_port, sender=REP, recipients=(world.northwind.bcc_address,)
    )
    began = time.perf_counter()
    result = uvloop.run(load(target, iter(signed), connections))
    _wait_until_filed(world, began + FILED_SECONDS)
    return result, len(result.latencies) / (time.perf_counter() - began)


def _wait_until_filed(world: SalesWorld, deadline: float) -> None:
    while time.perf_counter() < deadline:
        waiting = [world.northwind.api.get(f"inbound?status={state}&limit=1") for state in ("received", "processing")]
        if not any(page["data"] for page in waiting):
            return
        time.sleep(0.1)
    raise TimeoutError("the workers did not keep up")


def _signed_mails(world: SalesWorld, number: int) -> list[bytes]:
    """Make mails with distinct Message-IDs, signed by the rep's domain."""
    return [
        world.signed(
            a_message(from_=REP, to=CUSTOMER, subject=f"Load {serial}", text=f"Mail {serial}\n{BODY}"),
            "northwind.example",
        )
        for serial in (next(_serials) for _ in range(number))
    ]


def _print_summary(connections: int, rounds: Sequence[Round]) -> None:
    ours = statistics.median(one.ours.rate for one in rounds)
    filed = statistics.median(one.filed for one in rounds)
    ratios = [one.ratio for one in rounds if one.ratio is not None]
    line = f"{connections} connections, median of {len(rounds)}: accepted {ours:.0f}/s, filed {filed:.0f}/s"
    print(line + (f", {statistics.median(ratios):.2f} times Postfix" if ratios else ""))


if __name__ == "__main__":
    sys.exit(main())
