"""Merging and taking it back, in any order, leaves the world as it was; nobody sees more or less mail (R58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.base import Base
from db.models import ContactAddress, Link, Merge, MessageCopy, Participant, Record
from db.session import Database
from linking.merging import merge_contacts, unmerge_contact
from linking.visibility import link_in_view, visible_copy, visible_record
from tests.kit.company import NOW, House, make_house
from tests.kit.factories import make
from tests.kit.mailroom import a_copy, a_letter, a_link, a_record, minutes

CONTACTS, LETTERS, DEALS = 4, 3, 2


@dataclass(frozen=True, slots=True)
class Case:
    """Who is linked where; `addresses` and `deals` by contact; merges as (kept, merged), then the order of undoing."""

    copies: tuple[tuple[int, int, str], ...]
    links: tuple[tuple[int, int, bool, bool], ...]
    addresses: tuple[frozenset[int], ...]
    deals: tuple[frozenset[int], ...]
    organizations: tuple[bool, ...]
    by_rule: tuple[bool, ...]
    merges: tuple[tuple[int, int], ...]
    undone: tuple[int, ...]


def of_each(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """One for each contact."""
    return st.tuples(*[strategy] * CONTACTS)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a small world, merges in which nobody takes part who is away, and an order to take them back in."""
    copies = draw(
        st.lists(
            st.tuples(st.integers(0, LETTERS - 1), st.integers(0, 1), st.sampled_from(["private", "shared"])),
            min_size=1,
            max_size=5,
        )
    )
    # The place of a link: a copy, or with a negative number the letter of that copy.
    place = st.integers(-len(copies), len(copies) - 1)
    link = st.tuples(st.integers(0, CONTACTS - 1), place, st.booleans(), st.booleans())
    links = draw(st.lists(link, max_size=12))
    here, merges = list(range(CONTACTS)), []
    for _ in range(draw(st.integers(1, CONTACTS - 1))):
        kept, merged = draw(st.permutations(here))[:2]
        here.remove(merged)
        merges.append((kept, merged))
    return Case(
        copies=tuple(copies),
        links=tuple(links),
        addresses=draw(of_each(st.frozensets(st.integers(0, 4), max_size=3))),
        deals=draw(of_each(st.frozensets(st.integers(0, DEALS - 1)))),
        organizations=draw(of_each(st.booleans())),
        by_rule=draw(of_each(st.booleans())),
        merges=tuple(merges),
        undone=tuple(draw(st.permutations([merged for _, merged in merges]))),
    )


class World:
    """A case in the database."""

    def __init__(self, session: Session, house: House, case: Case) -> None:
        self.session, self.house = session, house
        company_id, anna = house.company_id, house.anna.user_id
        firm = a_record(session, company_id, anna, type="organization")
        self.contacts = [
            a_record(
                session,
                company_id,
                anna,
                type="contact",
                changed_at=NOW,
                organization_id=firm.id if has_firm else None,
                **({"created_from": [1]} if by_rule else {}),
            ).id
            for has_firm, by_rule in zip(case.organizations, case.by_rule, strict=True)
        ]
        self.letters = [a_letter(session, company_id) for _ in range(LETTERS)]
        self._deals(case)
        self._addresses(case)
        self._links(case)

    def _deals(self, case: Case) -> None:
        for number in range(DEALS):
            deal = a_record(self.session, self.house.company_id, self.house.anna.user_id, type="deal", status="open")
            for position, (contact, deals) in enumerate(zip(self.contacts, case.deals, strict=True)):
                if number in deals:
                    self._make(Participant, record_id=deal.id, contact_id=contact, position=position)

    def _addresses(self, case: Case) -> None:
        for contact, addresses in zip(self.contacts, case.addresses, strict=True):
            for position, number in enumerate(sorted(addresses)):
                key = f"m{number}@fabrikam.example"
                self._make(ContactAddress, contact_id=contact, address=key, address_key=key, position=position)

    def _links(self, case: Case) -> None:
        users = (self.house.anna.user_id, self.house.bert.user_id)
        copies: list[MessageCopy] = [
            a_copy(self.session, self.letters[letter], users[owner], sharing=sharing)
            for letter, owner, sharing in case.copies
        ]
        met = set()
        for contact, place, by_hand, undone in case.links:
            copy = copies[place]
            letter = next(one for one in self.letters if one.id == copy.message_id)
            level = copy if place >= 0 else None
            key = (contact, letter.id, level.id if level else None)
            if key in met:
                continue
            met.add(key)
            target = self.session.scalars(
                select(Record).where(Record.company_id == self.house.company_id, Record.id == self.contacts[contact])
            ).one()
            said = {"origin": "manual", "rule": "R25.by_hand"} if by_hand else {}
            a_link(self.session, letter, target, level, created_at=NOW, undone_at=NOW if undone else None, **said)

    def _make(self, model: type[Base], **values: Any) -> None:
        make(self.session, model, company_id=self.house.company_id, **values)

    def rows(self) -> list[list[tuple[Any, ...]]]:
        """Answer everything that a merge touches."""
        self.session.expire_all()
        tables: list[Any] = [Record, ContactAddress, Participant, Link]
        return [
            sorted(
                (
                    tuple(map(repr, row))
                    for row in self.session.execute(
                        select(*model.__table__.c).where(model.company_id == self.house.company_id)
                    )
                ),
            )
            for model in tables
        ]

    def seen(self, *contacts: int) -> dict[int, set[int]]:
        """Answer by viewer the letters that he sees, or those that he sees linked to any of these contacts."""
        return {
            one.user_id: self._linked(one, contacts) if contacts else self._all(one) for one in self.house.viewers()
        }

    def _all(self, viewer: Viewer) -> set[int]:
        return set(self.session.scalars(select(MessageCopy.message_id).where(visible_copy(viewer))))

    def _linked(self, viewer: Viewer, contacts: Sequence[int]) -> set[int]:
        query = select(Link.message_id).join(Record, and_(Record.id == Link.target_id, visible_record(viewer)))
        return set(self.session.scalars(query.where(link_in_view(viewer), Link.target_id.in_(contacts))))

    def addresses(self, *contacts: int) -> set[str]:
        """Answer the addresses of these contacts."""
        query = select(ContactAddress.address_key).where(
            ContactAddress.company_id == self.house.company_id, ContactAddress.contact_id.in_(contacts)
        )
        return set(self.session.scalars(query))

    def deals(self, *contacts: int) -> set[int]:
        """Answer the deals of these contacts."""
        query = select(Participant.record_id).where(
            Participant.company_id == self.house.company_id, Participant.contact_id.in_(contacts)
        )
        return set(self.session.scalars(query))


def merge_all(world: World, merges: Sequence[tuple[int, int]]) -> None:
    """Merge in order; what the two had, the kept one has, and nobody's mail changes."""
    for minute, (kept_place, merged_place) in enumerate(merges, 1):
        kept, merged = world.contacts[kept_place], world.contacts[merged_place]
        everything, together = world.seen(), world.seen(kept, merged)
        addresses, deals = world.addresses(kept, merged), world.deals(kept, merged)
        merge_contacts(world.session, world.house.anna.viewer, kept, merged, minutes(minute))
        assert world.seen() == everything
        assert world.seen(kept) == together
        assert not any(world.seen(merged).values())
        assert (world.addresses(kept), world.deals(kept)) == (addresses, deals)


def test_merging_and_undoing_leaves_the_world_equal(database: Database) -> None:
    with database.write() as session:
        house = make_house(session)

        @settings(max_examples=60, deadline=None)
        @given(case=cases())
        def check(case: Case) -> None:
            with session.begin_nested() as attempt:
                there_and_back(World(session, house, case), case)
                attempt.rollback()

        check()


def there_and_back(world: World, case: Case) -> None:
    """Merge, and undo in the drawn order."""
    before, seen = world.rows(), world.seen()
    merge_all(world, case.merges)
    for place in case.undone:
        merged = world.contacts[place]
        assert unmerge_contact(world.session, world.house.bert.viewer, merged, minutes(9)) == merged
        assert world.seen() == seen
    assert world.rows() == before
    standing = select(Merge.id).where(Merge.company_id == world.house.company_id, Merge.undone_at.is_(None))
    assert world.session.scalars(standing).all() == []
