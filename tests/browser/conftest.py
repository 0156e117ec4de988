"""One browser and one server for all tests here; contexts of its own for each."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.kit.browsing import Browsing, Chromium
from tests.kit.databases import SqliteTemplate
from tests.kit.hand import HANDS, Hand
from tests.kit.served import Served, serve
from tests.kit.states import State, found_company

_numbers: Final = itertools.count(1)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Chromium]:
    """The browser."""
    started = Chromium()
    yield started
    started.close()


@pytest.fixture(scope="package")
def served(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application over a fresh database, with nobody in it."""
    settings = sqlite_template.fresh(tmp_path_factory.mktemp("browser") / "data")
    with serve(settings) as opened:
        yield opened


@pytest.fixture
def browsing(chromium: Chromium) -> Iterator[Browsing]:
    """Pages for one test; what they complained of fails it."""
    opened = Browsing(chromium)
    yield opened
    opened.close()
    assert opened.troubles() == []


@pytest.fixture
def company(served: Served) -> Iterator[State]:
    """A company for one test alone, with Maria to write to."""
    made = found_company(served.site, f"house{next(_numbers)}.example")
    made.show("contact", made.record("contact", name="Maria Lopez", addresses=["maria@fabrikam.example"]))
    with made.world:
        yield made


@pytest.fixture
def page(browsing: Browsing, served: Served, company: State) -> Page:
    """A page of Anna's."""
    return browsing.open(served.base_url, cookie=served.cookie(company.anna))


@pytest.fixture(params=HANDS)
def hand(request: pytest.FixtureRequest, page: Page) -> Hand:
    """A mouse, then a keyboard: a flow that asks for it is gone through with both."""
    return HANDS[request.param](page)
