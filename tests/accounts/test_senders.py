"""The life of an approved sender, state by state."""

from __future__ import annotations

import pytest

from accounts.refusals import Conflict
from accounts.senders import (
    ENDS,
    NEXT,
    SenderAct,
    SenderState,
    add_approved,
    colleagues_among,
    find_standing,
    list_senders,
    next_state,
)
from db.session import Database
from tests.kit.company import NOW, house_in

S, A = SenderState, SenderAct


@pytest.mark.parametrize("admin_decides", [True, False])
@pytest.mark.parametrize("act", list(SenderAct))
@pytest.mark.parametrize("state", list(SenderState))
def test_every_act_in_every_state(state: SenderState, act: SenderAct, admin_decides: bool) -> None:
    if (state, act) not in NEXT:
        with pytest.raises(Conflict):
            next_state(state, act, admin_decides=admin_decides)
        return
    reached = next_state(state, act, admin_decides=admin_decides)
    assert reached == (S.APPROVED if (act, admin_decides) == (A.CONFIRM, False) else NEXT[state, act])


def test_nothing_leads_out_of_an_end_and_nothing_skips_confirmation() -> None:
    assert not [state for state, _ in NEXT if state in ENDS]
    assert {state for (state, _), reached in NEXT.items() if reached is S.APPROVED} == {S.CONFIRMED}


def test_an_address_stands_for_one_user_of_a_company(database: Database) -> None:
    house, other = house_in(database), house_in(database, "Tailspin", "tailspin.example")
    with database.write() as session:
        add_approved(session, house.company_id, house.anna.user_id, "Anna@Home.example", NOW)
        standing = find_standing(session, house.company_id, "anna@home.example")
        assert standing
        assert standing.user_id == house.anna.user_id
        assert find_standing(session, other.company_id, "anna@home.example") is None
    with pytest.raises(Conflict), database.write() as session:
        add_approved(session, house.company_id, house.bert.user_id, "anna@HOME.example", NOW)


def test_one_sees_ones_own_and_an_admin_the_companys(database: Database) -> None:
    house = house_in(database)
    with database.read() as session:
        assert [one.address for one in list_senders(session, house.anna.viewer)] == ["anna@northwind.example"]
        everybody = list_senders(session, house.ada.viewer)
        assert [one.address.partition("@")[0] for one in everybody] == ["rosa", "bert", "anna", "ada"]
        assert list_senders(session, house.ada.viewer, 2, everybody[1].id) == everybody[2:]


def test_colleagues_are_known_whatever_their_state(database: Database) -> None:
    house = house_in(database)
    keys = frozenset({"rosa@northwind.example", "maria@fabrikam.example"})
    with database.read() as session:
        assert find_standing(session, house.company_id, "rosa@northwind.example") is None
        assert colleagues_among(session, house.company_id, keys) == {"rosa@northwind.example"}
