"""Sharing moves links (R25), and only the owner changes his copy (R32)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from accounts.companies import change_company
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from db.models import AuditEvent, Link, Message, MessageCopy
from db.session import Database
from linking.sharing import CopyChanges, change_copy
from tests.kit.company import NOW, House, make_house
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record
from tests.kit.waiting import wait_until

PRIVATE, TEAM, SHARED = (CopyChanges(sharing=one) for one in Sharing)


def links(session: Session, letter: Message) -> list[tuple[int, int | None, bool]]:
    """Answer target, copy and whether it lives, of each link."""
    rows = session.scalars(select(Link).where(Link.message_id == letter.id).execution_options(populate_existing=True))
    found = [(row.target_id, row.copy_id, row.undone_at is None) for row in rows]
    return sorted(found, key=lambda one: (one[0], one[1] or 0))


def test_a_copy_that_becomes_shared_gives_its_links_to_the_letter(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    other = a_record(session, house.company_id, house.anna.user_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_link(session, letter, record, copy)
    a_link(session, letter, other, copy, undone_at=NOW)
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    assert links(session, letter) == [(record.id, None, True), (other.id, None, False)]


def test_what_the_letter_has_already_stays_one_link(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    alive, undone, by_hand = (a_record(session, house.company_id, house.anna.user_id) for _ in range(3))
    copy = a_copy(session, letter, house.anna.user_id)
    a_copy(session, letter, house.bert.user_id, sharing="shared")
    a_link(session, letter, alive)
    a_link(session, letter, undone, undone_at=NOW, undone_by=house.bert.user_id)
    a_link(session, letter, by_hand, undone_at=NOW, undone_by=house.bert.user_id)
    a_link(session, letter, alive, copy, undone_at=NOW)
    a_link(session, letter, undone, copy)
    a_link(session, letter, by_hand, copy, origin="manual", rule="R25.by_hand")
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    assert links(session, letter) == [(alive.id, None, True), (undone.id, None, False), (by_hand.id, None, True)]


def test_the_last_shared_copy_takes_the_links_along(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id)
    a_link(session, letter, record)
    change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)
    assert links(session, letter) == [(record.id, copy.id, True)]
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    assert links(session, letter) == [(record.id, None, True)]


@pytest.mark.parametrize("deleted", [False, True])
def test_while_another_copy_stays_shared_they_stay_and_are_doubled(
    session: Session, house: House, deleted: bool
) -> None:
    letter = a_letter(session, house.company_id)
    record, gone = (a_record(session, house.company_id, house.anna.user_id) for _ in range(2))
    copy = a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, letter, house.bert.user_id, sharing="shared", deleted_at=NOW if deleted else None)
    a_link(session, letter, record)
    a_link(session, letter, gone, undone_at=NOW)
    change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)
    assert set(links(session, letter)) == {
        (record.id, None, True),
        (record.id, copy.id, True),
        (gone.id, None, False),
        (gone.id, copy.id, False),
    }
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    assert links(session, letter) == [(record.id, None, True), (gone.id, None, False)]


def test_two_who_withdraw_at_once_leave_no_link_of_a_letter_that_nobody_shares(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)
        letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
        copies = [a_copy(session, letter, one.user_id, sharing="shared").id for one in (house.anna, house.bert)]
        a_link(session, letter, record)

    def withdraw() -> None:
        with database.write() as session:
            change_copy(session, house.bert.viewer, letter.id, PRIVATE, NOW)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)
            late = other.submit(withdraw)
            if not database.is_sqlite:
                wait_until(lambda: late.done() or _somebody_waits(database))
        late.result()
    with database.read() as session:
        assert links(session, letter) == [(record.id, copy, True) for copy in copies]


def _somebody_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_all_of_ones_own_copies_change_together(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    first, second = (a_copy(session, letter, house.anna.user_id, sharing="shared") for _ in range(2))
    a_link(session, letter, record)
    change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)
    assert links(session, letter) == [(record.id, first.id, True), (record.id, second.id, True)]
    change_copy(session, house.anna.viewer, letter.id, CopyChanges(read=True, archived=True, deleted=True), NOW)
    states = session.execute(
        select(MessageCopy.read, MessageCopy.archived, MessageCopy.deleted_at, MessageCopy.sharing)
    )
    assert set(states) == {(True, True, NOW, "private")}
    change_copy(session, house.anna.viewer, letter.id, CopyChanges(deleted=False), NOW)
    assert session.scalars(select(MessageCopy.deleted_at)).all() == [None, None]


def test_only_the_owner_changes_a_copy(session: Session, house: House) -> None:
    letter, hidden = a_letter(session, house.company_id), a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_copy(session, hidden, house.anna.user_id)
    a_link(session, letter, a_record(session, house.company_id, house.anna.user_id))
    for viewer in (house.bert.viewer, house.ada.viewer):
        with pytest.raises(Forbidden):
            change_copy(session, viewer, letter.id, PRIVATE, NOW)
        with pytest.raises(Missing):
            change_copy(session, viewer, hidden.id, CopyChanges(read=True), NOW)


def test_what_cannot_be_chosen_is_told(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id)
    change_company(session, house.ada.viewer, {"sharing_ceiling": "private"}, NOW)
    for changes in (TEAM, SHARED):
        with pytest.raises(Invalid):
            change_copy(session, house.anna.viewer, letter.id, changes, NOW)
    change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)


def test_a_read_only_user_reads_and_shares_nothing(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.rosa.user_id)
    change_copy(session, house.rosa.viewer, letter.id, CopyChanges(read=True), NOW)
    with pytest.raises(Forbidden):
        change_copy(session, house.rosa.viewer, letter.id, SHARED, NOW)


def test_a_copy_for_a_team_has_links_of_its_own(session: Session, house: House) -> None:
    letter, record = a_letter(session, house.company_id), a_record(session, house.company_id, house.anna.user_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_link(session, letter, record, copy)
    change_copy(session, house.anna.viewer, letter.id, TEAM, NOW)
    assert links(session, letter) == [(record.id, copy.id, True)]
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    assert links(session, letter) == [(record.id, None, True)]
    change_copy(session, house.anna.viewer, letter.id, TEAM, NOW)
    assert links(session, letter) == [(record.id, copy.id, True)]
    change_copy(session, house.anna.viewer, letter.id, PRIVATE, NOW)
    assert links(session, letter) == [(record.id, copy.id, True)]


def test_what_admins_may_not_know_is_written_for_its_actor_alone(session: Session, house: House) -> None:
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id)
    change_copy(session, house.anna.viewer, letter.id, SHARED, NOW)
    for changes in (TEAM, PRIVATE):
        change_copy(session, house.anna.viewer, letter.id, changes, NOW)
    actions = session.scalars(select(AuditEvent.action).where(AuditEvent.action.contains("copy"))).all()
    assert actions == ["copy.share", "own.copy.share_with_team", "own.copy.withdraw"]
