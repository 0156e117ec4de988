"""`unresolved`: questions to the caller about his own copies."""

from __future__ import annotations

from typing import Any, Final, Literal

from languages.speech import _
from linking.answering import Answer, ByNewRecord, ByRecord, Dismissed, answer_question
from linking.links import WouldHide
from linking.reopening import undo_answer
from linking.sentences import sentence
from linking.unresolved import Question, get_question, list_questions
from webui.api.links import would_hide
from webui.api.message_shapes import Candidate, RecordKind
from webui.api.message_values import candidates_of
from webui.api.operation import Operations
from webui.api.record_shapes import Addresses, Amount, Currency, Ids, Visibility
from webui.api.references import missing_references, number_of, read_fields
from webui.api.shape import Answered, Change, Empty, Line, Listed, Moment, Page, Sealed, unset
from webui.call import Call
from webui.cursor import open_cursor, seal_cursor
from webui.problem import FieldError, invalid

operations: Final = Operations()
OURS: Final = ("type", "target_id", "always", "create", "dismiss", "confirm")
Creatable = Literal["contact", "deal", "lead", "project"]


class Unresolved(Answered):
    """A question about a letter; `question` is a sentence."""

    id: str
    message_id: str
    question: str
    candidates: list[Candidate]
    created_at: Moment


class UnresolvedAnswer(Change):
    """One of three: `type` and `target_id`; `create` with the fields of a new record; `dismiss`.

    `always`: for all later mail of the same people, of oneself alone.
    """

    type: RecordKind = unset()
    target_id: Sealed = unset()
    always: bool = unset()
    create: Creatable = unset()
    dismiss: Literal[True] = unset()
    confirm: bool = unset()
    name: Line = unset()
    addresses: Addresses = unset()
    title: Line = unset()
    status: Line = unset()
    contact_ids: Ids = unset()
    organization_id: Sealed | None = unset()
    value: Amount | None = unset()
    currency: Currency | None = unset()
    owner_id: Sealed = unset()
    visibility: Visibility = unset()
    team_id: Sealed | None = unset()


class Resolution(Answered):
    """What became of the question: by which link, to which new record."""

    id: str
    state: Literal["answered", "dismissed"]
    link_id: str | None
    created_id: str | None
    also_answered: int


@operations.add("GET", "/unresolved", "List one's open questions", query=Page, answer=Listed[Unresolved])
def list_unresolved(call: Call, page: Page) -> Listed[Unresolved]:
    """Answer the newest first."""
    found = list_questions(call.session, call.viewer, page.limit, open_cursor(call, page))
    data = [_shown(call, one) for one in found.rows]
    return Listed[Unresolved](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add(
    "POST", "/unresolved/{unresolved}/answer", "Answer a question", body=UnresolvedAnswer, answer=Resolution
)
def answer_unresolved(call: Call, given: UnresolvedAnswer, question_id: int) -> Resolution:
    """Link to what is there, to something new, or let it be."""
    answer = read_answer(call, given.named())
    with missing_references():
        done = answer_question(
            call.session,
            call.viewer,
            question_id,
            answer,
            call.now,
            call.backend.settings.mail_domain[0],
            confirmed=bool(given.confirm),
        )
    if isinstance(done, WouldHide):
        raise would_hide(call, done)
    created = done.created_id
    return Resolution(
        id=call.seal("unresolved", question_id),
        state="dismissed" if isinstance(answer, Dismissed) else "answered",
        link_id=call.maybe_seal("link", done.link_id),
        created_id=call.seal(given.create, created) if created is not None else None,
        also_answered=done.alike,
    )


@operations.add("POST", "/unresolved/{unresolved}/undo", "Take an answer back", body=Empty, answer=Unresolved)
def undo_unresolved(call: Call, _: Empty, question_id: int) -> Unresolved:
    """Undo the link and what else the answer made; the question is open again."""
    undo_answer(call.session, call.viewer, question_id, call.now)
    return _shown(call, get_question(call.session, call.viewer, question_id))


def read_answer(call: Call, given: dict[str, Any]) -> Answer:
    """Answer which of the three it is; raise 422 where it is none or more than one."""
    fields = {name: value for name, value in given.items() if name not in OURS}
    always = bool(given.get("always"))
    chosen = {name for name in ("target_id", "create", "dismiss") if name in given}
    if len(chosen) != 1 or ("type" in given) != ("target_id" in given):
        raise invalid(FieldError("", _("give type and target_id, or create, or dismiss")))
    if "create" in given:
        return ByNewRecord(given["create"], read_fields(call, fields), always)
    if fields:
        raise invalid(*(FieldError(name, _("belongs to create")) for name in fields))
    if "dismiss" in given:
        if always:
            raise invalid(FieldError("always", _("belongs to a record")))
        return Dismissed()
    return ByRecord(given["type"], number_of(call, given["type"], given["target_id"]), always)


def _shown(call: Call, question: Question) -> Unresolved:
    return Unresolved(
        id=call.seal("unresolved", question.id),
        message_id=call.seal("message", question.message_id),
        question=sentence(question.rule, question.args, question.names.get),
        candidates=candidates_of(call, question.candidates, question.names),
        created_at=question.created_at,
    )
