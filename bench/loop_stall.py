"""How long the receiver's event loop stands still while large signed mails come in, all at once.

    python -m bench.loop_stall --mails 4 --octets 25000000

The whole receiver runs here, with its own SQLite and DNS; the clients are a process of their own. A gap is
how much longer than asked the loop slept; `without waiting for a processor` leaves out the time in which the
machine gave its processors to others (Linux: schedstat).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from accounts.companies import create_company
from accounts.policies import CompanyPolicies
from config.listen import Listen
from config.settings import Settings, load
from db.schema import upgrade
from db.session import open_database
from net.zone_server import ZoneServer, quoted
from smtpd.door import Door
from smtpd.handler import Handler
from smtpd.limits import Limits
from smtpd.listening import listen
from smtpd.role import make_tools, open_for_receiver
from smtpd.serving import serve
from smtpd.sessions import Sessions
from tests.kit.mails import File, a_message
from tests.kit.signing import Signer, sender_zone

DOMAIN: Final = "seller.example"
MAIL_DOMAIN: Final = "bcc.example"
TICK: Final = 0.001
PAGE_KIB: Final = os.sysconf("SC_PAGE_SIZE") // 1024


@dataclass(slots=True)
class Gaps:
    """What the ticker saw; seconds and MiB."""

    whole: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    base: int = 0
    peak: int = 0

    def __str__(self) -> str:
        return (
            f"gaps: {_shown(self.whole)}; without waiting for a processor: {_shown(self.own)}; "
            f"memory {self.base} MiB before, {self.peak} MiB at most"
        )


def _shown(gaps: list[float]) -> str:
    return f"p99 {_percentile(gaps, 99):.1f} ms, worst {_percentile(gaps, 100):.1f} ms"


def _percentile(gaps: list[float], percent: float) -> float:
    ordered = sorted(gaps)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))] * 1000


async def _tick(gaps: Gaps, until: asyncio.Event) -> None:
    while not until.is_set():
        began, waited = time.perf_counter(), _waited()
        await asyncio.sleep(TICK)
        gap = time.perf_counter() - began - TICK
        gaps.whole.append(gap)
        gaps.own.append(max(0.0, gap - (_waited() - waited)))
        gaps.peak = max(gaps.peak, _memory())


def _waited() -> float:
    return int(Path(f"/proc/self/task/{os.getpid()}/schedstat").read_text().split()[1]) / 1e9


def _memory() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KIB // 1024


async def _measure(settings: Settings, recipient: str, mails: Path, connections: int) -> Gaps:
    gaps, stop, ready = Gaps(), asyncio.Event(), asyncio.Event()
    with ExitStack() as stack:
        handler = Handler(make_tools(settings, open_for_receiver(settings, stack), stack))
        stack.callback(handler.close)
        door = Door(handler, Sessions(Limits()), "mx.bcc.example", frozenset({MAIL_DOMAIN}))
        listeners = listen([Listen("127.0.0.1", 0)])
        port = str(listeners[0].socket.getsockname()[1])
        serving = asyncio.create_task(serve(door, listeners, stop, ready.set))
        await ready.wait()
        gaps.base = _memory()
        ticking = asyncio.create_task(_tick(gaps, stop))
        words = ["-m", "bench.smtp_load", "--port", port, "--sender", f"rita@{DOMAIN}", "--recipient", recipient]
        words += ["--connections", str(connections), "--directory", str(mails)]
        clients = await asyncio.create_subprocess_exec(sys.executable, *words)
        await clients.wait()
        stop.set()
        await asyncio.gather(serving, ticking)
    return gaps


def _write_mails(directory: Path, signer: Signer, count: int, octets: int) -> None:
    directory.mkdir()
    for number in range(count):
        file = File("offer.bin", os.urandom(octets * 73 // 100))
        raw = a_message(from_=f"Rita <rita@{DOMAIN}>", subject=f"Large {number}", attachments=[file])
        (directory / str(number)).write_bytes(signer.sign(raw))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Measure the event loop under large mails.")
    parser.add_argument("--mails", type=int, default=4)
    parser.add_argument("--octets", type=int, default=25_000_000)
    given = parser.parse_args()
    signer = Signer(DOMAIN)
    lines = (line.split(maxsplit=2) for line in sender_zone(DOMAIN, signer).splitlines())
    zone = ZoneServer({(name, kind): [quoted(text) if kind == "TXT" else text] for name, kind, text in lines})
    with tempfile.TemporaryDirectory() as place:
        names = {"DATA_DIR": f"{place}/data", "DNS_SERVERS": zone.address, "MAIL_DOMAIN": MAIL_DOMAIN}
        settings = load({f"SMARTBCC_{name}": value for name, value in names.items()})
        _write_mails(Path(place) / "mails", signer, given.mails, given.octets)
        recipient = _make_company(settings)
        print(uvloop.run(_measure(settings, recipient, Path(place) / "mails", given.mails)))
    zone.close()


def _make_company(settings: Settings) -> str:
    database = open_database(settings)
    upgrade(database)
    with database.write() as session:
        made = create_company(session, "Bench", [DOMAIN], CompanyPolicies(), datetime.now(UTC), MAIL_DOMAIN)
    database.close()
    return made.bcc_address


if __name__ == "__main__":
    main()
