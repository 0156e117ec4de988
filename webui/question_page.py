"""One question at a time: what the page about it shows, and what else waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from flask import request

from accounts.companies import get_policies
from languages.listing import listed
from linking.always import may_stand
from linking.created import list_created
from linking.letter import Candidate, Letter
from linking.letters import letters_by_id
from linking.record_draft import Draft, draft_of
from linking.record_fields import RecordType
from linking.record_view import names_of
from linking.rule import Rule
from linking.sentences import sentence
from linking.suggestions import suggest
from linking.unresolved import Question, list_questions
from mail.address import address_key
from webui.access import wishes
from webui.call import Call
from webui.cursor import open_cursor
from webui.finding import find_records
from webui.forms import page_query
from webui.offering import offered
from webui.pages import render
from webui.waiting import waiting

LATELY: Final = timedelta(days=7)
MADE_SHOWN: Final = 5
CANDIDATES_SHOWN: Final = 9
"""As many as there are keys for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An answer to choose: what it is, and why it is offered."""

    type: str
    id: int
    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question for the eye; `about` names the people that `always` would speak of."""

    question: Question
    words: str
    letter: Letter | None
    choices: tuple[Choice, ...]
    about: str
    may_stand: bool
    strangers: tuple[str, ...]


def question_page(
    call: Call,
    question_id: int | None = None,
    errors: Mapping[str, str] | None = None,
    given: Mapping[str, Any] | None = None,
) -> str | None:
    """Render the page with that question in focus, the newest without one; None where it is not open."""
    page = page_query()
    found = list_questions(call.session, call.viewer, page.limit, open_cursor(call, page))
    letters = letters_by_id(call.session, call.viewer, [one.message_id for one in found.rows], call.read_raw)
    place = next((n for n, one in enumerate(found.rows) if one.id == question_id), 0 if question_id is None else None)
    if place is None:
        return None
    chosen = found.rows[place] if found.rows else None
    letter = letters.get(chosen.message_id) if chosen else None
    find = request.args.get("find", "")[:200]
    return render(
        call,
        "questions.html",
        asked=_asked(call, chosen, letter) if chosen else None,
        waiting=[(one, letters.get(one.message_id)) for one in found.rows],
        before=found.rows[place - 1] if place else None,
        after=found.rows[place + 1] if place + 1 < len(found.rows) else None,
        open_count=waiting(call).questions,
        older=found.next,
        find=find,
        records=find_records(call, find),
        drafts=_drafts(call, letter),
        offer=offered(call),
        wishes=wishes(call),
        made=list_created(call.session, call.viewer, call.now - LATELY, MADE_SHOWN),
        makes_contacts=get_policies(call.session, call.viewer.company_id).unknown_address in ("contact", "lead"),
        errors=errors or {},
        given=given or {},
    )


def _asked(call: Call, question: Question, letter: Letter | None) -> Asked:
    strangers = tuple(str(one) for one in question.args.get("addresses", ())) if _is_stranger(question) else ()
    offered = question.candidates or _suggested(call, strangers, letter)
    names = dict(question.names) | names_of(call.session, call.viewer, [one.id for one in offered])
    through = sorted({one for each in question.candidates for one in each.args.get("through", ())})
    people = [names[one] for one in through if one in names]
    return Asked(
        question=question,
        words=sentence(question.rule, question.args, question.names.get),
        letter=letter,
        choices=tuple(_choice(one, names) for one in offered[:CANDIDATES_SHOWN]),
        about=listed(strangers or people),
        may_stand=may_stand(question.rule),
        strangers=strangers,
    )


def _choice(one: Candidate, names: Mapping[int, str]) -> Choice:
    return Choice(type=one.type, id=one.id, name=names.get(one.id, ""), why=sentence(one.rule, one.args, names.get))


def _is_stranger(question: Question) -> bool:
    return question.rule == Rule.UNKNOWN_ADDRESS


def _suggested(call: Call, strangers: tuple[str, ...], letter: Letter | None) -> tuple[Candidate, ...]:
    if not strangers:
        return ()
    everybody = (*((letter.from_,) if letter.from_ else ()), *letter.to, *letter.cc) if letter else ()
    wanted = address_key(strangers[0])
    name = next((one.name for one in everybody if address_key(one.address) == wanted), "")
    return suggest(call.session, call.viewer, strangers[0], name)


def _drafts(call: Call, letter: Letter | None) -> dict[str, Draft]:
    """Answer what the letter says of records that could be made of it."""
    if letter is None:
        return {}
    kinds = (RecordType.CONTACT, RecordType.DEAL)
    return {str(kind): draft_of(call.session, call.viewer, kind, letter) for kind in kinds}
