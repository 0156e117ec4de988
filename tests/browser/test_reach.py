"""What axe cannot see of WCAG 2.2, on a page of each kind: one place for all of it, few pages for each.

Text keeps its place with the spacing that its reader sets (1.4.12), the focus is seen and nothing lies over it (2.4.7,
2.4.11), a page read from right to left fits as well, and the system's own colours show where one is (1.4.11).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page

from languages.language import MIRRORED
from tests.kit.browsing import DESK, PHONE, Browsing, Chromium
from tests.kit.looking import clipped, settle, sideways
from tests.kit.served import Served
from tests.kit.states import State, make_state
from webui.language import FIXED

pytestmark = pytest.mark.slow
PAGES: Final = {
    "anna": (
        "/inbox",
        "/m/{message}",
        "/m/{message}/why",
        "/deals",
        "/deals/{deal}",
        "/unresolved/{question}",
        "/held",
        "/settings/profile",
        "/settings/senders",
        "/settings/sharing",
    ),
    "ada": ("/admin/policies", "/admin/users", "/admin/senders", "/admin/audit", "/welcome"),
    "nobody": ("/login",),
}
CASES: Final = [(who, path) for who, paths in PAGES.items() for path in paths]
TABS: Final = 30
SPACED: Final = """
() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }`);
  document.adoptedStyleSheets.push(sheet);
}
"""
"""WCAG 1.4.12, to the letter."""
FOCUSED: Final = """
() => {
  const one = document.activeElement, box = one?.getBoundingClientRect();
  if (!one || one === document.body || one.matches("main, iframe")) return [];
  const shown = [one, one.closest(".go, .rec-letter, .rows > li"), one.labels?.[0], one.parentElement];
  const seen = shown.some(each => {
    const style = each && getComputedStyle(each);
    return style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const spots = [[.5, .5], [.1, .2], [.9, .2], [.1, .8], [.9, .8]].map(([x, y]) =>
    document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
  const free = spots.some(spot => spot
    && (one.contains(spot) || spot.contains(one) || spot.closest("label")?.control === one));
  const said = one.outerHTML.slice(0, 120);
  return [...(seen ? [] : [`no focus to be seen: ${said}`]), ...(free ? [] : [`focus behind something: ${said}`])];
}
"""
MARKED: Final = """
() => [...document.querySelectorAll("[aria-current=page]")]
  .filter(one => one.checkVisibility() && getComputedStyle(one).outlineStyle === "none")
  .map(one => `its place shows by colour alone: ${one.outerHTML.slice(0, 120)}`)
"""


@pytest.fixture(scope="module")
def state(served: Served) -> Iterator[State]:
    """A company with one of everything."""
    made = make_state(served.site, "one", "reach.example")
    with made.world:
        yield made


@pytest.fixture(scope="module")
def pages(chromium: Chromium, served: Served, state: State) -> Iterator[dict[str, Page]]:
    """A page for each who looks."""
    browsing = Browsing(chromium)
    people = {"anna": state.anna, "ada": state.ada}
    yield {
        who: browsing.open(served.base_url, cookie=served.cookie(people[who]) if who in people else None)
        for who in PAGES
    }
    browsing.close()


@pytest.fixture
def mirrored(served: Served) -> Iterator[None]:
    """Pages are read from right to left."""
    served.site.app.config[FIXED] = MIRRORED
    yield
    del served.site.app.config[FIXED]


def _path(template: str, state: State) -> str:
    return template.format(**{name: ids[0] for name, ids in state.ids.items() if ids})


@pytest.mark.parametrize(("who", "template"), CASES)
def test_text_may_be_spaced_and_the_focus_is_seen(
    pages: dict[str, Page], state: State, who: str, template: str
) -> None:
    page = pages[who]
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(_path(template, state))
    settle(page)
    found: list[str] = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        found += page.evaluate(FOCUSED)
    page.emulate_media(forced_colors="active")
    found += page.evaluate(MARKED)
    page.emulate_media(forced_colors="none")
    page.evaluate(SPACED)
    settle(page)
    found += [f"spaced: {one}" for one in (*sideways(page), *clipped(page))]
    assert not found, "\n".join(found)


@pytest.mark.usefixtures("mirrored")
@pytest.mark.parametrize(("who", "template"), CASES)
def test_page_fits_from_right_to_left(pages: dict[str, Page], state: State, who: str, template: str) -> None:
    page = pages[who]
    page.goto(_path(template, state))
    assert page.evaluate("() => getComputedStyle(document.body).direction") == "rtl"
    found: list[str] = []
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        found += [f"{width}: {one}" for one in (*sideways(page), *clipped(page))]
    assert not found, "\n".join(found)
