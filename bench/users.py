"""How long users wait: `python -m bench.users --data DIR [--database-url URL] [--users N] [--seconds N] [--pause S]`.

Over an installation of `bench.million`: `smartbcc web` in a process of its own, and users who sign in and then ask for
one page after the other, each by a connection of his own, `pause` seconds of thought between two. Milliseconds until
the last octet by kind of page, median and 99th percentile, and what went over the wire.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import random
import re
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.million_people import PASSWORD
from bench.soak_roles import Role, wait_for_port
from bench.users_pages import PAGES, Known, who_is_there
from config.settings import load

CSRF: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
PORT: Final = 18185
AIM_MS: Final = 100.0


@dataclass(frozen=True, slots=True)
class Took:
    """One answer: milliseconds, octets over the wire and of the page."""

    ms: float
    wire: int
    page: int


class User:
    """A browser with one connection that stays open."""

    def __init__(self, known: Known, port: int, seed: int) -> None:
        self._known = known
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookie = ""
        self._chance = random.Random(seed)
        self.took: defaultdict[str, list[Took]] = defaultdict(list)

    def sign_in(self) -> None:
        """Sign in by the form."""
        _, page = self._ask("GET", "/login", {})
        token = CSRF.search(gzip.decompress(page).decode() if page[:2] == b"\x1f\x8b" else page.decode())
        if token is None:
            raise SystemExit("the page of the login carries no token")
        form = urlencode({"csrf_token": token[1], "email": self._known.email, "password": PASSWORD})
        status, _ = self._ask("POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"}, form)
        if status != 303:
            raise SystemExit(f"{self._known.email} cannot sign in: {status}")

    def work(self, until: float, pause: float, only: str) -> None:
        """Ask for pages until that time of the monotonic clock."""
        while time.monotonic() < until:
            asked = PAGES[only](self._known, self._chance) if only else self._known.any_page(self._chance)
            began = time.perf_counter()
            status, body = self._ask("GET", asked.path, dict(asked.headers))
            ms = 1000 * (time.perf_counter() - began)
            if status != 200:
                raise SystemExit(f"{asked.path} answered {status}")
            page = len(gzip.decompress(body)) if body[:2] == b"\x1f\x8b" else len(body)
            self.took[asked.kind].append(Took(ms, len(body), page))
            time.sleep(self._chance.uniform(0.5, 1.5) * pause)

    def _ask(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> tuple[int, bytes]:
        self._connection.request(
            method, path, body, headers | {"Cookie": self._cookie, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "none"}
        )
        answer = self._connection.getresponse()
        given = answer.headers.get_all("Set-Cookie") or []
        if given:
            self._cookie = "; ".join(one.partition(";")[0] for one in given)
        return answer.status, answer.read()


def main() -> int:
    """Serve, let them work, print."""
    options = _options()
    settings = load({"SMARTBCC_DATA_DIR": str(options.data), "SMARTBCC_DATABASE_URL": options.database_url})
    with _served(options.data, options.database_url, options.port):
        for count in map(int, options.users.split(",")):
            users = [User(known, options.port, place) for place, known in enumerate(who_is_there(settings, count), 1)]
            for user in users:
                user.sign_in()
            _work(users, options.warm_up, 0.0, options.only)
            for user in users:
                user.took.clear()
            _work(users, options.seconds, options.pause, options.only)
            _say(users, options)
    return 0


@contextmanager
def _served(data: Path, url: str, port: int) -> Iterator[None]:
    environ = {
        "SMARTBCC_DATA_DIR": str(data),
        "SMARTBCC_DATABASE_URL": url,
        "SMARTBCC_WEB_LISTEN": f"127.0.0.1:{port}",
        "SMARTBCC_METRICS_LISTEN": "",
        "SMARTBCC_BASE_URL": f"http://127.0.0.1:{port}",
        "SMARTBCC_LOG_LEVEL": "warning",
    }
    role = Role("web", environ, data / "web.log")
    role.start()
    try:
        wait_for_port(port, [])
        yield
    finally:
        role.stop()


def _work(users: list[User], seconds: float, pause: float, only: str) -> None:
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=user.work, args=(until, pause, only)) for user in users]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def _say(users: list[User], options: argparse.Namespace) -> None:
    all_took: defaultdict[str, list[Took]] = defaultdict(list)
    for user in users:
        for kind, took in user.took.items():
            all_took[kind] += took
    total = sum(map(len, all_took.values()))
    print(f"\n{len(users)} users, {options.pause:g} s of thought, {total / options.seconds:.1f} pages a second")
    print(f"{'page':<28}{'asked':>7}{'p50 ms':>9}{'p99 ms':>9}{'wire kB':>9}{'page kB':>9}")
    for kind in (one for one in PAGES if one in all_took):
        took = all_took[kind]
        ms = sorted(one.ms for one in took)
        p99 = ms[int(0.99 * (len(ms) - 1))]
        wire, page = (statistics.median(getattr(one, name) for one in took) / 1000 for name in ("wire", "page"))
        mark = " *" if p99 > AIM_MS else ""
        print(f"{kind:<28}{len(ms):>7}{ms[len(ms) // 2]:9.1f}{p99:9.1f}{wire:9.1f}{page:9.1f}{mark}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.users", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--users", default="1,20", help="how many at once, one measure after the other")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warm-up", type=float, default=5)
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("--only", default="", choices=["", *PAGES], help="one kind of page alone")
    parser.add_argument("--port", type=int, default=PORT)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
