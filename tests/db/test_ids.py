"""Ids rise, stay unique whatever the clock does, and leave the house sealed."""

from __future__ import annotations

from db.ids import new_id
from db.session import Database


def test_ids_rise_within_and_over_transactions(database: Database) -> None:
    made = []
    for _ in range(3):
        with database.write() as session:
            made += [new_id(session) for _ in range(10_000)]
    assert made == sorted(set(made))
    assert all(0 < number < 1 << 63 for number in made)
