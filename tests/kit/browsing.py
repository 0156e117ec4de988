"""Debian's Chromium through Playwright, watched: a page that asks another host, or complains, fails its test.

    page = browsing.open(served.base_url, cookie=served.cookie(person))
    page.goto("/inbox")
    assert browsing.troubles() == []

One browser runs for all tests of a worker. A context goes from test to test, emptied but for the files that it has
cached: the first page of a new one costs four times as much as the next page.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebError,
    expect,
    sync_playwright,
)

from tests.kit.needed import missing
from tests.kit.outside import Outside

DESK: Final = (1280, 800)
PHONE: Final = (320, 640)
PATIENCE_MS: Final = 10_000
"""How long an expectation may take: a bound for a machine under load, not a measure."""
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""The same engine; the shell has no windows, and a page costs half as much in it."""
WITHOUT: Final = (
    "AutofillServerCommunication",
    "HttpsUpgrades",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "RenderDocument",
    "Translate",
)
"""Features that ask somebody else, and those that Playwright turns off: one list, since the last one given counts."""
ARGUMENTS: Final = (
    f"--disable-features={','.join(WITHOUT)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-first-run",
    "--no-pings",
)
HAS_A_ZONE: Final = """
try {
  if (!sessionStorage.getItem("asks-for-zone")) localStorage.setItem("zone-offered", "before");
} catch {}
"""
"""Pages offer the browser's time zone once: to one test, and not above what the others look at."""
NOWHERE: Final = "http://127.0.0.1:1"
"""Where the browser's own requests go, so that all the outside hears of comes from a page."""
ENDED_EARLY: Final = "net::ERR_ABORTED"
"""What was under way when the page was left, and what became a download."""
TOLD_AGAIN: Final = (
    "Failed to load resource:",
    "htmx: htmx:error: Failed to fetch",
)
"""The console repeats what became of a request; the request is what counts."""


@dataclass
class Watch:
    """Everything that a context asked for and complained of. Without slots: Playwright puts marks on its listeners."""

    host: str
    asked: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    _allowed: set[int | str] = field(default_factory=lambda: {ENDED_EARLY})

    def allow(self, *wanted: int | str) -> None:
        """Take answers of these statuses, and Chromium's names of failures, as asked for from now on."""
        self._allowed |= set(wanted)

    def follow(self, context: BrowserContext) -> None:
        """Listen to every page of a context."""
        for event, listener in self._listeners():
            context.on(event, listener)

    def leave(self, context: BrowserContext) -> None:
        """Listen no longer."""
        for event, listener in self._listeners():
            context.remove_listener(event, listener)

    def _listeners(self) -> tuple[tuple[Any, Callable[[Any], None]], ...]:
        return (
            ("request", self._on_request),
            ("response", self._on_response),
            ("requestfailed", self._on_failure),
            ("console", self._on_console),
            ("weberror", self._on_error),
        )

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("data", "blob", "about"):
            return
        self.asked.append(request.url)
        if parts.netloc != self.host:
            self.troubles.append(f"another host was asked: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._allowed:
            self.troubles.append(f"{response.status} for {response.request.method} {response.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure not in self._allowed:
            self.troubles.append(f"{request.failure} for {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(TOLD_AGAIN):
            self.troubles.append(f"console: {message.text} at {message.location.get('url', '')}")

    def _on_error(self, error: WebError) -> None:
        self.troubles.append(f"script: {error.error}")


class Chromium:
    """A browser process whose way out of this machine is a proxy that only writes down."""

    def __init__(self) -> None:
        expect.set_options(timeout=PATIENCE_MS)
        self.outside = Outside()
        self._waiting: dict[str, list[BrowserContext]] = {}
        self._playwright = sync_playwright().start()
        self.browser: Browser = self._playwright.chromium.launch(
            executable_path=chromium_or_skip(),
            args=list(ARGUMENTS),
            proxy={"server": NOWHERE, "bypass": "127.0.0.1,localhost"},
        )

    def lend(self, base_url: str) -> BrowserContext:
        """Answer a context without pages, cookies and permissions."""
        waiting = self._waiting.get(base_url)
        if waiting:
            return waiting.pop()
        context = self.browser.new_context(
            base_url=base_url,
            viewport={"width": DESK[0], "height": DESK[1]},
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
            proxy={"server": self.outside.url, "bypass": "127.0.0.1,localhost"},
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(HAS_A_ZONE)
        return context

    def take_back(self, base_url: str, context: BrowserContext) -> None:
        """Empty a context for the next test: what a site keeps in it goes, and the cache of its files stays."""
        for page in context.pages:
            page.close()
        context.clear_cookies()
        context.clear_permissions()
        self._waiting.setdefault(base_url, []).append(context)

    def close(self) -> None:
        """End the browser."""
        self.browser.close()
        self._playwright.stop()
        self.outside.close()


class Browsing:
    """The contexts of one test, and what they did."""

    def __init__(self, chromium: Chromium) -> None:
        self._chromium = chromium
        self._lent: list[tuple[str, BrowserContext, Watch]] = []
        self.watches: list[Watch] = []

    def open(self, base_url: str, *, cookie: Any = None) -> Page:
        """Answer an empty page in a context that nobody else has; `cookie` signs it in."""
        context = self._chromium.lend(base_url)
        watch = Watch(urlsplit(base_url).netloc)
        watch.follow(context)
        if cookie:
            context.add_cookies([cookie])
        self._lent.append((base_url, context, watch))
        self.watches.append(watch)
        return context.new_page()

    def allow(self, *wanted: int | str) -> None:
        """Take answers of these statuses, and Chromium's names of failures, as asked for."""
        for watch in self.watches:
            watch.allow(*wanted)

    def troubles(self) -> list[str]:
        """Answer every request to another host, answer that nobody asked for and complaint since the last time."""
        told = [trouble for watch in self.watches for trouble in watch.troubles]
        for watch in self.watches:
            watch.troubles.clear()
        return told + [f"the outside was asked: {line}" for line in self._chromium.outside.heard()]

    def close(self) -> None:
        """Give the contexts back."""
        for base_url, context, watch in self._lent:
            self._chromium.take_back(base_url, context)
            watch.leave(context)


def chromium_or_skip() -> Path:
    """Answer where Chromium is; skip the test without it, but never in CI."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing("Chromium")
    return Path(found)
