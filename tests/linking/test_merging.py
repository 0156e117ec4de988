"""Merging contacts by example: who may, what follows, what stays, and for how long it can be undone (R25, R30, R58)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.audit import list_events
from accounts.policies import Sharing
from accounts.refusals import Forbidden, Invalid, Missing
from accounts.viewer import Viewer
from db.models import Link, Merge, Message, Record, Team, TeamMember
from linking.links import Linked, add_link, undo_link
from linking.merging import UNDOABLE, merge_contacts, unmerge_contact
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView, names_of
from linking.records import change_record, create_record, delete_record, get_record, list_records, restore_record
from linking.sharing import CopyChanges, change_copy
from tests.kit.company import MAIL_DOMAIN, NOW, House, make_house
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, minutes

CONTACT, DEAL = RecordType.CONTACT, RecordType.DEAL
LATER = minutes(10)


def a_contact(session: Session, viewer: Viewer, name: str, *addresses: str, **more: Any) -> RecordView:
    """Make a contact."""
    return create_record(session, viewer, CONTACT, {"name": name, "addresses": addresses, **more}, NOW, MAIL_DOMAIN)


@pytest.fixture
def maria(session: Session, house: House) -> RecordView:
    """The contact that is kept."""
    return a_contact(session, house.anna.viewer, "Maria Lopez", "maria@fabrikam.example")


@pytest.fixture
def mia(session: Session, house: House) -> RecordView:
    """The same person under another name."""
    return a_contact(session, house.bert.viewer, "Mia L.", "mia@home.example", "Maria@Fabrikam.example")


def linked(session: Session, letter: Message) -> set[tuple[int, int | None, bool]]:
    """Answer target, copy and whether it lives, of each link of a letter."""
    query = select(Link).where(Link.company_id == letter.company_id, Link.message_id == letter.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return {(row.target_id, row.copy_id, row.undone_at is None) for row in rows}


def record(session: Session, record_id: int) -> Record:
    """Answer the row of a record."""
    return session.scalars(select(Record).where(Record.company_id > 0, Record.id == record_id)).one()


def found(session: Session, viewer: Viewer, words: str) -> list[int]:
    """Answer the contacts that a search finds."""
    return [one.id for one in list_records(session, viewer, CONTACT, 9, wanted=RecordFilter(q=words)).rows]


def test_the_kept_contact_has_both_addresses_and_answers_to_both_names(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    merge_contacts(session, house.anna.viewer, maria.id, mia.id, LATER)
    kept = get_record(session, house.bert.viewer, CONTACT, maria.id)
    assert kept.addresses == ("maria@fabrikam.example", "mia@home.example")
    assert [(one.id, one.name, one.merged_at) for one in kept.merged] == [(mia.id, "Mia L.", LATER)]
    for words in ("lopez", "mia l.", "home.example"):
        assert found(session, house.bert.viewer, words) == [maria.id]
    with pytest.raises(Missing):
        get_record(session, house.anna.viewer, CONTACT, mia.id)
    assert names_of(session, house.bert.viewer, [mia.id]) == {mia.id: "Maria Lopez"}


def test_undoing_brings_the_other_back_as_it_was(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    merge_contacts(session, house.anna.viewer, maria.id, mia.id, LATER)
    assert unmerge_contact(session, house.bert.viewer, maria.id, LATER) == mia.id
    assert get_record(session, house.anna.viewer, CONTACT, mia.id) == mia
    assert get_record(session, house.anna.viewer, CONTACT, maria.id) == maria
    assert found(session, house.anna.viewer, "mia") == [mia.id]
    with pytest.raises(Missing):
        unmerge_contact(session, house.anna.viewer, maria.id, LATER)


def test_deals_follow_in_their_place_and_an_organisation_fills_a_gap(
    session: Session, house: House, maria: RecordView
) -> None:
    anna = house.anna.viewer
    firm = create_record(session, anna, RecordType.ORGANIZATION, {"name": "Fabrikam"}, NOW, MAIL_DOMAIN)
    mia = a_contact(session, anna, "Mia", organization_id=firm.id)
    otto = a_contact(session, anna, "Otto")
    given = {"title": "Chairs", "contact_ids": [mia.id, otto.id]}
    deal = create_record(session, anna, DEAL, given, NOW, MAIL_DOMAIN)
    merge_contacts(session, anna, maria.id, mia.id, LATER)
    assert get_record(session, anna, DEAL, deal.id).contact_ids == (maria.id, otto.id)
    assert get_record(session, anna, CONTACT, maria.id).organization_id == firm.id
    # Whoever saves the deal meanwhile does not lose the merged contact's place in it.
    change_record(session, anna, DEAL, deal.id, {"contact_ids": [maria.id]}, LATER)
    unmerge_contact(session, anna, maria.id, LATER)
    assert get_record(session, anna, DEAL, deal.id).contact_ids == (mia.id,)
    assert get_record(session, anna, CONTACT, maria.id).organization_id is None


def test_who_left_a_deal_after_the_merge_stays_out_of_it(session: Session, house: House, maria: RecordView) -> None:
    anna = house.anna.viewer
    mia = a_contact(session, anna, "Mia")
    deal = create_record(session, anna, DEAL, {"title": "Chairs", "contact_ids": [mia.id]}, NOW, MAIL_DOMAIN)
    merge_contacts(session, anna, maria.id, mia.id, LATER)
    change_record(session, anna, DEAL, deal.id, {"contact_ids": []}, LATER)
    unmerge_contact(session, anna, maria.id, LATER)
    assert get_record(session, anna, DEAL, deal.id).contact_ids == ()


@pytest.mark.parametrize(
    ("kept", "merged", "after"),
    [
        (None, ("auto", True), ("auto", True)),
        (None, ("auto", False), ("auto", False)),
        (("auto", True), ("manual", True), ("manual", True)),
        (("manual", True), ("auto", True), ("manual", True)),
        (("auto", False), ("auto", True), ("auto", True)),
        (("auto", True), ("auto", False), ("auto", True)),
        (("auto", False), ("auto", False), ("auto", False)),
    ],
)
def test_a_link_lives_if_it_lived_on_either(
    session: Session, house: House, kept: tuple[str, bool] | None, merged: tuple[str, bool], after: tuple[str, bool]
) -> None:
    anna = house.anna.viewer
    ours, theirs = a_contact(session, anna, "Maria"), a_contact(session, anna, "Mia")
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    for contact, said in ((ours, kept), (theirs, merged)):
        if said:
            a_link(
                session,
                letter,
                record(session, contact.id),
                origin=said[0],
                created_at=NOW,
                undone_at=None if said[1] else NOW,
            )
    before = linked(session, letter)
    merge_contacts(session, anna, ours.id, theirs.id, LATER)
    query = select(Link).where(Link.company_id == house.company_id, Link.target_id == ours.id)
    (link,) = session.scalars(query.execution_options(populate_existing=True))
    assert (link.origin, link.undone_at is None) == after
    unmerge_contact(session, anna, ours.id, LATER)
    assert linked(session, letter) == before


def test_what_came_later_stays_with_the_kept_contact(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    anna = house.anna.viewer
    letters = [a_letter(session, house.company_id) for _ in range(2)]
    for letter in letters:
        a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_link(session, letters[0], record(session, mia.id), created_at=NOW)
    merge_contacts(session, anna, maria.id, mia.id, LATER)
    assert isinstance(add_link(session, anna, letters[1].id, CONTACT, mia.id, minutes(11)), Linked)
    change_record(session, anna, CONTACT, maria.id, {"name": "Maria M. Lopez", "addresses": ["new@x.example"]}, LATER)
    unmerge_contact(session, anna, maria.id, minutes(12))
    assert linked(session, letters[0]) == {(mia.id, None, True)}
    assert linked(session, letters[1]) == {(maria.id, None, True)}
    kept = get_record(session, anna, CONTACT, maria.id)
    assert (kept.name, kept.addresses) == ("Maria M. Lopez", ("new@x.example",))
    assert get_record(session, anna, CONTACT, mia.id).addresses == mia.addresses


def test_what_was_undone_after_the_merge_stays_undone(session: Session, house: House, maria: RecordView) -> None:
    anna = house.anna.viewer
    mia = a_contact(session, anna, "Mia")
    letter = a_letter(session, house.company_id)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    a_link(session, letter, record(session, mia.id), created_at=NOW)
    merge_contacts(session, anna, maria.id, mia.id, LATER)
    (made,) = session.scalars(select(Link.id).where(Link.company_id == house.company_id, Link.target_id == maria.id))
    undo_link(session, anna, made, minutes(11))
    unmerge_contact(session, anna, maria.id, minutes(12))
    assert linked(session, letter) == {(mia.id, None, False)}


def test_a_copy_that_changed_hands_meanwhile_takes_nothing_along(session: Session, house: House) -> None:
    anna = house.anna.viewer
    ours, theirs = a_contact(session, anna, "Maria"), a_contact(session, anna, "Mia")
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_copy(session, letter, house.bert.user_id, sharing="shared")
    a_link(session, letter, record(session, theirs.id), created_at=NOW)
    a_link(session, letter, record(session, theirs.id), copy, created_at=NOW)
    merge_contacts(session, house.ada.viewer, ours.id, theirs.id, LATER)
    for sharing in (Sharing.SHARED, Sharing.PRIVATE):
        change_copy(session, anna, letter.id, CopyChanges(sharing=sharing), LATER)
    unmerge_contact(session, house.ada.viewer, ours.id, LATER)
    assert linked(session, letter) == {(theirs.id, None, True), (theirs.id, copy.id, True)}


def test_private_links_move_without_a_word(session: Session, house: House, maria: RecordView, mia: RecordView) -> None:
    letter = a_letter(session, house.company_id)
    copy = a_copy(session, letter, house.anna.user_id)
    a_link(session, letter, record(session, mia.id), copy, created_at=NOW)
    merge_contacts(session, house.ada.viewer, maria.id, mia.id, LATER)
    assert (maria.id, copy.id, True) in linked(session, letter)
    event = list_events(session, house.ada.viewer, 1)[0]
    assert (event.action, event.target, event.args) == ("contact.merge", f"contact {maria.id}", {"merged": mia.id})


@pytest.mark.parametrize(
    ("ours", "theirs", "refused"),
    [
        ({}, {"visibility": "owner"}, True),
        ({"visibility": "owner"}, {}, True),
        ({"visibility": "owner"}, {"visibility": "owner"}, False),
        ({"visibility": "owner"}, {"visibility": "owner", "owner": "bert"}, True),
        ({}, {"owner": "bert"}, False),
    ],
)
def test_two_that_different_people_see_are_not_merged(
    session: Session, house: House, ours: dict[str, Any], theirs: dict[str, Any], refused: bool
) -> None:
    def made(name: str, given: dict[str, Any]) -> RecordView:
        owner = getattr(house, given.get("owner", "anna"))
        return a_contact(session, owner.viewer, name, visibility=given.get("visibility", "company"))

    kept, merged = made("Maria", ours), made("Mia", theirs)
    if refused:
        with pytest.raises(Invalid) as wrong:
            merge_contacts(session, house.ada.viewer, kept.id, merged.id, LATER)
        assert "seen by different people" in wrong.value.errors["contact_id"]
    else:
        merge_contacts(session, house.ada.viewer, kept.id, merged.id, LATER)


def test_a_team_is_the_same_people_whoever_of_it_owns_the_contact(session: Session, house: House) -> None:
    team = make(session, Team, company_id=house.company_id)
    for user in (house.anna, house.bert):
        session.add(TeamMember(company_id=house.company_id, team_id=team.id, user_id=user.user_id))
    session.flush()
    ours, theirs, adas = (
        a_contact(session, one.viewer, "Maria", visibility="team", team_id=team.id)
        for one in (house.anna, house.bert, house.ada)
    )
    merge_contacts(session, house.anna.viewer, ours.id, theirs.id, LATER)
    with pytest.raises(Invalid):
        merge_contacts(session, house.anna.viewer, ours.id, adas.id, LATER)


def test_who_is_seen_by_fewer_after_the_merge_comes_back_to_those(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    merge_contacts(session, house.anna.viewer, maria.id, mia.id, LATER)
    change_record(session, house.anna.viewer, CONTACT, maria.id, {"visibility": "owner"}, LATER)
    with pytest.raises(Missing):
        unmerge_contact(session, house.bert.viewer, maria.id, LATER)
    unmerge_contact(session, house.anna.viewer, maria.id, LATER)
    back = get_record(session, house.anna.viewer, CONTACT, mia.id)
    assert (back.visibility, back.owner_id) == ("owner", house.anna.user_id)


def test_who_may_not(session: Session, house: House, maria: RecordView, mia: RecordView) -> None:
    other = make_house(session, "Tailspin", "tailspin.example")
    hidden = a_contact(session, house.anna.viewer, "Secret", visibility="owner")
    deal = create_record(session, house.anna.viewer, DEAL, {"title": "D"}, NOW, MAIL_DOMAIN)
    with pytest.raises(Forbidden):
        merge_contacts(session, house.rosa.viewer, maria.id, mia.id, LATER)
    for viewer, kept, merged in [
        (other.ada.viewer, maria.id, mia.id),
        (house.bert.viewer, maria.id, hidden.id),
        (house.bert.viewer, hidden.id, maria.id),
        (house.bert.viewer, maria.id, deal.id),
    ]:
        with pytest.raises(Missing):
            merge_contacts(session, viewer, kept, merged, LATER)
    with pytest.raises(Invalid):
        merge_contacts(session, house.anna.viewer, maria.id, maria.id, LATER)
    merge_contacts(session, house.anna.viewer, maria.id, mia.id, LATER)
    with pytest.raises(Forbidden):
        unmerge_contact(session, house.rosa.viewer, maria.id, LATER)
    with pytest.raises(Missing):
        unmerge_contact(session, other.ada.viewer, maria.id, LATER)


def test_more_than_fifty_addresses_are_refused(session: Session, house: House) -> None:
    anna = house.anna.viewer
    ours = a_contact(session, anna, "Maria", *(f"a{number}@x.example" for number in range(30)))
    theirs = a_contact(session, anna, "Mia", *(f"b{number}@x.example" for number in range(21)))
    with pytest.raises(Invalid) as refused:
        merge_contacts(session, anna, ours.id, theirs.id, LATER)
    assert "more than 50" in refused.value.errors["contact_id"]


def test_after_thirty_days_it_stays(session: Session, house: House, maria: RecordView, mia: RecordView) -> None:
    merge_contacts(session, house.anna.viewer, maria.id, mia.id, LATER)
    with pytest.raises(Missing):
        unmerge_contact(session, house.anna.viewer, maria.id, LATER + UNDOABLE)
    assert unmerge_contact(session, house.anna.viewer, maria.id, LATER + UNDOABLE - timedelta(seconds=1)) == mia.id


def test_a_merged_contact_is_no_deleted_one(session: Session, house: House, maria: RecordView, mia: RecordView) -> None:
    anna = house.anna.viewer
    merge_contacts(session, anna, maria.id, mia.id, LATER)
    assert list_records(session, anna, CONTACT, 9, wanted=RecordFilter(deleted=True)).rows == ()
    with pytest.raises(Missing):
        restore_record(session, anna, CONTACT, mia.id, LATER)
    delete_record(session, anna, CONTACT, maria.id, LATER)
    with pytest.raises(Missing):
        unmerge_contact(session, anna, mia.id, LATER)
    restore_record(session, anna, CONTACT, maria.id, LATER)
    assert unmerge_contact(session, anna, mia.id, LATER) == mia.id


def test_of_several_the_last_is_undone_unless_one_is_named(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    anna = house.anna.viewer
    third, fourth = a_contact(session, anna, "Third", "third@x.example"), a_contact(session, anna, "Fourth")
    merge_contacts(session, anna, maria.id, mia.id, minutes(1))
    merge_contacts(session, anna, maria.id, third.id, minutes(2))
    merge_contacts(session, anna, fourth.id, maria.id, minutes(3))
    assert [one.id for one in get_record(session, anna, CONTACT, fourth.id).merged] == [maria.id, third.id, mia.id]
    assert found(session, anna, "mia") == [fourth.id]
    assert unmerge_contact(session, anna, fourth.id, minutes(4), mia.id) == mia.id
    assert unmerge_contact(session, anna, fourth.id, minutes(4)) == maria.id
    assert get_record(session, anna, CONTACT, maria.id).addresses == ("maria@fabrikam.example", "third@x.example")
    assert found(session, anna, "third") == [maria.id]
    standing = select(Merge.merged_id, Merge.holder_id).where(
        Merge.company_id == house.company_id, Merge.undone_at.is_(None)
    )
    assert session.execute(standing).all() == [(third.id, maria.id)]


def test_an_address_taken_away_is_not_given_again_when_another_merge_is_undone(
    session: Session, house: House, maria: RecordView, mia: RecordView
) -> None:
    anna = house.anna.viewer
    third = a_contact(session, anna, "Third", "third@x.example")
    merge_contacts(session, anna, maria.id, mia.id, minutes(1))
    merge_contacts(session, anna, maria.id, third.id, minutes(2))
    change_record(session, anna, CONTACT, maria.id, {"addresses": ["maria@fabrikam.example"]}, minutes(3))
    unmerge_contact(session, anna, maria.id, minutes(4), mia.id)
    assert get_record(session, anna, CONTACT, maria.id).addresses == ("maria@fabrikam.example",)
    unmerge_contact(session, anna, maria.id, minutes(5))
    assert get_record(session, anna, CONTACT, third.id).addresses == ("third@x.example",)
