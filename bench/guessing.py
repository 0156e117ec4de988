"""Guessing addresses at RCPT: how many are found, and whether times tell a refused address from one that is none.

    python -m bench.guessing --guesses 10000 --timed 1000

The whole receiver runs here over its own SQLite. Timed are replies that all read 550 5.1.1, asked for in random
order: to addresses that never were, that are off, ours or another company's, whose user is deactivated or may only
read. For each kind the chance that one of its times is longer than one of an address that never was (AUC) has to lie
between 0.45 and 0.55. Ends with 1 where it does not, or where a guess was right.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Final

import uvloop
from sqlalchemy import update

from accounts.addresses import AddressKind, make_address, new_local_part
from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from config.listen import Listen
from config.log import configure
from config.settings import Settings, load
from db.models import BccAddress, User
from db.schema import upgrade
from db.session import Database
from smtpd.door import Door
from smtpd.handler import Handler, Tools
from smtpd.limits import Limits
from smtpd.listening import Listener, listen
from smtpd.role import make_tools, open_for_receiver
from smtpd.serving import serve
from smtpd.sessions import Sessions
from tests.kit.company import MAIL_DOMAIN, NOW, make_house

NEVER: Final = "never was"
AT_ONCE: Final = 400
BEFORE_THE_TARPIT: Final = 800
"""Guesses that one handler answers without making them wait."""
WORDS: Final = ("bcc", "anna", "bert", "northwind", "sales", "info", "deal", "admin")
BOUND: Final = (0.45, 0.55)


def _make_refused(database: Database) -> dict[str, list[str]]:
    """Make some addresses of each kind that is there and takes no mail."""
    upgrade(database)
    with database.write() as session:
        house = make_house(session)

        other = create_company(session, "Another", ["another.example"], CompanyPolicies(), NOW, MAIL_DOMAIN)

        def make(user_id: int | None, company_id: int = house.company_id) -> list[str]:
            kind = AddressKind.PERSONAL if user_id else AddressKind.UNIVERSAL
            return [
                make_address(session, company_id, kind, "bcc", MAIL_DOMAIN, NOW, user_id=user_id) for _ in range(50)
            ]

        off, left, reads = (make(one) for one in (None, house.bert.user_id, house.rosa.user_id))
        theirs = make(None, other.company_id)
        for company_id, retired in ((house.company_id, off), (other.company_id, theirs)):
            its = BccAddress.company_id == company_id, BccAddress.address.in_(retired)
            session.execute(update(BccAddress).where(*its).values(state="off"))
        bert = User.id == house.bert.user_id
        session.execute(update(User).where(User.company_id == house.company_id, bert).values(state="deactivated"))
    return {"is off": off, "is off, another's": theirs, "user is deactivated": left, "user only reads": reads}


def _guess() -> str:
    word = random.choice(WORDS)
    return f"{random.choice((word, new_local_part(word), new_local_part('bcc')))}@{MAIL_DOMAIN}"


async def _ask(port: int, guesses: Sequence[str]) -> list[tuple[str, float]]:
    """Answer the reply to each and its seconds; the third of a session is its last."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        await reader.readline()
        for line in (b"HELO client.example\r\n", b"MAIL FROM:<rita@seller.example>\r\n"):
            writer.write(line)
            await reader.readline()
        heard = []
        for guess in guesses:
            began = time.perf_counter()
            writer.write(f"RCPT TO:<{guess}>\r\n".encode())
            said = (await reader.readline()).decode()
            heard.append((said[:9], time.perf_counter() - began))
        return heard
    finally:
        writer.close()


async def _guess_many(port: int, count: int) -> Counter[str]:
    """Guess by many sessions at once, three a session."""
    left = [[_guess() for _ in range(3)] for _ in range(-(-count // 3))]
    heard: Counter[str] = Counter()

    async def work() -> None:
        while left:
            heard.update(said for said, _ in await _ask(port, left.pop()))

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return heard


async def _time(
    door: Door, tools: Tools, port: int, refused: dict[str, list[str]], count: int
) -> dict[str, list[float]]:
    """Answer the times of each kind, two guesses a session, asked one after the other in random order."""
    kinds = [kind for kind in (NEVER, *refused) for _ in range(count)]
    random.shuffle(kinds)
    times: dict[str, list[float]] = {kind: [] for kind in (NEVER, *refused)}
    for start in range(0, len(kinds), 2):
        if start % BEFORE_THE_TARPIT == 0:
            door.handler.close()
            door.handler = Handler(tools)
        pair = kinds[start : start + 2]
        guesses = [
            f"{new_local_part('bcc')}@{MAIL_DOMAIN}" if one == NEVER else random.choice(refused[one]) for one in pair
        ]
        for kind, (said, seconds) in zip(pair, await _ask(port, guesses), strict=True):
            if said != "550 5.1.1":
                raise RuntimeError(f"{kind}: {said}")
            times[kind].append(seconds)
    return times


def separation(times: Sequence[float], others: Sequence[float]) -> float:
    """Answer the chance that one of `times` is longer than one of `others`, ties halved (AUC)."""
    ordered = sorted(others)
    below = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in times)
    return below / (2 * len(times) * len(ordered))


async def _measure(settings: Settings, listener: Listener, guesses: int, timed: int) -> bool:
    stop, ready = asyncio.Event(), asyncio.Event()
    with ExitStack() as stack:
        database = open_for_receiver(settings, stack)
        refused = _make_refused(database)
        tools = make_tools(settings, database, stack)
        door = Door(Handler(tools), Sessions(Limits()), "mx.bcc.example", frozenset({MAIL_DOMAIN}))
        serving = asyncio.create_task(serve(door, [listener], stop, ready.set))
        await ready.wait()
        port = listener.socket.getsockname()[1]
        began = time.perf_counter()
        heard = await _guess_many(port, guesses)
        print(f"{heard.total()} guesses in {time.perf_counter() - began:.1f} s: {dict(heard)}")
        times = await _time(door, tools, port, refused, timed)
        stop.set()
        await serving
        door.handler.close()
    return set(heard) <= {"550 5.1.1", "421 4.7.0"} and _report(times)


def _report(times: dict[str, list[float]]) -> bool:
    alike = True
    for kind, taken in times.items():
        found = separation(taken, times[NEVER])
        alike = alike and BOUND[0] <= found <= BOUND[1]
        median = sorted(taken)[len(taken) // 2] * 1e6
        print(f"{kind:22} {len(taken)} timed, median {median:4.0f} µs, AUC against what never was {found:.3f}")
    return alike


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Guess addresses at RCPT.")
    parser.add_argument("--guesses", type=int, default=10_000)
    parser.add_argument("--timed", type=int, default=1000)
    given = parser.parse_args()
    [listener] = listen([Listen("127.0.0.1", 0)])
    with tempfile.TemporaryDirectory() as place:
        names = {"DATA_DIR": f"{place}/data", "MAIL_DOMAIN": MAIL_DOMAIN, "LOG_LEVEL": "warning"}
        settings = load({f"SMARTBCC_{name}": value for name, value in names.items()})
        configure(settings)
        return 0 if uvloop.run(_measure(settings, listener, given.guesses, given.timed)) else 1


if __name__ == "__main__":
    sys.exit(main())
