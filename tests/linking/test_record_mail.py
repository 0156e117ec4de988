"""The mail of a record: the latest that the viewer sees, and all of it in order of writing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Record
from linking.letter_filter import LetterFilter
from linking.record_mail import AT_ONCE, latest_mail, mail_of_record
from tests.kit.company import NOW, House
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record, minutes


@pytest.fixture
def maria(session: Session, house: House) -> Record:
    """A contact that everybody sees."""
    return a_record(session, house.company_id, house.anna.user_id)


def a_linked(session: Session, house: House, record: Record, minute: int, *, shared: bool, hidden: bool = False) -> int:
    """Make a letter of Anna's about the record; `hidden`: it is about something that Bert may not see as well."""
    letter = a_letter(session, house.company_id, date=NOW - timedelta(days=minute))
    copy = a_copy(
        session, letter, house.anna.user_id, sharing="shared" if shared else "private", sort_at=minutes(minute)
    )
    a_link(session, letter, record, None if shared else copy)
    if hidden:
        a_link(session, letter, a_record(session, house.company_id, house.anna.user_id, visibility="owner"))
    return letter.id


def latest(session: Session, viewer: Viewer, *records: Record) -> dict[int, int]:
    """Answer the minute of the latest mail of each record."""
    found = latest_mail(session, viewer, [one.id for one in records])
    return {record: (at - NOW) // timedelta(minutes=1) for record, at in found.items()}


def test_the_latest_is_the_one_that_the_viewer_sees(session: Session, house: House, maria: Record) -> None:
    other = a_record(session, house.company_id, house.anna.user_id)
    a_linked(session, house, maria, 1, shared=True)
    a_linked(session, house, maria, 2, shared=False)
    a_linked(session, house, maria, 3, shared=True, hidden=True)
    a_linked(session, house, other, 4, shared=False)
    assert latest(session, house.anna.viewer, maria, other) == {maria.id: 3, other.id: 4}
    assert latest(session, house.bert.viewer, maria, other) == {maria.id: 1}
    assert latest(session, house.ada.viewer, maria, other) == {maria.id: 3}
    assert latest(session, house.bert.viewer) == {}


def test_many_that_he_may_not_see_hide_none_that_he_may(session: Session, house: House, maria: Record) -> None:
    a_linked(session, house, maria, 1, shared=True)
    for minute in range(2, 2 * AT_ONCE + 4):
        a_linked(session, house, maria, minute, shared=minute % 2 == 0, hidden=minute % 2 == 0)
    assert latest(session, house.bert.viewer, maria) == {maria.id: 1}


def test_undone_links_and_deleted_letters_count_for_nothing(session: Session, house: House, maria: Record) -> None:
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id, sort_at=minutes(5))
    link = a_link(session, letter, maria, copy)
    assert latest(session, house.anna.viewer, maria) == {maria.id: 5}
    link.undone_at = NOW
    session.flush()
    assert latest(session, house.anna.viewer, maria) == {}
    link.undone_at, copy.deleted_at = None, NOW
    session.flush()
    assert latest(session, house.anna.viewer, maria) == {}


def test_pages_are_in_order_of_writing_and_complete(session: Session, house: House, maria: Record) -> None:
    made = [a_linked(session, house, maria, minute, shared=True) for minute in range(1, 8)]
    wanted = LetterFilter(record_ids=(maria.id,))
    seen: list[int] = []
    cursor = None
    while True:
        page = mail_of_record(session, house.bert.viewer, wanted, 3, cursor, now=NOW, read_raw=lambda _: b"")
        seen += [letter.id for letter in page.letters]
        cursor = page.next
        if cursor is None:
            break
    assert seen == made
