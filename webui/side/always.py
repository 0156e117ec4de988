"""Answers that stand for all mail of the same people, as the links of a letter show and offer them (RULES R21, R24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.users import get_user
from linking.facts import DEALS
from linking.letter import Letter, LetterLink
from linking.open_records import DealShown
from linking.record_view import names_of
from linking.standing_about import Subject, answers_about, subject_of_link
from webui.call import Call
from webui.side.party import Party

NOTHING = Subject()


@dataclass(frozen=True, slots=True, kw_only=True)
class Always:
    """What is offered beside a link: to end the answer that stands, or to give one about `people`."""

    answer_id: int | None = None
    people: tuple[str, ...] = ()


def subject_of_letter(call: Call, party: Party | None, open_ones: Sequence[DealShown]) -> Subject:
    """Answer whom an answer to this letter would be about: who could mean several, else an address nobody has."""
    if party is None:
        return NOTHING
    if len(open_ones) > 1 and _links_by_itself(call):
        return Subject(tuple(sorted({one for each in open_ones for one in each.through})))
    return Subject(key=party.first.key) if party.is_stranger else NOTHING


def always_of(call: Call, letter: Letter, subject: Subject, deals: Mapping[int, DealShown]) -> dict[int, Always]:
    """Answer by link what may be said for all mail; nothing beside a colleague's letter: answers are their owner's."""
    if not (letter.owned and call.viewer.may_write):
        return {}
    about = {one.id: subject_of_link(one.rule, one.args) or subject for one in letter.links}
    answers = answers_about(call.session, call.viewer, {one for one in about.values() if one})
    people = _names(call, {one for one in about.values() if one})
    found: dict[int, Always] = {}
    for link in letter.links:
        answer = answers.get(about[link.id])
        if answer is not None and answer.target_id == link.target_id:
            found[link.id] = Always(answer_id=answer.id, people=people[about[link.id]])
        elif about[link.id] and _may_stand(link, deals):
            found[link.id] = Always(people=people[about[link.id]])
    return found


def _may_stand(link: LetterLink, deals: Mapping[int, DealShown]) -> bool:
    return link.type in DEALS and link.target_id in deals and deals[link.target_id].status == "open"


def _links_by_itself(call: Call) -> bool:
    me = get_user(call.session, call.viewer.company_id, call.viewer.user_id)
    return bool(me.preferences.deal_linking == "automatic")


def _names(call: Call, subjects: set[Subject]) -> dict[Subject, tuple[str, ...]]:
    names = names_of(call.session, call.viewer, sorted({one for each in subjects for one in each.people}))
    return {
        one: tuple(names[each] for each in one.people if each in names) or ((one.key,) if one.key else ())
        for one in subjects
    }
