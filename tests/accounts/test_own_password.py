"""Changing one's password: the current one is asked, weak ones are refused, other browsers are signed out."""

from __future__ import annotations

import pytest

from accounts.login import Welcome, Wrong, sign_in
from accounts.own_password import Changed, Right, ask_password, change_password
from accounts.refusals import Invalid
from accounts.sessions import find_session, list_sessions
from accounts.throttle import Throttled
from db.session import Database
from tests.kit.company import House
from tests.kit.passwords import EMAIL, PASSWORD, house_with_password

NEW = "wet umbrella stand"
HOME = "192.0.2.7"


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues; Anna has a password."""
    return house_with_password(database)


def _signed_in(database: Database) -> tuple[str, int]:
    """Sign Anna in; answer the secret and the id of the session."""
    done = sign_in(database, EMAIL, PASSWORD, HOME, "browser")
    assert isinstance(done, Welcome)
    with database.read() as session:
        found = find_session(session, done.secret, database.now(session))
    assert found
    return done.secret, found.session_id


def test_the_other_browsers_are_signed_out(database: Database, house: House) -> None:
    viewer = house.anna.viewer
    _, here = _signed_in(database)
    there, _ = _signed_in(database)

    assert change_password(database, viewer, PASSWORD, NEW, HOME, this_session=here) == Changed(1)
    with database.read() as session:
        assert [one.session_id for one in list_sessions(session, viewer, database.now(session))] == [here]
        assert find_session(session, there, database.now(session)) is None
    assert sign_in(database, EMAIL, PASSWORD, HOME, "b") == Wrong()
    assert isinstance(sign_in(database, EMAIL, NEW, HOME, "b"), Welcome)


def test_a_wrong_current_one_changes_nothing_and_counts(database: Database, house: House) -> None:
    viewer = house.anna.viewer
    for _ in range(10):
        assert change_password(database, viewer, "wrong", NEW, HOME, this_session=1) == Wrong()
    assert isinstance(change_password(database, viewer, PASSWORD, NEW, HOME, this_session=1), Throttled)
    # It is one counter with that of signing in.
    assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Throttled)
    assert isinstance(ask_password(database, viewer, PASSWORD, "198.51.100.1"), Right)


@pytest.mark.parametrize("new", ["short", "x" * 1025, "password1", "anna2026", "Northwind!", ""])
def test_a_weak_one_is_refused_before_anything_is_tried(database: Database, house: House, new: str) -> None:
    with pytest.raises(Invalid) as refused:
        change_password(database, house.anna.viewer, "wrong", new, HOME, this_session=1)
    assert set(refused.value.errors) == {"password"}
    assert isinstance(sign_in(database, EMAIL, PASSWORD, HOME, "b"), Welcome)


def test_who_has_no_password_cannot_give_it(database: Database, house: House) -> None:
    assert ask_password(database, house.bert.viewer, "", HOME) == Wrong()
