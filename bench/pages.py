"""How long a page takes: `python -m bench.pages [--database-url URL] [--mails N] [--times N]`.

A company with its mail in a database of its own, or in the one named; one rep who is signed in asks
for each page, in one process and without a socket. Milliseconds of the clock and of the processor,
the median and the 99th percentile. `/pulse` with nothing new has a bound: 2 ms (DESIGN 6).
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Final

from config.settings import load
from db.schema import upgrade
from db.session import open_database
from tests.kit.http import Browser, Site, open_site
from tests.kit.mails import a_message
from tests.kit.worlds import World

PULSE: Final = re.compile(r'hx-get="(/pulse\?since=[0-9a-f]+)"')
PULSE_BOUND: Final = 2.0
WARM_UP: Final = 5
IN_THREAD: Final = 4


@dataclass(frozen=True, slots=True)
class Took:
    """What asking for a page took, in milliseconds, and how large the answer was."""

    median: float
    p99: float
    processor: float
    octets: int


def main() -> int:
    """Fill, ask, print; answer 1 where the pulse is over its bound."""
    options = _options()
    with tempfile.TemporaryDirectory() as directory:
        settings = load({"SMARTBCC_DATA_DIR": directory, "SMARTBCC_DATABASE_URL": options.database_url})
        database = open_database(settings)
        upgrade(database)
        site = open_site(settings, database)
        try:
            with World(database, settings, private=True) as world:
                letter = _fill(world, site, options.mails)
                browser = site.adopt(world.house.anna, "anna@northwind.example").browser()
                return _measure(browser, letter, options.times)
        finally:
            site.close()
            database.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--mails", type=int, default=400)
    parser.add_argument("--times", type=int, default=200)
    return parser.parse_args()


def _fill(world: World, site: Site, mails: int) -> str:
    """File the mail of one rep with sixty customers; answer the id of the last letter."""
    api = site.adopt(world.house.anna, "anna@northwind.example").api
    for number in range(60):
        made = api.post("contacts", {"name": f"Customer {number}", "addresses": [f"c{number}@fabrikam.example"]})
        api.post("deals", {"title": f"Deal {number}", "contact_ids": [made["id"]]})
    last = None
    for number in range(mails):
        start = number - number % IN_THREAD
        raw = a_message(
            from_="anna@northwind.example",
            to=f"c{start % 60}@fabrikam.example",
            subject=f"Offer {start}",
            text=f"All work and no play {number}.\n" * 40,
            message_id=f"<{number}@northwind.example>",
            in_reply_to=f"<{start}@northwind.example>" if number > start else None,
        )
        last = world.mail(raw) or last
    if last is None:
        raise SystemExit("no mail was filed")
    return site.sealer.seal("message", last.message_id)


def _measure(browser: Browser, letter: str, times: int) -> int:
    inbox = browser.get("/inbox").text
    pages = {
        "inbox": "/inbox",
        "letter": f"/m/{letter}",
        "why": f"/m/{letter}/why",
        "contacts": "/contacts",
        "deals": "/deals",
        "questions": "/unresolved",
        "held": "/held",
        "settings": "/settings",
    }
    print(f"{'page':<12}{'ms':>8}{'p99':>8}{'cpu ms':>8}{'kB':>8}")
    for name, path in pages.items():
        _say(name, _ask(browser, path, max(10, times // 5)))
    # Looked up after the letter was read: reading it moves what the pulse compares.
    inbox = browser.get("/inbox").text
    pulse = _ask(browser, PULSE.findall(inbox)[0], times, status=204)
    _say("pulse", pulse)
    return int(pulse.median > PULSE_BOUND)


def _ask(browser: Browser, path: str, times: int, status: int = 200) -> Took:
    clock: list[float] = []
    processor: list[float] = []
    octets = 0
    for number in range(times + WARM_UP):
        before, worked = time.perf_counter(), time.process_time()
        answer = browser.get(path)
        if number >= WARM_UP:
            clock.append(1000 * (time.perf_counter() - before))
            processor.append(1000 * (time.process_time() - worked))
        if answer.status_code != status:
            raise SystemExit(f"{path} answered {answer.status_code}")
        octets = len(answer.data)
    ranked = sorted(clock)
    return Took(statistics.median(clock), ranked[int(0.99 * (len(ranked) - 1))], statistics.median(processor), octets)


def _say(name: str, took: Took) -> None:
    print(f"{name:<12}{took.median:8.2f}{took.p99:8.2f}{took.processor:8.2f}{took.octets / 1000:8.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
