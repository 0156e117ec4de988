"""A company inside one write transaction, whose every query is watched."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from db.session import Database
from tests.kit import tenancy
from tests.kit.company import House, make_house


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One write transaction for the whole test; every query names its company."""
    watch = tenancy.watch(database.engine)
    with database.write() as opened:
        yield opened
    watch.verify()


@pytest.fixture
def house(session: Session) -> House:
    """Four colleagues."""
    return make_house(session)
