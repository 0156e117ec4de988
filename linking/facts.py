"""The facts about one letter that the rules ask for (RULES R19 to R24).

A record that the owner of the copy may not see is not among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from linking.choose import DealLinking, OpenRecord, SeveralOpen
from linking.decision import RecordFact
from linking.parties import Party

UnknownAddress = Literal["queue", "contact", "lead", "ignore"]
DEALS: Final = frozenset({"deal", "lead", "project"})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownParty:
    """A party with the contacts that have its address and the organisations that have its domain, best first."""

    party: Party
    contacts: tuple[RecordFact, ...] = ()
    organizations: tuple[RecordFact, ...] = ()

    @property
    def record(self) -> RecordFact | None:
        """Answer the contact, else the organisation, else None."""
        return next(iter((*self.contacts, *self.organizations)), None)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the owner has said once for all: about the people of the letter, and by address key."""

    for_people: RecordFact | None = None
    by_address: Mapping[str, RecordFact] = field(default_factory=dict)


NO_ANSWERS: Final = Answers()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules ask about one letter.

    `addressed`: records whose own address stands in the envelope; `tagged`: those that a reference tag names,
    where no address does; `chosen`: deals, leads and projects of
    earlier letters of the thread, the latest first choice made by hand where there is one; `answers`: what the
    owner has said once for all. `hidden`: keys of strangers whom a contact has that the owner may not see.
    `may_create`: whether this is the mail's first filing, because nothing is created twice (R52).
    """

    parties: tuple[KnownParty, ...] = ()
    addressed: tuple[RecordFact, ...] = ()
    tagged: tuple[RecordFact, ...] = ()
    chosen: tuple[RecordFact, ...] = ()
    open_records: tuple[OpenRecord, ...] = ()
    several_open: SeveralOpen = "ask"
    deal_linking: DealLinking = "automatic"
    unknown_address: UnknownAddress = "queue"
    answers: Answers = NO_ANSWERS
    hidden: frozenset[str] = frozenset()
    may_create: bool = False
    is_note: bool = False
    is_automatic: bool = False
    is_unproved: bool = False

    @property
    def people(self) -> tuple[RecordFact, ...]:
        """Answer each contact and organisation that takes part, once."""
        met = {one.record.id: one.record for one in self.parties if one.record}
        met |= {one.id: one for one in self.named if one.type not in DEALS}
        return tuple(met.values())

    @property
    def named(self) -> tuple[RecordFact, ...]:
        """Answer the records that the mail itself names: by an address of theirs, or by a tag."""
        return (*self.addressed, *self.tagged)

    @property
    def strangers(self) -> tuple[Party, ...]:
        """Answer the parties whom no record knows."""
        return tuple(one.party for one in self.parties if one.record is None)

    @property
    def people_asked(self) -> tuple[int, ...]:
        """Answer through whom something is open, where it has to be chosen among several."""
        if len(self.open_records) < 2 or self.chosen or self.deal_named:
            return ()
        return people_of(self.open_records)

    @property
    def deal_named(self) -> bool:
        """Tell whether the mail itself names a deal, lead or project."""
        return any(one.type in DEALS for one in self.named)


def people_of(open_records: Iterable[OpenRecord]) -> tuple[int, ...]:
    """Answer the contacts and organisations for which these are open."""
    return tuple(sorted({party for one in open_records for party in one.through}))
