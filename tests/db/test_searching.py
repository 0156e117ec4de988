"""Which ids are asked for together, and that very many can be named at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from db.among import among
from db.models import IdBlock
from db.searching import ranges
from db.session import Database


@pytest.mark.parametrize(
    ("ids", "asked"),
    [
        ([7], [(7, 7)]),
        ([1, 2], [(1, 1), (2, 2)]),
        ([1, 2, 3, 1000, 1001, 5000], [(1, 3), (1000, 1001), (5000, 5000)]),
        (list(range(10, 1000)), [(10, 999)]),
    ],
)
def test_ids_that_lie_together_are_one_range(ids: list[int], asked: list[tuple[int, int]]) -> None:
    assert ranges(ids) == asked


def test_more_numbers_than_a_statement_takes_parameters(database: Database) -> None:
    with database.read() as session:
        is_named = among(session.get_bind().dialect.name, IdBlock.number, range(0, 80_000, 2))
        every = session.scalars(select(IdBlock.number)).all()
        assert session.scalar(select(func.count()).where(is_named)) == sum(one % 2 == 0 for one in every) > 0
