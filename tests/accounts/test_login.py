"""Signing in: right, wrong, too often, and what a stranger can tell from it."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from argon2 import PasswordHasher, extract_parameters
from sqlalchemy import select

from accounts.login import Welcome, Wrong, sign_in
from accounts.passwords import LONGEST, hash_password, matches
from accounts.refusals import Invalid
from accounts.sessions import find_session
from accounts.throttle import WINDOW, Limit, Throttled, count_try, give_back, login_limits, seconds_left
from accounts.user_change import change_user
from db.models import WindowCounter
from db.session import Database
from tests.kit.company import NOW, House
from tests.kit.passwords import EMAIL, PASSWORD, house_with_password

HOME = "192.0.2.7"


class WritingHasher(PasswordHasher):
    """Writes down what it verifies against: that, and its parameters, are all that takes time."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - the library's name
        self.verified.append(str(hash))
        return super().verify(hash, password)


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues; Anna has a password."""
    return house_with_password(database)


def test_the_right_password_opens_a_session(database: Database, house: House) -> None:
    done = sign_in(database, f" {EMAIL.upper()} ", PASSWORD, HOME, "browser")
    assert isinstance(done, Welcome)
    assert done.viewer == house.anna.viewer
    with database.read() as session:
        assert find_session(session, done.secret, database.now(session))


def test_everything_else_is_wrong_alike(database: Database, house: House) -> None:
    for email, password in (
        (EMAIL, "correct horsf"),
        (EMAIL, ""),
        (EMAIL, "x" * (LONGEST + 1)),
        (EMAIL, PASSWORD + "\udce9"),
        ("bert@northwind.example", ""),
        ("nobody@northwind.example", PASSWORD),
        ("", PASSWORD),
    ):
        assert sign_in(database, email, password, HOME, "browser") == Wrong()
    with database.write() as session:
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "deactivated"}, NOW)
    assert sign_in(database, EMAIL, PASSWORD, HOME, "browser") == Wrong()


def test_an_unknown_user_takes_as_long_as_a_known_one() -> None:
    hasher = WritingHasher()
    for kept in (hash_password(PASSWORD), None):
        assert not matches(kept, "wrong password", hasher)
    known, unknown = (extract_parameters(kept) for kept in hasher.verified)
    assert known == unknown


def test_the_eleventh_wrong_try_is_not_checked(database: Database, house: House) -> None:
    for _ in range(10):
        assert sign_in(database, EMAIL, "wrong", HOME, "b") == Wrong()
    told = sign_in(database, EMAIL, PASSWORD, HOME, "b")
    assert isinstance(told, Throttled)
    assert 0 < told.retry_after_seconds <= WINDOW.total_seconds() + 1
    # The owner at another place is not locked out.
    assert isinstance(sign_in(database, EMAIL, PASSWORD, "198.51.100.1", "b"), Welcome)


def test_right_tries_do_not_count(database: Database, house: House) -> None:
    for _ in range(12):
        assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Welcome)


def test_a_limit_holds_for_its_window_and_old_windows_go(database: Database) -> None:
    limit = [Limit("k", 2)]
    with database.write() as session:
        assert [count_try(session, limit, NOW) for _ in range(3)] == [True, True, False]
        give_back(session, limit, NOW)
        give_back(session, limit, NOW)
        assert [count_try(session, limit, NOW) for _ in range(2)] == [True, False]
        assert count_try(session, limit, NOW + WINDOW)
        assert count_try(session, limit, NOW + timedelta(days=2))
        assert len(session.scalars(select(WindowCounter.key)).all()) == 1
    assert seconds_left(NOW) <= WINDOW.total_seconds() + 1


def test_a_network_is_an_address_of_ipv4_and_a_64_of_ipv6() -> None:
    def keys(peer: str) -> set[str]:
        return {limit.key for limit in login_limits(EMAIL, peer)}

    assert keys("2001:db8::1") == keys("2001:db8::ffff:1")
    assert keys("2001:db8::1") != keys("2001:db8:0:1::1")
    assert keys("192.0.2.1") != keys("192.0.2.2")
    assert EMAIL not in "".join(keys("not an address"))


@pytest.mark.parametrize("password", ["", "short", "a" * 20, "ab" * 10, "x" * 2000, None, 12345678])
def test_a_password_has_some_length_and_some_letters(password: object) -> None:
    with pytest.raises(Invalid):
        hash_password(password)  # type: ignore[arg-type]


def test_a_damaged_hash_matches_nothing() -> None:
    assert not matches("not a hash", PASSWORD)
    assert not matches("", PASSWORD)
