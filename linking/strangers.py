"""People whom no record knows: place them as their owner once said, make a contact or lead of them, or ask (R24)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from accounts.email import check_email
from accounts.refusals import Invalid
from linking.decision import Creation, LinkMade, Outcome, Question, Step, a_step, linked
from linking.facts import Facts
from linking.parties import Party
from linking.role_addresses import is_role_address
from linking.rule import Rule

MOST_CREATED: Final = 5
"""By one mail: a longer list of recipients is asked about (RULES R40)."""


def unknown_addresses(facts: Facts) -> Outcome:
    """R24: somebody takes part whom no record knows; stronger evidence leaves nothing to ask."""
    if facts.named or facts.chosen or not facts.strangers:
        return Outcome()
    links = _as_said(facts)
    steps = linked(links)
    strangers = [one for one in facts.strangers if one.key not in facts.answers.by_address]
    if links or any(one.record for one in facts.parties):
        # A list of Cc's is no reason to ask once the letter has its place.
        strangers = [one for one in strangers if one.field != "cc"]
    if facts.is_automatic or not strangers:
        return Outcome(links=links, steps=steps)
    found = _left_over(facts, strangers)
    return Outcome(links=links, questions=found.questions, creations=found.creations, steps=(*steps, *found.steps))


def _as_said(facts: Facts) -> tuple[LinkMade, ...]:
    said = facts.answers.by_address
    return tuple(
        LinkMade(
            target=said[one.key],
            rule=Rule.STANDING_ADDRESS,
            args={"record": said[one.key].id, "address": one.address.address},
        )
        for one in facts.strangers
        if one.key in said
    )


def _left_over(facts: Facts, strangers: Sequence[Party]) -> Outcome:
    """Do with strangers what the company decided."""
    if facts.unknown_address == "ignore":
        return Outcome(steps=(a_step("ignored", Rule.UNKNOWN_IGNORED, _named(strangers)),))
    if facts.unknown_address == "queue" or not facts.may_create:
        return _asked(strangers)
    people = [one for one in strangers if one.key not in facts.hidden and _is_a_person(one)]
    if not people or len(people) > MOST_CREATED:
        return _asked(strangers)
    lead = facts.unknown_address == "lead"
    creations = tuple(Creation(one.address.name, one.address.address, lead) for one in people)
    steps = tuple(a_step("created", Rule.CREATED, {"address": one.address}) for one in creations)
    # A contact that the owner may not see is not made twice: his mail waits in his own queue.
    asked = _asked([one for one in strangers if one.key in facts.hidden])
    return Outcome(questions=asked.questions, creations=creations, steps=(*steps, *asked.steps))


def _asked(strangers: Sequence[Party]) -> Outcome:
    if not strangers:
        return Outcome()
    args = _named(strangers)
    steps: tuple[Step, ...] = (a_step("asked", Rule.UNKNOWN_ADDRESS, args),)
    return Outcome(questions=(Question(rule=Rule.UNKNOWN_ADDRESS, args=args),), steps=steps)


def _named(strangers: Sequence[Party]) -> dict[str, list[str]]:
    return {"addresses": [one.address.address for one in strangers]}


def _is_a_person(party: Party) -> bool:
    """Tell whether a contact may be made: never of list Cc's or of role addresses (R24)."""
    if party.field == "cc" or is_role_address(party.key):
        return False
    try:
        check_email(party.address.address)
    except Invalid:
        return False
    return True
