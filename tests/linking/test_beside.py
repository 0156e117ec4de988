"""What stands beside a letter and over a record's mail, asked of both databases: nothing private to others shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from accounts.refusals import Conflict, Forbidden, Missing
from accounts.users import UserMade
from accounts.viewer import Viewer
from db.models import ContactAddress, Link, Message, MessageAddress, MessageCopy, Participant, Record
from linking.contacts_at import contacts_of, contacts_with
from linking.letters import find_letter
from linking.links import WouldHide
from linking.mail_marks import marks_of
from linking.mail_with import LOOKED_AT, MailWith, mail_with
from linking.open_records import MOST_OPEN, deals_by_id, open_for
from linking.relinking import Relinked, replace_link
from tests.kit.company import NOW, House
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

MARIA = "maria@fabrikam.example"


@pytest.fixture
def maria(session: Session, house: House) -> Record:
    """A contact that everybody sees."""
    made = a_record(session, house.company_id, house.anna.user_id)
    make(session, ContactAddress, company_id=house.company_id, contact_id=made.id, address=MARIA, address_key=MARIA)
    return made


def a_mail(
    session: Session,
    house: House,
    record: Record | None,
    days: int,
    direction: str,
    *,
    owner: UserMade | None = None,
    **copy: Any,
) -> Message:
    """Make a letter of Anna's or another's with Maria, so many days old, linked to a record."""
    letter = a_letter(session, house.company_id, date=NOW - timedelta(days=days), from_key=MARIA)
    values = {"company_id": house.company_id, "message_id": letter.id, "address": MARIA, "address_key": MARIA}
    make(session, MessageAddress, field="from", position=0, **values)
    given = {"sharing": "shared", "direction": direction} | copy
    made = a_copy(session, letter, (owner or house.anna).user_id, **given)
    if record is not None:
        a_link(session, letter, record, None if made.sharing == "shared" else made)
    return letter


def with_maria(session: Session, viewer: Viewer, few: int = 5, but: Sequence[int] = ()) -> MailWith:
    """Answer the mail with Maria."""
    return mail_with(session, viewer, [MARIA], few, but=but, now=NOW, read_raw=lambda _: b"")


def beside(session: Session, viewer: Viewer, few: int = 5, but: Sequence[int] = ()) -> list[int]:
    """Answer the letters with Maria."""
    return [one.id for one in with_maria(session, viewer, few, but).letters]


def test_mail_with_somebody_is_what_the_viewer_sees_the_newest_first(
    session: Session, house: House, maria: Record
) -> None:
    older = a_mail(session, house, maria, 9, "incoming")
    newer = a_mail(session, house, maria, 2, "outgoing")
    secret = a_mail(session, house, maria, 1, "incoming", sharing="private")
    assert beside(session, house.anna.viewer) == [secret.id, newer.id, older.id]
    assert beside(session, house.anna.viewer, 1, [secret.id]) == [newer.id]
    for other in (house.bert.viewer, house.ada.viewer):
        assert beside(session, other) == [newer.id, older.id]
        found = with_maria(session, other)
        assert (found.last_in, found.last_out) == (NOW - timedelta(days=9), NOW - timedelta(days=2))


def test_however_much_is_private_to_others_hides_nothing(session: Session, house: House, maria: Record) -> None:
    shared = a_mail(session, house, maria, 3, "incoming")
    for _ in range(LOOKED_AT + 1):
        a_mail(session, house, maria, 1, "incoming", sharing="private")
    assert beside(session, house.bert.viewer) == [shared.id]
    assert len(marks_of(session, house.bert.viewer, [maria.id], NOW, 1).marks) == 1
    assert marks_of(session, house.bert.viewer, [maria.id], NOW, 1).complete


@pytest.mark.parametrize(
    "others", [{"sharing": "shared"}, {"sharing": "team"}, {"sharing": "shared", "deleted_at": NOW}]
)
def test_however_much_others_alone_see_pushes_nothing_out(
    session: Session, house: House, maria: Record, others: dict[str, Any]
) -> None:
    own = a_mail(session, house, maria, 3, "incoming", owner=house.bert, sharing="private")
    before = marks_of(session, house.bert.viewer, [maria.id], NOW, 1)
    for _ in range(LOOKED_AT + 1):
        a_mail(session, house, maria if others["sharing"] == "team" else None, 1, "incoming", **others)
    found = with_maria(session, house.bert.viewer)
    assert [one.id for one in found.letters] == [own.id]
    assert (found.last_in, found.last_out, found.complete) == (NOW - timedelta(days=3), None, True)
    assert len(before.marks) == 1
    assert marks_of(session, house.bert.viewer, [maria.id], NOW, 1) == before


def test_what_is_not_among_the_newest_is_not_said_to_be_none(session: Session, house: House, maria: Record) -> None:
    a_mail(session, house, maria, 9, "outgoing")
    for _ in range(LOOKED_AT):
        a_mail(session, house, maria, 1, "incoming")
    found = with_maria(session, house.bert.viewer)
    assert (found.last_in, found.last_out, found.complete) == (NOW - timedelta(days=1), None, False)


def test_marks_tell_way_time_and_author_and_whether_they_are_all(session: Session, house: House, maria: Record) -> None:
    a_mail(session, house, maria, 9, "incoming")
    a_mail(session, house, maria, 2, "outgoing")
    a_mail(session, house, maria, 1, "incoming", sharing="private")
    found = marks_of(session, house.bert.viewer, [maria.id], NOW)
    ways = [((NOW - one.written).days, one.direction, one.author) for one in found.marks]
    assert ways == [(2, "outgoing", MARIA), (9, "incoming", MARIA)]
    assert found.complete
    few = marks_of(session, house.anna.viewer, [maria.id], NOW, 2)
    assert ([(NOW - one.written).days for one in few.marks], few.complete) == ([1, 2], False)
    assert marks_of(session, house.anna.viewer, [], NOW).marks == ()


def test_what_is_open_is_found_through_people_and_what_is_hidden_is_not(
    session: Session, house: House, maria: Record
) -> None:
    mine = a_record(session, house.company_id, house.anna.user_id, type="deal", status="open", name="Chairs")
    quiet = a_record(session, house.company_id, house.anna.user_id, type="deal", status="open", visibility="owner")
    won = a_record(session, house.company_id, house.anna.user_id, type="deal", status="won")
    for one in (mine, quiet, won):
        make(session, Participant, company_id=house.company_id, record_id=one.id, contact_id=maria.id)
    assert [one.id for one in open_for(session, house.anna.viewer, [maria.id])] == [quiet.id, mine.id]
    assert [(one.id, one.through) for one in open_for(session, house.bert.viewer, [maria.id])] == [
        (mine.id, (maria.id,))
    ]
    assert set(deals_by_id(session, house.bert.viewer, [mine.id, quiet.id, won.id, maria.id])) == {mine.id, won.id}
    assert contacts_with(session, house.bert.viewer, [MARIA, "nobody@x.example"]) == {MARIA: maria.id}


def test_of_very_many_that_are_open_the_newest_are_read_and_no_others(
    session: Session, house: House, maria: Record
) -> None:
    work = a_record(session, house.company_id, house.anna.user_id, type="organization")
    deal = {"type": "deal", "status": "open", "organization_id": work.id}
    made = [a_record(session, house.company_id, house.anna.user_id, **deal) for _ in range(MOST_OPEN + 2)]
    for one in (made[-1], made[0]):
        make(session, Participant, company_id=house.company_id, record_id=one.id, contact_id=maria.id)
    session.flush()
    numbers = [one.id for one in made]
    people = [maria.id, work.id]
    session.expunge_all()
    read: list[object] = []
    event.listen(Record, "load", one_read := lambda record, _: read.append(record))
    try:
        found = open_for(session, house.bert.viewer, people)
    finally:
        event.remove(Record, "load", one_read)
    assert [one.id for one in found] == numbers[:1:-1]
    assert len(read) == MOST_OPEN
    assert found[0].through == tuple(sorted(people))
    assert {one.through for one in found[1:]} == {(people[1],)}


def test_contacts_of_an_organisation_are_those_one_sees(session: Session, house: House) -> None:
    work = a_record(session, house.company_id, house.anna.user_id, type="organization")
    seen = a_record(session, house.company_id, house.anna.user_id, organization_id=work.id)
    a_record(session, house.company_id, house.anna.user_id, organization_id=work.id, visibility="owner")
    assert contacts_of(session, house.bert.viewer, work.id, 9) == (seen.id,)


def _links(session: Session, viewer: Viewer, letter: Message) -> list[int]:
    found = find_letter(session, viewer, letter.id, lambda _: b"")
    return [one.target_id for one in found.links] if found else []


def test_a_link_is_replaced_in_one_act_and_back(session: Session, house: House, maria: Record) -> None:
    letter = a_mail(session, house, maria, 1, "incoming")
    otto = a_record(session, house.company_id, house.anna.user_id)
    link = session.query(Link).filter(Link.company_id == house.company_id, Link.message_id == letter.id).one()
    done = replace_link(session, house.bert.viewer, link.id, "contact", otto.id, NOW)
    assert isinstance(done, Relinked)
    assert (done.former_type, done.former_id) == ("contact", maria.id)
    assert _links(session, house.bert.viewer, letter) == [otto.id]
    back = replace_link(session, house.bert.viewer, done.link_id, done.former_type, done.former_id, NOW)
    assert isinstance(back, Relinked)
    assert _links(session, house.bert.viewer, letter) == [maria.id]
    with pytest.raises(Conflict):
        replace_link(session, house.bert.viewer, back.link_id, "contact", maria.id, NOW)
    with pytest.raises(Missing):
        replace_link(session, house.bert.viewer, link.id + 1, "contact", otto.id, NOW)
    with pytest.raises(Forbidden):
        replace_link(session, house.rosa.viewer, back.link_id, "contact", otto.id, NOW)


def test_a_replacement_that_would_hide_the_letter_asks_first_and_changes_nothing(
    session: Session, house: House, maria: Record
) -> None:
    letter = a_mail(session, house, maria, 1, "incoming")
    quiet = a_record(session, house.company_id, house.anna.user_id, visibility="owner")
    link = session.query(Link).filter(Link.company_id == house.company_id, Link.message_id == letter.id).one()
    asked = replace_link(session, house.anna.viewer, link.id, "contact", quiet.id, NOW)
    assert isinstance(asked, WouldHide)
    assert house.bert.user_id in asked.user_ids
    assert _links(session, house.bert.viewer, letter) == [maria.id]
    assert isinstance(
        replace_link(session, house.anna.viewer, link.id, "contact", quiet.id, NOW, confirmed=True), Relinked
    )
    assert _links(session, house.bert.viewer, letter) == []
    assert _links(session, house.anna.viewer, letter) == [quiet.id]


def test_a_link_of_somebodys_private_copy_cannot_be_replaced_by_others(
    session: Session, house: House, maria: Record
) -> None:
    letter = a_mail(session, house, maria, 1, "incoming", sharing="private")
    link = session.query(Link).filter(Link.company_id == house.company_id, Link.message_id == letter.id).one()
    other = a_record(session, house.company_id, house.bert.user_id)
    for viewer in (house.bert.viewer, house.ada.viewer):
        with pytest.raises(Missing):
            replace_link(session, viewer, link.id, "contact", other.id, NOW)
    copies = session.query(MessageCopy).filter(MessageCopy.company_id == house.company_id).count()
    assert copies == 1
