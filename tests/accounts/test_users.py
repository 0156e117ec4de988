"""Users: added, changed by admins, deactivated at once, and never the last admin."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.senders import SenderState, find_standing
from accounts.sessions import find_session, open_session
from accounts.tokens import find_token_user, make_api_token
from accounts.user_change import change_user
from accounts.users import add_user, change_preferences, find_user, get_user, list_users, personal_address
from accounts.viewer import Role, Viewer
from db.session import Database
from tests.accounts.test_setup_links import at_once
from tests.kit.company import MAIL_DOMAIN, NOW, House, house_in


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


def test_a_user_has_an_address_and_an_approved_login(database: Database, house: House) -> None:
    with database.read() as session:
        anna = get_user(session, house.company_id, house.anna.user_id)
        standing = find_standing(session, house.company_id, "anna@northwind.example")
        assert find_user(session, "ANNA@northwind.example") == anna
        assert personal_address(session, house.company_id, anna.id) == house.anna.personal_bcc_address
    assert (anna.email, anna.role, anna.state) == ("anna@northwind.example", Role.MEMBER, "active")
    assert standing
    assert (standing.user_id, standing.state, standing.approved) == (anna.id, SenderState.APPROVED, True)


@pytest.mark.parametrize(
    ("email", "name", "role", "field"),
    [
        ("nobody", "N", "member", "email"),
        ("a@b", "N", "member", "email"),
        ("a b@c.example", "N", "member", "email"),
        ("a@c.example\r\nBcc: x@y.example", "N", "member", "email"),
        ("<a@c.example>", "N", "member", "email"),
        ("a@c.example", "", "member", "name"),
        ("a@c.example", "N", "king", "role"),
    ],
)
def test_what_is_wrong_is_named(database: Database, house: House, email: str, name: str, role: str, field: str) -> None:
    with pytest.raises(Invalid) as refused, database.write() as session:
        add_user(session, house.company_id, email, name, role, NOW, MAIL_DOMAIN)
    assert list(refused.value.errors) == [field]


def test_a_login_belongs_to_one_user_of_the_installation(database: Database, house: House) -> None:
    other = house_in(database, "Tailspin", "tailspin.example")
    for company_id in (house.company_id, other.company_id):
        with pytest.raises(Conflict), database.write() as session:
            add_user(session, company_id, "Anna@Northwind.example", "Anna", "member", NOW, MAIL_DOMAIN)


def test_only_admins_add_and_change_users(database: Database, house: House) -> None:
    with pytest.raises(Forbidden), database.write() as session:
        add_user(session, house.company_id, "x@n.example", "X", "member", NOW, MAIL_DOMAIN, by=house.anna.viewer)
    with pytest.raises(Forbidden), database.write() as session:
        change_user(session, house.anna.viewer, house.anna.user_id, {"role": "admin"}, NOW)


@pytest.mark.parametrize(
    "changes", [{"state": "gone"}, {"role": "king"}, {"email": "new@n.example"}, {"sharing_default": {}}]
)
def test_an_admin_changes_name_role_and_state_alone(database: Database, house: House, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid), database.write() as session:
        change_user(session, house.ada.viewer, house.anna.user_id, changes, NOW)
    with database.write() as session:
        after = change_user(session, house.ada.viewer, house.anna.user_id, {"name": "A", "role": "admin"}, NOW)
    assert (after.name, after.role) == ("A", Role.ADMIN)


def test_deactivation_ends_sessions_tokens_and_standing_at_once(database: Database, house: House) -> None:
    with database.write() as session:
        token = make_api_token(session, house.anna.viewer, "t", NOW)
        secret = open_session(session, house.anna.viewer, "browser", NOW)
        assert find_token_user(session, token)
        assert find_session(session, secret, NOW)
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "deactivated"}, NOW)
        assert find_token_user(session, token) is None
        assert find_session(session, secret, NOW) is None
        assert find_standing(session, house.company_id, "anna@northwind.example") is None
        change_user(session, house.ada.viewer, house.anna.user_id, {"state": "active"}, NOW)
        assert find_token_user(session, token) is None
        assert find_session(session, secret, NOW) is None
        assert find_standing(session, house.company_id, "anna@northwind.example")


@pytest.mark.parametrize("changes", [{"role": "member"}, {"role": "read_only"}, {"state": "deactivated"}])
def test_a_company_keeps_one_active_admin(database: Database, house: House, changes: dict[str, Any]) -> None:
    with pytest.raises(Conflict), database.write() as session:
        change_user(session, house.ada.viewer, house.ada.user_id, changes, NOW)
    with database.write() as session:
        change_user(session, house.ada.viewer, house.anna.user_id, {"role": "admin"}, NOW)
        change_user(session, house.ada.viewer, house.ada.user_id, changes, NOW)


def test_preferences_are_ones_own(database: Database, house: House) -> None:
    with database.write() as session:
        after = change_preferences(session, house.anna.viewer, {"name": "Anna L", "time_zone": "Europe/Berlin"})
        assert (after.name, after.preferences.time_zone) == ("Anna L", "Europe/Berlin")
        assert get_user(session, house.company_id, house.anna.user_id) == after
    with pytest.raises(Invalid), database.write() as session:
        change_preferences(session, house.anna.viewer, {"role": "admin"})


def test_users_of_another_company_are_not_there(database: Database, house: House) -> None:
    other = house_in(database, "Tailspin", "tailspin.example")
    with database.read() as session:
        assert [user.name for user in list_users(session, house.company_id)] == ["Rosa", "Bert", "Anna", "Ada"]
        assert [user.name for user in list_users(session, house.company_id, 2, house.bert.user_id)] == ["Anna", "Ada"]
        with pytest.raises(Missing):
            get_user(session, house.company_id, other.anna.user_id)
    with pytest.raises(Missing), database.write() as session:
        change_user(session, house.ada.viewer, other.anna.user_id, {"name": "X"}, NOW)


def test_of_two_admins_who_take_each_others_role_at_once_one_stays(database: Database, house: House) -> None:
    ada, anna = house.ada.viewer, Viewer(house.company_id, house.anna.user_id, Role.ADMIN)

    def demote(by: Viewer, user_id: int) -> bool:
        try:
            with database.write() as session:
                change_user(session, by, user_id, {"role": "member"}, NOW)
        except Conflict:
            return False
        return True

    for _ in range(5):
        with database.write() as session:
            for user in (ada, anna):
                change_user(session, ada, user.user_id, {"role": "admin"}, NOW)
        done = at_once(lambda: demote(ada, anna.user_id), lambda: demote(anna, ada.user_id))
        assert sorted(done) == [False, True]
