"""Every page in every state: it loads, axe finds nothing, nothing goes off to the side, no text is cut off.

EVERY_STATE=1 SCREENSHOTS=DIR ./dev test tests/browser/test_pages.py

looks at every page in every state, also at those that share a template with another one, and writes each as a
picture, to be looked at by a person.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.pages import ADA, ALIKE, ANNA, NO_PAGE, NOBODY, VARIED, addresses
from tests.kit.browsing import Browsing, Chromium
from tests.kit.http import Person
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import STATES, State, make_state

pytestmark = pytest.mark.slow
EVERY_STATE = os.environ.get("EVERY_STATE", "")
WHO = {"anna": ANNA, "ada": ADA, "nobody": NOBODY}
CASES = [(who, endpoint) for who, table in WHO.items() for endpoint in table]


def _is_looked_at(name: str, endpoint: str) -> bool:
    if endpoint in ALIKE:
        return name == "one"
    return bool(EVERY_STATE) or name in ("empty", "many") or endpoint in VARIED


def _are_filters_looked_at(name: str) -> bool:
    return bool(EVERY_STATE) or name in ("empty", "one")


class Tab:
    """One page for all tests here, which only look: what it shows is left where somebody else is to look."""

    def __init__(self, chromium: Chromium, served: Served) -> None:
        self.browsing = Browsing(chromium)
        self._served = served
        self._page = self.browsing.open(served.base_url)
        self._person: Person | None = None

    def of(self, person: Person | None) -> Page:
        """Answer the page, signed in as this person."""
        if person is not self._person:
            self._page.goto("/static/mark.svg")
            self._page.context.clear_cookies()
            if person:
                cookie: Any = self._served.cookie(person)
                self._page.context.add_cookies([cookie])
            self._person = person
        return self._page


@pytest.fixture(scope="module")
def tab(chromium: Chromium, served: Served) -> Iterator[Tab]:
    """A page that stays open."""
    opened = Tab(chromium, served)
    yield opened
    opened.browsing.close()


@pytest.fixture(scope="module")
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

    listed = {endpoint for _, endpoint in CASES} | NO_PAGE.keys()
    assert shown - listed == set(), "an endpoint is missing in tests/browser/pages.py"
    assert listed - shown == set()


@pytest.mark.parametrize(
    ("name", "who", "endpoint"),
    [(name, *case) for name in STATES for case in CASES if _is_looked_at(name, case[1])],
)
def test_page_in_its_state(
    tab: Tab, served: Served, states: dict[str, State], name: str, who: str, endpoint: str
) -> None:
    state = states[name]
    page = tab.of({"anna": state.anna, "ada": state.ada}.get(who))
    troubles = []
    for number, path in enumerate(addresses(WHO[who][endpoint], state, filters=_are_filters_looked_at(name))):
        answer = page.goto(path)
        assert answer, path
        assert answer.status == 200, (path, answer.status)
        troubles += [f"{path} {trouble}" for trouble in look(page, f"{name}-{who}-{endpoint}-{number}")]
    troubles += tab.browsing.troubles()
    assert not troubles, "\n".join(troubles)
