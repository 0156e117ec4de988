"""The crash soak: clients send while receivers, workers and the database are killed at random moments.

    ./dev run python -m bench.soak --rounds 200 [--seed N] [--postgresql | --database-url URL] [--directory DIR]
    ./dev run python -m bench.soak verify DIR/ledger.jsonl

Afterwards an independent reader checks that every id a client read a 250 for is there once, with equal
bytes, thought about and written once, and that nothing is there that no client knows of.
"""

from __future__ import annotations

import argparse
import random
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.ledger import Header, Ledger, find_problems, read_ledger
from bench.soak_clients import Client, Route
from bench.soak_roles import Database, Role, restart_ended, wait_for_port
from tests.kit.databases import binaries_or_skip
from tests.kit.postgres import Cluster
from tests.kit.sales import REP, SalesWorld

CLIENTS: Final = 6
WORKERS: Final = 2
LONGEST_LIFE_SECONDS: Final = 1.5
DRAIN_SECONDS: Final = 180.0
SHOWN: Final = 20
"""Problems printed; the ledger tells the rest again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a soak came to; `killed` names the role of each kill, `seconds` are until the last mail was filed."""

    accepted: int
    retries: int
    killed: tuple[str, ...]
    seconds: float
    problems: tuple[str, ...]


def soak(header: Header, directory: Path, cluster: Cluster | None = None) -> Result:
    """Run the rounds, wait for the workers, check; the ledger and the data stay in the directory."""
    began = time.monotonic()
    world = SalesWorld(Path(header.data_dir), header.database_url)
    receiver = Role("smtpd", world.running.environ, directory / "smtpd.log")
    workers = [Role("worker", world.running.environ, directory / "worker.log") for _ in range(WORKERS)]
    roles = [receiver, *workers]
    victims: list[Role | Database] = [*roles, *([Database(cluster)] if cluster else [])]
    route = Route(
        port=world.running.smtp_port,
        reverse_path=REP,
        forward_path=world.northwind.bcc_address,
        sign=lambda content: world.signed(content, "northwind.example"),
    )
    ledger = Ledger(directory / "ledger.jsonl", header)
    clients = [Client(f"client-{number}", route, ledger, f"{header.seed}-{number}") for number in range(CLIENTS)]
    for role in roles:
        role.start()
    try:
        wait_for_port(route.port, roles)
        for client in clients:
            client.start()
        killed = [
            word
            for n in range(header.rounds)
            for word in _round(random.Random(f"{header.seed}-{n}"), victims, roles, route.port)
        ]
    finally:
        for client in clients:
            client.finish()
        ledger.close()
    problems = _drained_problems(directory / "ledger.jsonl", roles)
    for role in roles:
        role.stop()
    world.running.close()
    retries = sum(client.retries for client in clients)
    seconds = time.monotonic() - began
    return Result(accepted=ledger.count, retries=retries, killed=tuple(killed), seconds=seconds, problems=problems)


def _round(chance: random.Random, victims: list[Role | Database], roles: list[Role], port: int) -> list[str]:
    """Let them live for a while, kill some or all, start them again; answer which were killed."""
    time.sleep(chance.uniform(0.0, LONGEST_LIFE_SECONDS))
    chosen = chance.sample(victims, chance.randint(1, len(victims)))
    for victim in chosen:
        victim.kill()
    # The database first: who starts without one ends.
    for victim in sorted(chosen, key=lambda one: one.word):
        victim.start()
    wait_for_port(port, roles)
    return [victim.word for victim in chosen]


def _drained_problems(ledger: Path, roles: list[Role]) -> tuple[str, ...]:
    """Answer what is wrong once the workers had the time to finish; one that gave up is started again."""
    header, entries = read_ledger(ledger)
    deadline = time.monotonic() + DRAIN_SECONDS
    while True:
        problems = tuple(find_problems(header, entries))
        if not problems or time.monotonic() > deadline:
            return problems
        time.sleep(1)
        restart_ended(roles)


@contextmanager
def own_cluster(directory: Path | None = None) -> Iterator[Cluster]:
    """Run a PostgreSQL that keeps what it committed; its directory stays."""
    cluster = Cluster(binaries_or_skip(), durable=True, directory=directory)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()


def main(words: list[str]) -> int:
    """Run or verify; answer 0 where nothing was lost."""
    if words[:1] == ["verify"]:
        return _verify(Path(words[1]))
    options = _options().parse_args(words)
    seed = options.seed if options.seed is not None else secrets.randbelow(1_000_000)
    directory = Path(options.directory or tempfile.mkdtemp(prefix="soak-")).absolute()
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    header = Header(
        seed=seed,
        rounds=options.rounds,
        data_dir=str(directory / "data"),
        database_url=options.database_url,
        cluster="",
    )
    print(f"seed {seed}, {options.rounds} rounds, everything in {directory}", flush=True)
    if not options.postgresql:
        return _tell(soak(header, directory))
    with own_cluster() as cluster:
        header = replace(header, database_url=cluster.url("postgres"), cluster=str(cluster.directory))
        return _tell(soak(header, directory, cluster))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--directory", help="where data, logs and ledger.jsonl go; emptied first")
    parser.add_argument("--database-url", default="", help="an empty PostgreSQL database, which is not killed")
    parser.add_argument("--postgresql", action="store_true", help="a PostgreSQL of our own, which is killed too")
    return parser


def _verify(path: Path) -> int:
    header, entries = read_ledger(path)
    if header.cluster:
        with own_cluster(Path(header.cluster)):
            return _tell_problems(len(entries), tuple(find_problems(header, entries)))
    return _tell_problems(len(entries), tuple(find_problems(header, entries)))


def _tell(result: Result) -> int:
    print(f"{len(result.killed)} kills, {result.retries} retries, {result.seconds:.0f} s", flush=True)
    return _tell_problems(result.accepted, result.problems)


def _tell_problems(accepted: int, problems: tuple[str, ...]) -> int:
    for problem in problems[:SHOWN]:
        print(problem)
    print(f"{accepted} mails accepted, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
