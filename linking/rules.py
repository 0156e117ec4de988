"""The table that reads like RULES R19 to R24: facts about one letter in, links and questions out.

Nothing here looks anything up; a record that the owner of the copy may not see is not among the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from linking.choose import choose
from linking.decision import Candidate, Creation, LinkMade, Outcome, Question, Step, a_step, linked
from linking.facts import Facts
from linking.rule import Rule
from linking.strangers import unknown_addresses


def decide(facts: Facts) -> Outcome:
    """Decide what a letter is about."""
    links: dict[int, LinkMade] = {}
    questions: list[Question] = []
    creations: list[Creation] = []
    steps: list[Step] = []
    for rule in TABLE:
        found = rule(facts)
        for link in found.links:
            links.setdefault(link.target.id, link)
        questions.extend(found.questions)
        creations.extend(found.creations)
        steps.extend(found.steps)
        if found.steps and rule in ENDS:
            break
    if not links and not questions and not creations and not any(step.rule is Rule.FROM_US_UNPROVED for step in steps):
        steps.append(a_step("none", Rule.NO_EVIDENCE))
    return Outcome(
        links=tuple(links.values()), questions=tuple(questions), creations=tuple(creations), steps=tuple(steps)
    )


def unproved_links_nothing(facts: Facts) -> Outcome:
    """R14a: mail in our name that nothing proves links nothing until a proved copy joins it."""
    return Outcome(steps=(a_step("none", Rule.FROM_US_UNPROVED),)) if facts.is_unproved else Outcome()


def by_record_address(facts: Facts) -> Outcome:
    """R20: the record's own address was used by somebody who may see the record."""
    links = tuple(LinkMade(target=one, rule=Rule.RECORD_ADDRESS, args={"record": one.id}) for one in facts.addressed)
    return Outcome(links=links, steps=linked(links))


def by_reference_tag(facts: Facts) -> Outcome:
    """R20: a signed tag in subject or text names a record that the copy's owner may see."""
    links = tuple(LinkMade(target=one, rule=Rule.REFERENCE_TAG, args={"record": one.id}) for one in facts.tagged)
    return Outcome(links=links, steps=linked(links))


def note_is_a_question(facts: Facts) -> Outcome:
    """R14.8: a note to oneself is for its author to place, unless a record address or a tag did."""
    if not facts.is_note or facts.named:
        return Outcome()
    return Outcome(questions=(Question(rule=Rule.NOTE),), steps=(a_step("asked", Rule.NOTE),))


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
    return Outcome(links=links, steps=linked(links, losers))


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
    return Outcome(links=links, steps=linked(links, losers))


def which_deal(facts: Facts) -> Outcome:
    """R20, R21, R22: a deal that the mail names, then the thread's earlier choice, then what is open."""
    if facts.deal_named:
        return Outcome()
    if facts.chosen:
        links = tuple(LinkMade(target=one, rule=Rule.THREAD_CHOICE, args={"record": one.id}) for one in facts.chosen)
        picked = {one.id for one in facts.chosen}
        losers = tuple(one.record.id for one in facts.open_records if one.record.id not in picked)
        return Outcome(links=links, steps=linked(links, losers))
    if not facts.people:
        return Outcome()
    return _what_is_open(facts)


TABLE: Final[tuple[Callable[[Facts], Outcome], ...]] = (
    unproved_links_nothing,
    by_record_address,
    by_reference_tag,
    note_is_a_question,
    by_exact_address,
    by_domain,
    which_deal,
    unknown_addresses,
)
ENDS: Final = frozenset({unproved_links_nothing, note_is_a_question})
"""Where one of these says something, the rest is not asked."""


def _what_is_open(facts: Facts) -> Outcome:
    said = facts.answers.for_people
    if said is not None and facts.people_asked and facts.deal_linking == "automatic":
        args = {"record": said.id, "through": list(facts.people_asked)}
        as_said = (LinkMade(target=said, rule=Rule.STANDING_PEOPLE, args=args),)
        losers = tuple(one.record.id for one in facts.open_records if one.record.id != said.id)
        return Outcome(links=as_said, steps=linked(as_said, losers))
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
        return Outcome(questions=(question,), steps=(a_step("asked", choice.rule, args, others),))
    if not links:
        return Outcome(steps=(a_step("none", choice.rule, {}, others),))
    return Outcome(links=links, steps=linked(links, others))
