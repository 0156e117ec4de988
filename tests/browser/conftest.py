"""One browser and one server for all tests here; contexts of its own for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from db.session import open_database
from tests.kit.browsing import Browsing, Chromium
from tests.kit.databases import SqliteTemplate
from tests.kit.http import open_site
from tests.kit.served import Served


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
    database = open_database(settings)
    site = open_site(settings, database)
    opened = Served(site)
    yield opened
    opened.close()
    site.close()
    database.close()


@pytest.fixture
def browsing(chromium: Chromium) -> Iterator[Browsing]:
    """Pages for one test; what they complained of fails it."""
    opened = Browsing(chromium)
    yield opened
    opened.close()
    assert opened.troubles() == []
