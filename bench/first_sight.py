"""What a browser has to do: `python -m bench.first_sight --data DIR [--database-url URL] [--peer DIR] [--slower N]`.

Over an installation of `bench.million`, and with `--peer` Roundcube over a mailbox that `bench.peer` laid down there.
Chromium on a processor that is slowed down: octets over the wire at first and once the files are kept, elements of
the document, milliseconds until something is painted and until the page is there. The median of some visits.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from bench.million_people import PASSWORD
from bench.peer import HTTP_PORT, IMAP_PORT
from bench.roundcube import PASSWORD as PEERS_PASSWORD
from bench.roundcube import roundcube
from bench.users import PORT, served
from bench.users_pages import who_is_there
from config.settings import load

CHROMIUM: Final = "/usr/bin/chromium"
ARGUMENTS: Final = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
TIMES: Final = """() => {
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    return [painted ? painted.startTime : 0, page.loadEventEnd, document.querySelectorAll('*').length];
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit: octets over the wire, milliseconds, elements."""

    octets: int
    painted: float
    there: float
    elements: int


def main() -> int:
    """Serve, look, print."""
    options = _options()
    settings = load({"SMARTBCC_DATA_DIR": str(options.data), "SMARTBCC_DATABASE_URL": options.database_url})
    known = who_is_there(settings, 1)[0]
    ours = {"inbox": "/inbox", "letter": f"/m/{known.letters[0]}", "deal": f"/deals/{known.deals[0]}"}
    theirs = {
        "Roundcube inbox": "/?_task=mail&_mbox=INBOX",
        "Roundcube mail": f"/?_task=mail&_mbox=INBOX&_uid={options.peer_mails}&_action=show",
    }
    with ExitStack() as open_, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        print(
            f"{'page':<18}{'slower':>7}{'first kB':>10}{'again kB':>10}{'elements':>10}{'painted':>9}{'there ms':>10}"
        )
        open_.enter_context(served(options.data, options.database_url, PORT))
        _look(browser, f"http://127.0.0.1:{PORT}", ours, options, lambda page: _sign_in(page, known.email))
        if options.peer:
            base = options.peer.absolute()
            at = open_.enter_context(roundcube(base, options.peer_mails, imap_port=IMAP_PORT, http_port=HTTP_PORT))
            _look(browser, at, theirs, options, _sign_in_to_peer)
        browser.close()
    return 0


def _look(
    browser: Browser, at: str, pages: dict[str, str], options: argparse.Namespace, sign_in: Callable[[Page], None]
) -> None:
    for name, path in pages.items():
        for slower in options.slower:
            first: list[Seen] = []
            again: list[Seen] = []
            for _ in range(options.visits):
                with _signed_in(browser, at, sign_in) as page:
                    first.append(_visit(page, at + path, slower, with_cache=False))
                    again.append(_visit(page, at + path, slower, with_cache=True))
            _say(name, slower, first, again)


@contextmanager
def _signed_in(browser: Browser, at: str, sign_in: Callable[[Page], None]) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(at)
    sign_in(page)
    yield page
    context.close()


def _sign_in(page: Page, email: str) -> None:
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/inbox*")


def _sign_in_to_peer(page: Page) -> None:
    page.fill("input[name=_user]", "user1")
    page.fill("input[name=_pass]", PEERS_PASSWORD)
    page.press("input[name=_pass]", "Enter")
    page.wait_for_url("**_task=mail*")


def _visit(page: Page, url: str, slower: int, *, with_cache: bool) -> Seen:
    session = page.context.new_cdp_session(page)
    octets = 0

    def count(event: dict[str, Any]) -> None:
        nonlocal octets
        octets += int(event["encodedDataLength"])

    session.on("Network.loadingFinished", count)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": not with_cache})
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto("about:blank")
    octets = 0
    page.goto(url, wait_until="networkidle" if "_task" in url else "load")
    painted, there, elements = page.evaluate(TIMES)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    session.detach()
    return Seen(octets, painted, there, elements)


def _say(name: str, slower: int, first: list[Seen], again: list[Seen]) -> None:
    def middle(seen: list[Seen], what: str) -> float:
        return float(statistics.median(getattr(one, what) for one in seen))

    print(
        f"{name:<18}{slower:>6}x{middle(first, 'octets') / 1000:10.1f}{middle(again, 'octets') / 1000:10.1f}"
        f"{middle(first, 'elements'):10.0f}{middle(first, 'painted'):9.0f}{middle(first, 'there'):10.0f}",
        flush=True,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.first_sight", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--peer", type=Path, default=None)
    parser.add_argument("--peer-mails", type=int, default=100_000)
    parser.add_argument("--slower", type=int, nargs="+", default=[1, 4, 6])
    parser.add_argument("--visits", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
