"""The world of the stories: one running server for each database a module is told on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.kit.sales import SalesWorld, sales_world


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SalesWorld]:
    """Run `serve` on that database, with Northwind Trading set up."""
    data = tmp_path_factory.mktemp("sales") / "data"
    if request.param == "sqlite":
        with sales_world(data) as made:
            made.running.start()
            yield made
        return
    template = request.getfixturevalue("postgres_template")
    with template.fresh(data) as settings, sales_world(data, settings.database_url) as made:
        made.running.start()
        yield made
