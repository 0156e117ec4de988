"""Step 7: what it is about: looks up the facts and asks the table of `linking.rules` (RULES R20 to R24)."""

from __future__ import annotations

from dataclasses import replace

from ingest.letter import Direction, Kind, Letter, Mark
from ingest.reader import Reader
from linking.parties import Party
from linking.rules import Facts, KnownParty, decide


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
        chosen=letter.conversation.chosen,
        several_open=policies.several_open,
        deal_linking=preferences.deal_linking,
        unknown_address=policies.unknown_address,
        is_note=_is_note(letter),
        is_automatic=letter.message.automatic is not None,
    )
    people = [one.id for one in facts.people]
    return replace(facts, open_records=look.open_records(letter.owner_id, people) if people else ())


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


def _is_note(letter: Letter) -> bool:
    """Tell whether nobody takes part, so that only its owner knows what it is about (R14.8)."""
    parties = letter.parties
    nobody = not (parties.outside or parties.inside or parties.ignored)
    return letter.kind is Kind.NOTE or (nobody and letter.direction is not Direction.INTERNAL)
