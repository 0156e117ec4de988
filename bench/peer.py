"""How long Roundcube's users wait: `python -m bench.peer --base DIR [--mails N] [--users N] [--seconds N] [--pause S]`.

The same work as `bench.users` gives ours, as far as a mail program without records has it: the page of the inbox with
the rows that it fetches, and one mail beside the list. All users look at one mailbox.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from bench.load import Client, Load, say
from bench.roundcube import PASSWORD, roundcube

IMAP_PORT: Final = 18187
HTTP_PORT: Final = 18188
TOKEN: Final = re.compile(r'name="_token" value="([^"]+)"')
SESSION: Final = re.compile(r'"request_token":"([^"]+)"')
NEWEST: Final = 2000
"""A mail is one of so many, as with ours."""


class Reader:
    """Somebody who is signed in to Roundcube."""

    def __init__(self, number: int, port: int, mails: int) -> None:
        self.client = Client(port, number)
        self._mails = mails
        self._token = ""

    def sign_in(self, name: str) -> None:
        """Sign in by the form."""
        _, page = self.client.ask("GET", "/", {})
        found = TOKEN.search(page)
        form = {"_token": found[1] if found else "", "_task": "login", "_action": "login", "_timezone": "UTC"}
        sent = urlencode(form | {"_url": "", "_user": name, "_pass": PASSWORD})
        self.client.ask("POST", "/?_task=login", {"Content-Type": "application/x-www-form-urlencoded"}, sent)
        _, page = self.client.ask("GET", "/?_task=mail&_mbox=INBOX", {})
        found = SESSION.search(page)
        if found is None:
            raise SystemExit("Roundcube lets nobody in")
        self._token = found[1]

    def work(self, load: Load) -> None:
        """Look at the list or at a mail until the time is over."""
        self.client.come(load.pause)
        while time.monotonic() < load.until:
            if self.client.chance.random() < 0.5:
                self._list()
            else:
                uid = self._mails - self.client.chance.randrange(min(self._mails, NEWEST))
                path = f"/?_task=mail&_mbox=INBOX&_uid={uid}&_action=preview&_framed=1"
                self.client.timed("mail beside the list", [(path, {})])
            self.client.think(load.pause)

    def _list(self) -> None:
        rows = "/?_task=mail&_action=list&_mbox=INBOX&_remote=1"
        headers = {"X-Roundcube-Request": self._token, "X-Requested-With": "XMLHttpRequest"}
        self.client.timed("inbox with its rows", [("/?_task=mail&_mbox=INBOX", {}), (rows, headers)])
        self.client.timed("rows alone", [(rows, headers)])


def main() -> int:
    """Fill, serve, let them read, print."""
    options = _options()
    base = options.base.absolute()
    with roundcube(base, options.mails, imap_port=IMAP_PORT, http_port=HTTP_PORT):
        for count in map(int, options.users.split(",")):
            readers = [Reader(number, HTTP_PORT, options.mails) for number in range(count)]
            for number, reader in enumerate(readers):
                reader.sign_in(f"user{number}")
            Load(options.warm_up, 0.0).run([one.work for one in readers])
            for reader in readers:
                reader.client.took.clear()
            Load(options.seconds, options.pause).run([one.work for one in readers])
            say([one.client for one in readers], options.seconds, options.pause)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.peer", description=__doc__)
    parser.add_argument("--base", type=Path, required=True, help="where mailbox and configuration lie")
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--users", default="1,20")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--warm-up", type=float, default=5)
    parser.add_argument("--pause", type=float, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
