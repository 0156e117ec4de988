"""Earlier mail that a record would take, taken in and taken back (R25, R26, R30b)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.models import (
    ContactAddress,
    Link,
    Message,
    MessageAddress,
    MessageCopy,
    OrganizationDomain,
    Participant,
    Record,
    Unresolved,
)
from linking.earlier import count_earlier, list_earlier
from linking.links import Linked, add_link, undo_link
from linking.record_fields import RecordType
from linking.records import get_record
from linking.taking_in import Taken, take_earlier, undo_taken
from tests.kit.company import NOW, House
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record

MARIA = "maria@fabrikam.example"
LATER = NOW + timedelta(minutes=1)


def a_contact(session: Session, house: House, address: str = MARIA, **given: Any) -> Record:
    """Make a contact of Anna's with one address."""
    record = a_record(session, house.company_id, house.anna.user_id, **given)
    give_address(session, record, address)
    return record


def give_address(session: Session, contact: Record, address: str) -> None:
    """Give a contact an address."""
    keys = {"address": address, "address_key": address}
    make(session, ContactAddress, company_id=contact.company_id, contact_id=contact.id, **keys)


def a_deal(session: Session, house: House, contact: Record, **given: Any) -> Record:
    """Make a deal of Anna's with one contact."""
    values = {"type": "deal", "status": "open", "name": "Garden chairs"} | given
    deal = a_record(session, house.company_id, house.anna.user_id, **values)
    make(session, Participant, company_id=house.company_id, record_id=deal.id, contact_id=contact.id)
    return deal


def mail(session: Session, house: House, field: str = "from", address: str = MARIA) -> Message:
    """Make a letter that this address has a part in."""
    letter = a_letter(session, house.company_id)
    keys = {"address": address, "address_key": address}
    make(session, MessageAddress, company_id=house.company_id, message_id=letter.id, field=field, position=0, **keys)
    return letter


def offered(session: Session, viewer: Viewer, record: Record) -> list[int]:
    """Answer the letters that a record would take."""
    view = get_record(session, viewer, RecordType(record.type), record.id)
    page = list_earlier(session, viewer, view, 50, None, lambda _: b"")
    assert count_earlier(session, viewer, view, 50) == len(page.rows)
    return sorted(one.id for one in page.rows)


def take(session: Session, viewer: Viewer, record: Record, **more: Any) -> Taken:
    """Link it all."""
    return take_earlier(session, viewer, RecordType(record.type), record.id, NOW, **more)


def test_a_contact_takes_what_its_owner_and_what_is_shared_with_him(session: Session, house: House) -> None:
    contact = a_contact(session, house)
    own, colleagues, theirs, deleted, claimed, unlinked = (mail(session, house) for _ in range(6))
    copy = a_copy(session, own, house.anna.user_id)
    a_copy(session, colleagues, house.bert.user_id, sharing="shared")
    a_link(session, colleagues, a_record(session, house.company_id, house.bert.user_id, name="Fabrikam"))
    a_copy(session, theirs, house.bert.user_id)
    a_copy(session, deleted, house.anna.user_id, deleted_at=NOW)
    a_copy(session, claimed, house.anna.user_id, marks=["unproved"])
    a_copy(session, unlinked, house.anna.user_id, sharing="shared")
    a_copy(session, mail(session, house, "to", "sven@contoso.example"), house.anna.user_id)
    # Another witness's To and Cc are no evidence (R29).
    a_copy(session, mail(session, house, "cc"), house.anna.user_id, sha256="0", content_digest="another text")
    assert offered(session, house.anna.viewer, contact) == sorted([own.id, colleagues.id, unlinked.id])
    # Of Bert's private copy Bert alone hears.
    assert offered(session, house.bert.viewer, contact) == sorted([colleagues.id, theirs.id])
    assert offered(session, house.ada.viewer, contact) == [colleagues.id]

    assert take(session, house.anna.viewer, contact) == Taken(linked=3, would_hide=0, at=NOW, more=False)
    links = {one.message_id: one for one in session.scalars(select(Link).where(Link.target_id == contact.id))}
    assert {one: link.copy_id for one, link in links.items()} == {
        own.id: copy.id,
        colleagues.id: None,
        unlinked.id: None,
    }
    assert {(one.origin, one.rule, one.created_by) for one in links.values()} == {
        ("auto", "R26.address", house.anna.user_id)
    }
    assert links[own.id].args == {"record": contact.id, "address": MARIA}
    assert take(session, house.anna.viewer, contact).linked == 0


def test_what_is_taken_back_is_never_offered_again_and_asked_about_anew(session: Session, house: House) -> None:
    contact, letter, another = a_contact(session, house), mail(session, house), mail(session, house)
    copy = a_copy(session, letter, house.anna.user_id)
    a_copy(session, another, house.anna.user_id)
    asked = make(
        session,
        Unresolved,
        company_id=house.company_id,
        message_id=letter.id,
        copy_id=copy.id,
        owner_id=house.anna.user_id,
        question="R24.unknown",
        args={"addresses": [MARIA]},
        candidates=[],
        state="open",
    )
    undone = a_link(session, another, contact, copy_of(session, another), undone_at=NOW)
    assert take(session, house.anna.viewer, contact).linked == 1
    session.refresh(asked)
    assert asked.state == "answered"

    kind = RecordType.CONTACT
    with pytest.raises(Missing):
        undo_taken(session, house.bert.viewer, kind, contact.id, NOW, LATER)
    with pytest.raises(Missing):
        undo_taken(session, house.anna.viewer, kind, contact.id, LATER, LATER)
    assert undo_taken(session, house.anna.viewer, kind, contact.id, NOW, LATER) == 1
    session.refresh(asked)
    assert asked.state == "open"
    assert offered(session, house.anna.viewer, contact) == []
    assert take(session, house.anna.viewer, contact).linked == 0
    assert undone.undone_at == NOW


def copy_of(session: Session, letter: Message) -> MessageCopy:
    """Answer the one copy of a letter."""
    return session.scalars(select(MessageCopy).where(MessageCopy.message_id == letter.id)).one()


def test_a_deal_takes_mail_of_its_people_that_is_about_nothing_else(session: Session, house: House) -> None:
    contact = a_contact(session, house)
    deal, other = a_deal(session, house, contact), a_deal(session, house, contact)
    by_address, by_link, placed, undone_here, was_placed = (mail(session, house) for _ in range(5))
    linked_alone = mail(session, house, address="m.lopez@home.example")
    for letter in (by_address, by_link, placed, undone_here, was_placed, linked_alone):
        a_copy(session, letter, house.anna.user_id, sharing="shared")
    for letter in (by_link, placed, linked_alone):
        a_link(session, letter, contact)
    a_link(session, placed, other)
    a_link(session, undone_here, deal, undone_at=NOW)
    a_link(session, was_placed, other, undone_at=NOW)
    assert offered(session, house.anna.viewer, deal) == sorted(
        [by_address.id, by_link.id, was_placed.id, linked_alone.id]
    )
    assert take(session, house.anna.viewer, deal).linked == 4
    rules = session.scalars(select(Link.rule).where(Link.target_id == deal.id, Link.undone_at.is_(None)))
    assert set(rules) == {"R26.people"}
    # What is the one deal's now is not the other's, but for what was undone there.
    assert offered(session, house.anna.viewer, other) == [undone_here.id]


def test_an_organisation_takes_its_domain_where_no_contact_has_the_address(session: Session, house: House) -> None:
    organization = a_record(session, house.company_id, house.anna.user_id, type="organization")
    domain = {"organization_id": organization.id, "domain": "fabrikam.example"}
    make(session, OrganizationDomain, company_id=house.company_id, **domain)
    a_contact(session, house, "known@fabrikam.example")
    hidden = a_record(session, house.company_id, house.bert.user_id, visibility="owner")
    give_address(session, hidden, "hidden@fabrikam.example")
    letters = {
        name: mail(session, house, "to", address)
        for name, address in {
            "of it": MARIA,
            "known": "known@fabrikam.example",
            "hidden": "hidden@fabrikam.example",
            "below": "maria@shop.fabrikam.example",
            "alike": "maria@notfabrikam.example",
        }.items()
    }
    for letter in letters.values():
        a_copy(session, letter, house.anna.user_id)
    assert offered(session, house.anna.viewer, organization) == sorted([letters["of it"].id, letters["hidden"].id])
    take(session, house.anna.viewer, organization)
    made = session.scalars(select(Link).where(Link.message_id == letters["of it"].id)).one()
    assert (made.rule, made.args) == (
        "R26.domain",
        {"record": organization.id, "address": MARIA, "domain": "fabrikam.example"},
    )


def test_letters_that_colleagues_would_lose_are_left_alone_until_confirmed(session: Session, house: House) -> None:
    quiet = a_contact(session, house, visibility="owner")
    seen, unlinked, private = (mail(session, house) for _ in range(3))
    a_copy(session, seen, house.anna.user_id, sharing="shared")
    a_link(session, seen, a_record(session, house.company_id, house.anna.user_id, name="Fabrikam"))
    a_copy(session, unlinked, house.anna.user_id, sharing="shared")
    mine = a_copy(session, private, house.anna.user_id)
    a_link(session, private, a_record(session, house.company_id, house.anna.user_id, name="Fabrikam"), mine)
    taken = take(session, house.anna.viewer, quiet)
    assert (taken.linked, taken.would_hide) == (2, 1)
    assert offered(session, house.anna.viewer, quiet) == [seen.id]
    assert take(session, house.anna.viewer, quiet, confirmed=True).linked == 1


def test_who_may_not_link_takes_nothing(session: Session, house: House) -> None:
    contact = a_contact(session, house)
    a_copy(session, mail(session, house), house.anna.user_id)
    with pytest.raises(Forbidden):
        take(session, house.rosa.viewer, contact)
    hidden = a_contact(session, house, visibility="owner")
    with pytest.raises(Missing):
        take(session, house.bert.viewer, hidden)
    with pytest.raises(Missing):
        take_earlier(session, house.anna.viewer, RecordType.DEAL, contact.id, NOW)


def test_a_duplicate_is_not_offered_what_the_first_of_that_address_has(session: Session, house: House) -> None:
    first, letter = a_contact(session, house), mail(session, house)
    a_copy(session, letter, house.anna.user_id, sharing="shared")
    made = add_link(session, house.anna.viewer, letter.id, "contact", first.id, NOW)
    assert isinstance(made, Linked)
    second = a_contact(session, house)
    assert offered(session, house.anna.viewer, second) == []
    undo_link(session, house.anna.viewer, made.link_id, NOW)
    assert offered(session, house.anna.viewer, second) == [letter.id]
    assert offered(session, house.anna.viewer, first) == []
