"""The set-up link: one works at a time, once, for a day, and only while there is no company."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from accounts.founding import Founding, found_company
from accounts.setup_links import LIFETIME, is_empty, is_setup_link_open, make_setup_link, use_setup_link
from db.session import Database
from tests.kit.company import NOW
from tests.kit.http import MAIL_DOMAIN

WISH = Founding(company="Northwind", domains=("northwind.example",), email="ada@northwind.example", name="Ada")


def made(database: Database) -> str:
    """Make a link that has to be there."""
    with database.write() as session:
        secret = make_setup_link(session, NOW)
    assert secret
    return secret


def is_open(database: Database, secret: str, later: float = 0) -> bool:
    """Tell whether the link is open that part of its lifetime later."""
    with database.read() as session:
        return is_setup_link_open(session, secret, NOW + LIFETIME * later)


def founds(database: Database, secret: str, company: str = "Northwind") -> bool:
    """Found a company by the link, as the page does."""
    with database.write() as session:
        if not use_setup_link(session, secret, NOW):
            return False
        wish = Founding(company=company, domains=(), email=f"{company.lower()}@free.example")
        found_company(session, wish, NOW, MAIL_DOMAIN)
    return True


def at_once[T](*acts: Callable[[], T]) -> list[T]:
    """Do several things at the same moment."""
    gate = threading.Barrier(len(acts))

    def act(one: Callable[[], T]) -> T:
        gate.wait(timeout=30)
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_it_founds_once(database: Database) -> None:
    secret = made(database)
    assert is_open(database, secret)
    assert founds(database, secret)
    assert not is_open(database, secret)
    assert not founds(database, secret, "Second")


def test_it_expires(database: Database) -> None:
    secret = made(database)
    assert is_open(database, secret, 0.99)
    assert not is_open(database, secret, 1)


def test_a_guess_opens_nothing(database: Database) -> None:
    secret = made(database)
    for guess in ("", secret[:-1], secret.upper(), f"{secret} ", "sbcc_setup_"):
        assert not is_open(database, guess)
        assert not founds(database, guess)


def test_a_later_start_takes_its_place(database: Database) -> None:
    first, second = made(database), made(database)
    assert not is_open(database, first)
    assert is_open(database, second)


def test_the_command_line_makes_it_void(database: Database) -> None:
    secret = made(database)
    with database.write() as session:
        found_company(session, WISH, NOW, MAIL_DOMAIN)
    assert not is_open(database, secret)
    with database.write() as session:
        assert make_setup_link(session, NOW) is None
    assert not is_open(database, secret)


def test_only_its_hash_is_kept(database: Database) -> None:
    secret = made(database)
    with database.read() as session:
        row = session.execute(text("SELECT * FROM setup_link")).one()
        assert is_empty(session)
    assert secret not in str(row)


def test_of_two_servers_that_start_at_once_one_has_a_working_link(database: Database) -> None:
    secrets = at_once(lambda: made(database), lambda: made(database))
    assert [is_open(database, one) for one in secrets].count(True) == 1


def test_of_two_founders_at_once_one_founds(database: Database) -> None:
    secret = made(database)
    done = at_once(lambda: founds(database, secret, "One"), lambda: founds(database, secret, "Two"))
    assert sorted(done) == [False, True]
