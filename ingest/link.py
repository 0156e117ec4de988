"""Step 7: what it is about: looks up the facts and asks the table of `linking.rules` (RULES R20 to R24)."""

from __future__ import annotations

from dataclasses import replace

from ingest.letter import Direction, Kind, Letter, Mark
from ingest.reader import Reader
from linking.facts import NO_ANSWERS, Answers, Facts, KnownParty
from linking.parties import Party
from linking.rules import decide


def link(look: Reader, letter: Letter) -> Letter:
    """Decide links and questions of a letter."""
    outcome = decide(facts_of(look, letter))
    steps = tuple(replace(step, letter=letter.inner_path) for step in outcome.steps)
    return replace(letter, outcome=outcome, steps=(*letter.steps, *steps))


def facts_of(look: Reader, letter: Letter) -> Facts:
    """Look up what the rules ask about a letter, as its owner may see it."""
    policies, preferences = look.policies(), look.preferences(letter.owner_id)
    if Mark.UNPROVED in letter.marks:
        return Facts(is_unproved=True)
    known = _known(look, letter.owner_id, letter.parties.outside)
    facts = Facts(
        parties=known,
        addressed=look.records(letter.owner_id, letter.record_ids) if letter.record_ids else (),
        tagged=look.records(letter.owner_id, letter.tagged) if letter.tagged and not letter.record_ids else (),
        chosen=letter.conversation.chosen,
        several_open=policies.several_open,
        deal_linking=preferences.deal_linking,
        unknown_address=policies.unknown_address,
        may_create=letter.kept is None and Mark.WEAK not in letter.marks,
        is_note=_is_note(letter),
        is_automatic=letter.message.automatic is not None,
    )
    people = [one.id for one in facts.people]
    opened = replace(facts, open_records=look.open_records(letter.owner_id, people) if people else ())
    return replace(opened, answers=_answers(look, letter.owner_id, opened), hidden=_hidden(look, letter, opened))


def _known(look: Reader, owner_id: int, parties: tuple[Party, ...]) -> tuple[KnownParty, ...]:
    if not parties:
        return ()
    contacts = look.contacts(owner_id, [one.key for one in parties])
    domains = {one.key: one.key.rpartition("@")[2] for one in parties if one.key not in contacts}
    organizations = look.organizations(owner_id, set(domains.values())) if domains else {}
    return tuple(
        KnownParty(
            party=one,
            contacts=contacts.get(one.key, ()),
            organizations=organizations.get(domains.get(one.key, ""), ()),
        )
        for one in parties
    )


def _answers(look: Reader, owner_id: int, facts: Facts) -> Answers:
    """Look up what the owner has said once for all, where it would be asked otherwise."""
    strangers = () if facts.named or facts.chosen else facts.strangers
    people, keys = facts.people_asked, [one.key for one in strangers]
    return look.answers(owner_id, people, keys) if people or keys else NO_ANSWERS


def _hidden(look: Reader, letter: Letter, facts: Facts) -> frozenset[str]:
    """Look up which strangers have a contact that the owner may not see, where one would be made otherwise."""
    if facts.unknown_address not in ("contact", "lead") or not facts.strangers or not facts.may_create:
        return frozenset()
    return look.hidden_contacts(letter.owner_id, [one.key for one in facts.strangers])


def _is_note(letter: Letter) -> bool:
    """Tell whether nobody takes part, so that only its owner knows what it is about (R14.8)."""
    parties = letter.parties
    nobody = not (parties.anybody_outside or parties.inside or parties.ignored)
    return letter.kind is Kind.NOTE or (nobody and letter.direction is not Direction.INTERNAL)
