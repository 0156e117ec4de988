"""The table that reads like RULES R19 to R24: facts about one letter in, links and questions out.

Nothing here looks anything up; a record that the owner of the copy may not see is not among the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from linking.choose import DealLinking, OpenRecord, SeveralOpen, choose
from linking.decision import Args, Candidate, LinkMade, Outcome, Question, RecordFact, Step
from linking.parties import Party
from linking.rule import Rule

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the rules ask about one letter.

    `addressed`: records whose own address stands in the envelope; `chosen`: deals, leads and projects of
    earlier letters of the thread, the latest first choice made by hand where there is one.
    """

    parties: tuple[KnownParty, ...] = ()
    addressed: tuple[RecordFact, ...] = ()
    chosen: tuple[RecordFact, ...] = ()
    open_records: tuple[OpenRecord, ...] = ()
    several_open: SeveralOpen = "ask"
    deal_linking: DealLinking = "automatic"
    unknown_address: UnknownAddress = "queue"
    is_note: bool = False
    is_automatic: bool = False
    is_unproved: bool = False

    @property
    def people(self) -> tuple[RecordFact, ...]:
        """Answer each contact and organisation that takes part, once."""
        met = {one.record.id: one.record for one in self.parties if one.record}
        met |= {one.id: one for one in self.addressed if one.type not in DEALS}
        return tuple(met.values())


def decide(facts: Facts) -> Outcome:
    """Decide what a letter is about."""
    links: dict[int, LinkMade] = {}
    questions: list[Question] = []
    steps: list[Step] = []
    for rule in TABLE:
        found = rule(facts)
        for link in found.links:
            links.setdefault(link.target.id, link)
        questions.extend(found.questions)
        steps.extend(found.steps)
        if found.steps and rule in ENDS:
            break
    if not links and not questions and not any(step.rule is Rule.FROM_US_UNPROVED for step in steps):
        steps.append(_step("none", Rule.NO_EVIDENCE))
    return Outcome(links=tuple(links.values()), questions=tuple(questions), steps=tuple(steps))


def unproved_links_nothing(facts: Facts) -> Outcome:
    """R14a: mail in our name that nothing proves links nothing until a proved copy joins it."""
    return Outcome(steps=(_step("none", Rule.FROM_US_UNPROVED),)) if facts.is_unproved else Outcome()


def by_record_address(facts: Facts) -> Outcome:
    """R20: the record's own address was used by somebody who may see the record."""
    links = tuple(LinkMade(target=one, rule=Rule.RECORD_ADDRESS, args={"record": one.id}) for one in facts.addressed)
    return Outcome(links=links, steps=_linked(links))


def note_is_a_question(facts: Facts) -> Outcome:
    """R14.8: a note to oneself is for its author to place, unless a record address did."""
    if not facts.is_note or facts.addressed:
        return Outcome()
    return Outcome(questions=(Question(rule=Rule.NOTE),), steps=(_step("asked", Rule.NOTE),))


def by_exact_address(facts: Facts) -> Outcome:
    """R20: a contact has this address, any of its addresses."""
    links = tuple(
        LinkMade(
            target=one.contacts[0],
            rule=Rule.EXACT_ADDRESS,
            args={"record": one.contacts[0].id, "address": one.party.address.address},
        )
        for one in facts.parties
        if one.contacts
    )
    losers = tuple(other.id for one in facts.parties for other in one.contacts[1:])
    return Outcome(links=links, steps=_linked(links, losers))


def by_domain(facts: Facts) -> Outcome:
    """R20: no contact has the address, but an organisation has its domain."""
    links = tuple(
        LinkMade(
            target=one.organizations[0],
            rule=Rule.DOMAIN,
            args={
                "record": one.organizations[0].id,
                "address": one.party.address.address,
                "domain": one.party.key.rpartition("@")[2],
            },
        )
        for one in facts.parties
        if one.organizations and not one.contacts
    )
    losers = tuple(o.id for one in facts.parties if not one.contacts for o in one.organizations[1:])
    return Outcome(links=links, steps=_linked(links, losers))


def which_deal(facts: Facts) -> Outcome:
    """R20, R21, R22: a deal's own address, then the thread's earlier choice, then what is open."""
    if any(one.type in DEALS for one in facts.addressed):
        return Outcome()
    if facts.chosen:
        links = tuple(LinkMade(target=one, rule=Rule.THREAD_CHOICE, args={"record": one.id}) for one in facts.chosen)
        picked = {one.id for one in facts.chosen}
        losers = tuple(one.record.id for one in facts.open_records if one.record.id not in picked)
        return Outcome(links=links, steps=_linked(links, losers))
    if not facts.people:
        return Outcome()
    return _what_is_open(facts)


def unknown_addresses(facts: Facts) -> Outcome:
    """R24: somebody takes part whom no record knows; stronger evidence leaves nothing to ask."""
    placed = facts.addressed or facts.chosen or facts.is_automatic
    strangers = [one.party for one in facts.parties if one.record is None]
    if placed or not strangers:
        return Outcome()
    if any(one.record for one in facts.parties):
        # A list of Cc's is no reason to ask once the letter has its place.
        strangers = [party for party in strangers if party.field != "cc"]
        if not strangers:
            return Outcome()
    args = {"addresses": [party.address.address for party in strangers]}
    if facts.unknown_address == "ignore":
        return Outcome(steps=(_step("ignored", Rule.UNKNOWN_IGNORED, args),))
    question = Question(rule=Rule.UNKNOWN_ADDRESS, args=args)
    return Outcome(questions=(question,), steps=(_step("asked", Rule.UNKNOWN_ADDRESS, args),))


TABLE: Final[tuple[Callable[[Facts], Outcome], ...]] = (
    unproved_links_nothing,
    by_record_address,
    note_is_a_question,
    by_exact_address,
    by_domain,
    which_deal,
    unknown_addresses,
)
ENDS: Final = frozenset({unproved_links_nothing, note_is_a_question})
"""Where one of these says something, the rest is not asked."""


def _what_is_open(facts: Facts) -> Outcome:
    choice = choose(facts.open_records, len(facts.people), facts.several_open, facts.deal_linking)
    links = tuple(
        LinkMade(target=one.record, rule=choice.rule, args={"record": one.record.id, "through": list(one.through)})
        for one in choice.picked
    )
    others = tuple(one.record.id for one in choice.others)
    if choice.asks:
        candidates = tuple(
            Candidate(
                target=one.record, rule=Rule.ONE_OPEN, args={"record": one.record.id, "through": list(one.through)}
            )
            for one in choice.others
        )
        args = {"records": list(others)}
        question = Question(rule=choice.rule, args=args, candidates=candidates)
        return Outcome(questions=(question,), steps=(_step("asked", choice.rule, args, others),))
    if not links:
        return Outcome(steps=(_step("none", choice.rule, {}, others),))
    return Outcome(links=links, steps=_linked(links, others))


def _linked(links: tuple[LinkMade, ...], losers: tuple[int, ...] = ()) -> tuple[Step, ...]:
    return tuple(
        Step(step="link", outcome="linked", rule=link.rule, args=link.args, losers=losers if place == 0 else ())
        for place, link in enumerate(links)
    )


def _step(outcome: str, rule: Rule, args: Args | None = None, losers: tuple[int, ...] = ()) -> Step:
    return Step(step="link", outcome=outcome, rule=rule, args=args or {}, losers=losers)
