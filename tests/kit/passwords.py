"""Hashes that are right and checked at once: a hash names its own costs, and a test of a login is not about them."""

from __future__ import annotations

from functools import cache
from typing import Final

from argon2 import PasswordHasher

from accounts.passwords import set_password_hash
from db.session import Database
from tests.kit.company import House, house_in

PASSWORD: Final = "correct horse"
EMAIL: Final = "anna@northwind.example"


@cache
def quick_hash(password: str) -> str:
    """Answer an argon2id hash of the smallest costs."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password.encode())


def house_with_password(database: Database) -> House:
    """Make a company whose Anna signs in by EMAIL and PASSWORD."""
    house = house_in(database)
    with database.write() as session:
        set_password_hash(session, house.company_id, house.anna.user_id, quick_hash(PASSWORD))
    return house
