"""How long users wait: `python -m bench.users --data DIR [--database-url URL] [--users N] [--seconds N] [--pause S]`.

Over an installation of `bench.million`: `smartbcc web` in a process of its own, or several among which the users are
spread, and users who sign in and then ask for one page after the other, each by a connection of his own, `pause`
seconds of thought between two. Milliseconds until the last octet by kind of page, median and 99th percentile, and what
went over the wire.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.load import Client, Load, say
from bench.million_people import PASSWORD
from bench.soak_roles import Role, wait_for_port
from bench.users_pages import PAGES, Known, who_is_there
from config.settings import load

CSRF: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
PORT: Final = 18185


class User:
    """Somebody who is signed in and asks for what he knows; `only` one kind of page, "" for any."""

    def __init__(self, known: Known, port: int, seed: int, only: str) -> None:
        self.client = Client(port, seed)
        self._known = known
        self._only = only

    def sign_in(self) -> None:
        """Sign in by the form."""
        _, page = self.client.ask("GET", "/login", {})
        token = CSRF.search(page)
        if token is None:
            raise SystemExit("the page of the login carries no token")
        form = urlencode({"csrf_token": token[1], "email": self._known.email, "password": PASSWORD})
        status, _ = self.client.ask("POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"}, form)
        if status != 303:
            raise SystemExit(f"{self._known.email} cannot sign in: {status}")

    def work(self, load: Load) -> None:
        """Ask for pages until the time is over."""
        self.client.come(load.pause)
        while time.monotonic() < load.until:
            chance = self.client.chance
            asked = PAGES[self._only](self._known, chance) if self._only else self._known.any_page(chance)
            self.client.timed(asked.kind, [(asked.path, asked.headers)])
            self.client.think(load.pause)


def main() -> int:
    """Serve, let them work, print."""
    options = _options()
    settings = load({"SMARTBCC_DATA_DIR": str(options.data), "SMARTBCC_DATABASE_URL": options.database_url})
    ports = range(options.port, options.port + options.webs)
    with ExitStack() as running:
        for port in ports:
            running.enter_context(served(options.data, options.database_url, port))
        for count in map(int, options.users.split(",")):
            known = who_is_there(settings, count)
            users = [User(one, ports[place % len(ports)], place, options.only) for place, one in enumerate(known)]
            for user in users:
                user.sign_in()
            Load(options.warm_up, 0.0).run([one.work for one in users])
            for user in users:
                user.client.took.clear()
            Load(options.seconds, options.pause).run([one.work for one in users])
            say([one.client for one in users], options.seconds, options.pause)
    return 0


@contextmanager
def served(data: Path, url: str, port: int) -> Iterator[None]:
    """Run `smartbcc web` on that loopback port."""
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
    parser.add_argument("--webs", type=int, default=1, help="so many processes, on ports that follow")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
