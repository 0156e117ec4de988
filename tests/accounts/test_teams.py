"""Teams: admins make them, everybody knows their names, those inside know who else is (RULES R30, R30a)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.teams import (
    UNDOABLE,
    change_team,
    delete_team,
    get_team,
    list_teams,
    make_team,
    restore_team,
    teams_of,
)
from db.session import Database
from tests.accounts.test_setup_links import at_once
from tests.kit.company import NOW, House, house_in


@pytest.fixture
def house(database: Database) -> House:
    """Four colleagues."""
    return house_in(database)


def test_an_admin_makes_renames_and_fills_a_team(database: Database, house: House) -> None:
    ada, anna, bert = house.ada.viewer, house.anna.user_id, house.bert.user_id
    with database.write() as session:
        made = make_team(session, ada, " Sales ", [anna, anna], NOW)
        assert (made.name, made.user_ids) == ("Sales", (anna,))
        changed = change_team(session, ada, made.id, {"name": "Sales north", "user_ids": [bert]}, NOW)
        assert (changed.name, changed.user_ids) == ("Sales north", (bert,))
        assert change_team(session, ada, made.id, {"user_ids": []}, NOW).user_ids == ()


def test_others_know_names_alone_unless_they_are_in_it(database: Database, house: House) -> None:
    with database.write() as session:
        made = make_team(session, house.ada.viewer, "Sales", [house.anna.user_id, house.rosa.user_id], NOW)
        both = tuple(sorted((house.anna.user_id, house.rosa.user_id)))
        for viewer, known in ((house.anna.viewer, both), (house.rosa.viewer, both), (house.bert.viewer, None)):
            assert get_team(session, viewer, made.id).user_ids == known
            assert [team.user_ids for team in list_teams(session, viewer)] == [known]
            assert [team.id for team in teams_of(session, viewer)] == ([made.id] if known else [])


def test_only_admins_make_and_change_teams(database: Database, house: House) -> None:
    with database.write() as session:
        made = make_team(session, house.ada.viewer, "Sales", [house.anna.user_id], NOW)
        for act in (
            lambda: make_team(session, house.anna.viewer, "Mine", [], NOW),
            lambda: change_team(session, house.anna.viewer, made.id, {"name": "Mine"}, NOW),
            lambda: delete_team(session, house.anna.viewer, made.id, NOW),
            lambda: restore_team(session, house.anna.viewer, made.id, NOW),
        ):
            with pytest.raises(Forbidden):
                act()


def test_a_deleted_team_is_gone_and_comes_back_within_its_time(database: Database, house: House) -> None:
    ada = house.ada.viewer
    with database.write() as session:
        made = make_team(session, ada, "Sales", [house.anna.user_id], NOW)
        delete_team(session, ada, made.id, NOW)
        assert list_teams(session, ada) == ()
        assert teams_of(session, house.anna.viewer) == ()
        with pytest.raises(Missing):
            change_team(session, ada, made.id, {"name": "x"}, NOW)
        with pytest.raises(Missing):
            restore_team(session, ada, made.id, NOW + UNDOABLE)
        assert restore_team(session, ada, made.id, NOW + UNDOABLE - timedelta(seconds=1)) == made


def test_names_are_one_of_their_kind_and_members_are_of_the_company(database: Database, house: House) -> None:
    ada, other = house.ada.viewer, house_in(database, "Tailspin", "tailspin.example")
    with database.write() as session:
        made = make_team(session, ada, "Sales", [], NOW)
        with pytest.raises(Conflict):
            make_team(session, ada, "sales", [], NOW)
        change_team(session, ada, made.id, {"name": "SALES"}, NOW)
        delete_team(session, ada, made.id, NOW)
        make_team(session, ada, "Sales", [], NOW)
        with pytest.raises(Conflict):
            restore_team(session, ada, made.id, NOW)
        for members in ([other.anna.user_id], [7]):
            with pytest.raises(Invalid):
                make_team(session, ada, "Others", members, NOW)
        assert make_team(session, other.ada.viewer, "Sales", [], NOW)
        with pytest.raises(Missing):
            get_team(session, other.ada.viewer, made.id)


def test_of_two_who_take_a_name_at_once_one_has_it(database: Database, house: House) -> None:
    def make() -> bool:
        try:
            with database.write() as session:
                make_team(session, house.ada.viewer, "Sales", [], NOW)
        except Conflict:
            return False
        return True

    assert sorted(at_once(make, make)) == [False, True]
