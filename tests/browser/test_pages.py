"""Every page in every state: it loads, axe finds nothing, nothing goes off to the side, no text is cut off.

SCREENSHOTS=DIR ./dev test tests/browser/test_pages.py     writes each as a picture, to be looked at
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.pages import ADA, ANNA, NO_PAGE, NOBODY, addresses
from tests.kit.axe import OF_COLOUR, OF_SIZE, violations
from tests.kit.browsing import DESK, PHONE, Browsing
from tests.kit.http import Person
from tests.kit.looking import clipped, settle, sideways
from tests.kit.served import Served
from tests.kit.states import STATES, State, make_state

pytestmark = pytest.mark.slow
PICTURES = os.environ.get("SCREENSHOTS", "")
WHO = {endpoint: who for who, table in (("anna", ANNA), ("ada", ADA), ("", NOBODY)) for endpoint in table}
PAGES = ANNA | ADA | NOBODY


@pytest.fixture(scope="package")
def states(served: Served) -> Iterator[dict[str, State]]:
    """A company for each state."""
    with ExitStack() as stack:
        made = {name: make_state(served.site, name) for name in STATES}
        for state in made.values():
            stack.enter_context(state.world)
        yield made


def test_every_page_is_in_the_table(served: Served) -> None:
    rules = [rule for rule in served.site.app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    shown = {rule.endpoint for rule in rules if not rule.rule.startswith("/api/v1/")}

    assert shown - PAGES.keys() - NO_PAGE.keys() == set(), "an endpoint is missing in tests/browser/pages.py"
    assert (PAGES.keys() | NO_PAGE.keys()) - shown == set()


@pytest.mark.parametrize("endpoint", PAGES)
@pytest.mark.parametrize("name", STATES)
def test_page_in_its_state(
    browsing: Browsing, served: Served, states: dict[str, State], name: str, endpoint: str
) -> None:
    state = states[name]
    who: Person | None = {"anna": state.anna, "ada": state.ada, "": None}[WHO[endpoint]]
    page = browsing.open(served.base_url, cookie=served.cookie(who) if who else None)
    troubles = []
    for number, path in enumerate(addresses(PAGES[endpoint], state)):
        answer = page.goto(path)
        assert answer, path
        assert answer.status == 200, (path, answer.status)
        troubles += [f"{path} {trouble}" for trouble in _look(page, f"{name}-{endpoint}-{number}")]
    assert not troubles, "\n".join(troubles)


def _look(page: Page, called: str) -> list[str]:
    """Look at the page that is open: on a desk in the light and in the dark, on a phone."""
    found = []
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    settle(page)
    found += [f"desk: {one}" for one in (*violations(page), *sideways(page), *clipped(page))]
    _picture(page, called, "desk")
    page.emulate_media(color_scheme="dark")
    settle(page)
    found += [f"dark: {one}" for one in violations(page, OF_COLOUR)]
    _picture(page, called, "dark")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    settle(page)
    found += [f"phone: {one}" for one in (*violations(page, OF_SIZE), *sideways(page), *clipped(page))]
    _picture(page, called, "phone")
    return found


def _picture(page: Page, called: str, way: str) -> None:
    if PICTURES:
        name = re.sub(r"[^\w.-]", "_", f"{called}-{way}")
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True, timeout=60_000)
