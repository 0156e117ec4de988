"""The two hands that a flow is gone through with: a mouse, and a keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from playwright.sync_api import Locator, Page, expect

MOST_TABS: Final = 300


class Hand(Protocol):
    """Uses what a page offers."""

    def use(self, one: Locator, key: str = "") -> None:
        """Press a button, follow a link, open a fold; `key` is the key of the page for it."""
        ...


class Mouse:
    """Clicks, and counts its clicks."""

    def __init__(self, page: Page) -> None:
        self.clicks = 0

    def use(self, one: Locator, key: str = "") -> None:
        """Click it."""
        self.clicks += 1
        one.click()


class Keyboard:
    """Presses the page's own key where it has one; else goes there by Tab and presses Enter."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def use(self, one: Locator, key: str = "") -> None:
        """Use it without a mouse."""
        expect(one).to_be_visible()
        if key:
            for each in key.split(" "):
                self._page.keyboard.press(each)
        else:
            self.reach(one)
            self._page.keyboard.press("Enter")

    def reach(self, one: Locator) -> None:
        """Go on by Tab until it has the focus; fail where Tab never gets there."""
        for _ in range(MOST_TABS):
            if one.evaluate("one => one === document.activeElement"):
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not reach {one}")


def awake(page: Page) -> None:
    """Return once the page hears what is typed: htmx begins a moment after the page is loaded."""
    expect(page.locator("[data-htmx-powered]").first).to_be_attached()


HANDS: Final[dict[str, Callable[[Page], Hand]]] = {"mouse": Mouse, "keys": Keyboard}
