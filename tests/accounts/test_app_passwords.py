"""A mail program signs in with a password of its own, which opens nothing else (RFC 6409)."""

from __future__ import annotations

import pytest

from accounts.app_passwords import list_app_passwords, make_app_password, revoke_app_password, sign_program_in
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.throttle import Throttled
from accounts.tokens import find_token_user, make_api_token
from accounts.user_change import change_user
from accounts.viewer import Role, Viewer
from db.session import Database
from tests.kit import tenancy
from tests.kit.company import NOW, House, house_in

ANNA = "anna@northwind.example"
PEER = "192.0.2.7"


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


def _made(database: Database, user: Viewer, name: str = "phone") -> str:
    with database.write() as session:
        return make_app_password(session, user, name, NOW)


def test_a_program_signs_in_with_login_address_and_password(database: Database, house: House) -> None:
    watch = tenancy.watch(database.engine)
    password = _made(database, house.anna.viewer)
    assert [len(group) for group in password.split("-")] == [5] * 5
    assert sign_program_in(database, ANNA, password, PEER) == house.anna.viewer
    # As people type it from another screen.
    assert sign_program_in(database, f" {ANNA.upper()} ", password.replace("-", " ").upper(), PEER) == house.anna.viewer
    assert sign_program_in(database, "bert@northwind.example", password, PEER) is None
    assert sign_program_in(database, ANNA, password[:-1], PEER) is None
    with database.read() as session:
        [shown] = list_app_passwords(session, house.anna.viewer)
        assert shown.name == "phone"
        assert shown.last_used_at is not None
        assert list_app_passwords(session, house.bert.viewer) == ()
    watch.verify()


@pytest.mark.parametrize("wrong", ["", "-", "\x00", "é", "\udce9", "x" * 9999])
def test_what_is_no_password_opens_nothing(database: Database, house: House, wrong: str) -> None:
    assert sign_program_in(database, ANNA, wrong, PEER) is None
    assert sign_program_in(database, wrong, _made(database, house.anna.viewer), PEER) is None


def test_a_token_is_no_password_and_a_password_no_token(database: Database, house: House) -> None:
    password = _made(database, house.anna.viewer)
    with database.write() as session:
        token = make_api_token(session, house.anna.viewer, "script", NOW)
        assert find_token_user(session, password.replace("-", "")) is None
    assert sign_program_in(database, ANNA, token, PEER) is None


def test_it_ends_with_its_revocation_or_with_its_user(database: Database, house: House) -> None:
    first, second = _made(database, house.bert.viewer), _made(database, house.bert.viewer, "printer")
    with database.write() as session:
        newest, oldest = list_app_passwords(session, house.bert.viewer)
        with pytest.raises(Missing):
            revoke_app_password(session, house.anna.viewer, oldest.id, NOW)
        revoke_app_password(session, house.bert.viewer, oldest.id, NOW)
        assert [one.id for one in list_app_passwords(session, house.bert.viewer)] == [newest.id]
    bert = "bert@northwind.example"
    assert sign_program_in(database, bert, first, PEER) is None
    assert sign_program_in(database, bert, second, PEER) == house.bert.viewer
    with database.write() as session:
        change_user(session, house.ada.viewer, house.bert.viewer.user_id, {"state": "deactivated"}, NOW)
    assert sign_program_in(database, bert, second, PEER) is None


def test_who_may_only_read_cannot_send(database: Database, house: House) -> None:
    """RULES R11."""
    password = _made(database, house.bert.viewer)
    with database.write() as session:
        change_user(session, house.ada.viewer, house.bert.viewer.user_id, {"role": "read_only"}, NOW)
        reader = Viewer(house.bert.viewer.company_id, house.bert.viewer.user_id, Role.READ_ONLY)
        with pytest.raises(Forbidden):
            make_app_password(session, reader, "phone", NOW)
    assert sign_program_in(database, "bert@northwind.example", password, PEER) is None


def test_names_are_plain_and_their_number_has_an_end(database: Database, house: House) -> None:
    for wrong in ("", " ", "x" * 101, "a\x07b"):
        with pytest.raises(Invalid):
            _made(database, house.anna.viewer, wrong)
    for number in range(50):
        _made(database, house.anna.viewer, f"p{number}")
    with pytest.raises(Invalid):
        _made(database, house.anna.viewer)


def test_guessing_is_counted_and_a_right_one_is_not(database: Database, house: House) -> None:
    password = _made(database, house.anna.viewer)
    for _ in range(9):
        assert sign_program_in(database, ANNA, "wrong", PEER) is None
    for _ in range(3):
        assert sign_program_in(database, ANNA, password, PEER) == house.anna.viewer
    assert sign_program_in(database, ANNA, "wrong", PEER) is None
    assert isinstance(sign_program_in(database, ANNA, password, PEER), Throttled)
    # Another network is not locked out by it.
    assert sign_program_in(database, ANNA, password, "198.51.100.9") == house.anna.viewer
