"""Who sees a letter: the table of R30, one row a case."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.teams import change_team, delete_team, make_team, restore_team
from accounts.viewer import Viewer
from db.models import Message, MessageCopy, Record
from db.session import Database
from linking.visibility import chosen_copy, visible_copy, visible_record
from tests.kit import tenancy
from tests.kit.company import NOW, House, make_house
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

COMPANY, OWNERS = {"visibility": "company"}, {"visibility": "owner"}
BY_RULE = OWNERS | {"created_from": [1]}
TEAMS = {"ours": ("anna", "bert"), "theirs": ("rosa",)}
OF_TEAM, OF_OTHER_TEAM = ({"visibility": "team", "team_id": name} for name in TEAMS)
GONE = OWNERS | {"deleted_at": NOW}

# sharing of Anna's copy, records of the shared letter's links, who sees the letter beside Anna
CASES: list[tuple[str, list[dict[str, Any]], set[str]]] = [
    ("private", [], set()),
    ("private", [COMPANY], set()),
    ("shared", [], set()),
    ("shared", [COMPANY], {"bert", "ada", "rosa"}),
    ("shared", [COMPANY, COMPANY], {"bert", "ada", "rosa"}),
    ("shared", [OWNERS], {"ada"}),
    ("shared", [COMPANY, OWNERS], {"ada"}),
    ("shared", [BY_RULE], set()),
    ("shared", [COMPANY, BY_RULE], set()),
    ("shared", [GONE], set()),
    ("shared", [COMPANY, GONE], {"bert", "ada", "rosa"}),
]


def see(session: Session, letter: Message, house: House) -> set[str]:
    """Answer the names of those who see a letter."""
    names = ("anna", "bert", "ada", "rosa")
    return {name for name in names if chosen(session, letter, getattr(house, name).viewer)}


def chosen(session: Session, letter: Message, viewer: Viewer) -> int | None:
    """Answer the copy through which somebody sees a letter; never more than one."""
    query = select(MessageCopy.id).where(chosen_copy(viewer), MessageCopy.message_id == letter.id)
    return session.scalars(query).one_or_none()


@pytest.mark.parametrize(("sharing", "targets", "others"), CASES)
def test_a_colleague_sees_shared_letters_whose_records_he_sees(
    database: Database, sharing: str, targets: list[dict[str, Any]], others: set[str]
) -> None:
    with database.write() as session:
        house = make_house(session)
        letter = a_letter(session, house.company_id)
        a_copy(session, letter, house.anna.user_id, sharing=sharing)
        for target in targets:
            a_link(session, letter, a_record(session, house.company_id, house.anna.user_id, **target))
        assert see(session, letter, house) == {"anna"} | others


TEAM_CASES: list[tuple[list[dict[str, Any]], set[str]]] = [
    ([], set()),
    ([COMPANY], {"bert"}),
    ([OF_TEAM], {"bert"}),
    ([OF_OTHER_TEAM], set()),
    ([COMPANY, OF_OTHER_TEAM], set()),
    ([OWNERS], set()),
    ([BY_RULE], set()),
    ([GONE], set()),
]


@pytest.mark.parametrize(("targets", "others"), TEAM_CASES)
def test_a_copy_for_a_team_is_seen_by_its_members_who_see_its_records(
    database: Database, targets: list[dict[str, Any]], others: set[str]
) -> None:
    with database.write() as session:
        house = make_house(session)
        teams = {name: make_team(session, house.ada.viewer, name, members(house, name), NOW).id for name in TEAMS}
        letter = a_letter(session, house.company_id)
        copy = a_copy(session, letter, house.anna.user_id, sharing="team")
        for target in targets:
            given = target | ({"team_id": teams[target["team_id"]]} if "team_id" in target else {})
            a_link(session, letter, a_record(session, house.company_id, house.anna.user_id, **given), copy)
        assert see(session, letter, house) == {"anna"} | others


def test_who_leaves_a_team_sees_nothing_through_it_from_then_on(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        ada, both = house.ada.viewer, members(house, "ours")
        team = make_team(session, ada, "ours", both, NOW)
        letter = a_letter(session, house.company_id)
        record = a_record(session, house.company_id, house.anna.user_id, visibility="team", team_id=team.id)
        a_link(session, letter, record, a_copy(session, letter, house.anna.user_id, sharing="team"))
        record_ids = select(Record.id).where(visible_record(house.bert.viewer), Record.id == record.id)

        def bert_sees() -> tuple[bool, bool]:
            return "bert" in see(session, letter, house), session.scalar(record_ids) is not None

        assert bert_sees() == (True, True)
        change_team(session, ada, team.id, {"user_ids": [house.anna.user_id]}, NOW)
        assert bert_sees() == (False, False)
        change_team(session, ada, team.id, {"user_ids": both}, NOW)
        assert bert_sees() == (True, True)
        delete_team(session, ada, team.id, NOW)
        assert bert_sees() == (False, False)
        restore_team(session, ada, team.id, NOW)
        assert bert_sees() == (True, True)


def test_links_of_a_copy_for_a_team_neither_open_nor_hide_it_for_others(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        make_team(session, house.ada.viewer, "ours", members(house, "ours"), NOW)
        letter = a_letter(session, house.company_id)
        of_anna = a_copy(session, letter, house.anna.user_id, sharing="team")
        a_copy(session, letter, house.ada.user_id, sharing="shared")
        open_record = a_record(session, house.company_id, house.anna.user_id)
        a_link(session, letter, open_record, of_anna)
        assert see(session, letter, house) == {"anna", "ada", "bert"}
        a_link(session, letter, open_record)
        a_link(session, letter, a_record(session, house.company_id, house.anna.user_id, visibility="owner"), of_anna)
        assert see(session, letter, house) == {"anna", "ada", "bert", "rosa"}


def members(house: House, name: str) -> list[int]:
    """Answer who is in the team of that name."""
    return [getattr(house, one).user_id for one in TEAMS[name]]


def test_links_of_private_copies_neither_open_nor_hide(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        letter = a_letter(session, house.company_id)
        a_copy(session, letter, house.anna.user_id, sharing="shared")
        of_bert = a_copy(session, letter, house.bert.user_id)
        open_record = a_record(session, house.company_id, house.bert.user_id)
        a_link(session, letter, open_record, of_bert)
        assert see(session, letter, house) == {"anna", "bert"}
        a_link(session, letter, open_record)
        a_link(session, letter, a_record(session, house.company_id, house.bert.user_id, visibility="owner"), of_bert)
        assert see(session, letter, house) == {"anna", "bert", "ada", "rosa"}


def test_an_undone_link_and_a_deleted_copy_open_nothing(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        record = a_record(session, house.company_id, house.anna.user_id)
        unlinked, deleted = a_letter(session, house.company_id), a_letter(session, house.company_id)
        a_copy(session, unlinked, house.anna.user_id, sharing="shared")
        a_link(session, unlinked, record, undone_at=NOW)
        a_copy(session, deleted, house.anna.user_id, sharing="shared", deleted_at=NOW)
        a_link(session, deleted, record)
        assert see(session, unlinked, house) == {"anna"}
        assert see(session, deleted, house) == {"anna"}


def test_ones_own_copy_is_chosen_before_another_and_the_lowest_id_of_several(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        letter = a_letter(session, house.company_id)
        first = a_copy(session, letter, house.anna.user_id, sharing="shared")
        a_copy(session, letter, house.ada.user_id, sharing="shared")
        own_deleted = a_copy(session, letter, house.bert.user_id, deleted_at=NOW)
        own = a_copy(session, letter, house.bert.user_id)
        a_copy(session, letter, house.bert.user_id)
        a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
        assert chosen(session, letter, house.rosa.viewer) == first.id
        assert chosen(session, letter, house.bert.viewer) == own.id
        own.deleted_at = NOW
        session.flush()
        assert chosen(session, letter, house.bert.viewer) not in (own_deleted.id, own.id, first.id)


def test_what_one_deleted_does_not_come_back_through_a_colleague(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        letter = a_letter(session, house.company_id)
        a_copy(session, letter, house.anna.user_id, sharing="shared")
        own = a_copy(session, letter, house.bert.user_id, deleted_at=NOW)
        a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
        assert chosen(session, letter, house.bert.viewer) == own.id


def test_another_company_sees_nothing_and_every_query_names_its_company(database: Database) -> None:
    watch = tenancy.watch(database.engine)
    with database.write() as session:
        house = make_house(session)
        other = make_house(session, "Tailspin", "tailspin.example")
        letter = a_letter(session, house.company_id)
        a_copy(session, letter, house.anna.user_id, sharing="shared")
        a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
        assert see(session, letter, other) == set()
        for condition, model in ((visible_copy, MessageCopy), (chosen_copy, MessageCopy), (visible_record, Record)):
            statement = select(model.id).where(condition(other.ada.viewer))
            assert tenancy.unnamed(str(statement.compile(session.get_bind()))) == ()
            assert not session.scalars(statement).all()
    watch.verify()
