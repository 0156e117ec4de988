"""Every page in every state: it loads, axe finds nothing, nothing goes off to the side, no text is cut off.

SCREENSHOTS=DIR ./dev test tests/browser/test_pages.py     writes each as a picture, to be looked at
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.browser.pages import ADA, ALIKE, ANNA, NO_PAGE, NOBODY, addresses
from tests.kit.browsing import Browsing
from tests.kit.http import Person
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import STATES, State, make_state

pytestmark = pytest.mark.slow
WHO = {"anna": ANNA, "ada": ADA, "nobody": NOBODY}
CASES = [(who, endpoint) for who, table in WHO.items() for endpoint in table]


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

    listed = {endpoint for _, endpoint in CASES} | NO_PAGE.keys()
    assert shown - listed == set(), "an endpoint is missing in tests/browser/pages.py"
    assert listed - shown == set()


@pytest.mark.parametrize(
    ("name", "who", "endpoint"),
    [(name, *case) for name in STATES for case in CASES if name == "one" or case[1] not in ALIKE],
)
def test_page_in_its_state(
    browsing: Browsing, served: Served, states: dict[str, State], name: str, who: str, endpoint: str
) -> None:
    state = states[name]
    person: Person | None = {"anna": state.anna, "ada": state.ada}.get(who)
    page = browsing.open(served.base_url, cookie=served.cookie(person) if person else None)
    troubles = []
    for number, path in enumerate(addresses(WHO[who][endpoint], state)):
        answer = page.goto(path)
        assert answer, path
        assert answer.status == 200, (path, answer.status)
        troubles += [f"{path} {trouble}" for trouble in look(page, f"{name}-{who}-{endpoint}-{number}")]
    assert not troubles, "\n".join(troubles)
