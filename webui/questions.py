"""Questions that only the owner of a mail can answer: which deal, who is it (RULES R21, R22, R24)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from languages.speech import _, ngettext
from linking.answering import Answer, Answered, Dismissed, answer_question
from linking.created import undo_created
from linking.links import WouldHide
from linking.record_fields import RecordType
from linking.reopening import undo_answer
from webui.api.references import missing_references
from webui.api.unresolved import UnresolvedAnswer, read_answer
from webui.auth import local_path
from webui.backend import backend
from webui.forms import field, read_form
from webui.hiding import ask_first
from webui.pages import done, done_at, reading, writing
from webui.problem import ProblemError
from webui.question_page import question_page
from webui.records.reading import errors_of

questions: Final = Blueprint("questions", __name__)
LISTS: Final = ("addresses", "contact_ids")
FLAGS: Final = ("dismiss", "confirm", "always")


@questions.get("/unresolved")
def show() -> str:
    """Show the newest open question, and what else waits."""
    with reading() as call:
        return question_page(call) or ""


@questions.get("/unresolved/<question>")
def show_one(question: str) -> Response:
    """Show one question; what is answered, or was never one's own, leads to those that are open."""
    with reading() as call:
        number = call.backend.sealer.unseal("unresolved", question)
        page = question_page(call, number) if number is not None else None
    return make_response(page) if page is not None else redirect(url_for("questions.show"))


@questions.post("/unresolved/<question>")
def answer(question: str) -> Response:
    """Answer with a record that is there, with a new one, or not at all; lead on to the next question."""
    try:
        given = _read()
        with writing() as call, missing_references():
            chosen = read_answer(call, given)
            done_with = answer_question(
                call.session,
                call.viewer,
                call.unseal("unresolved", question),
                chosen,
                call.now,
                call.backend.settings.mail_domain[0],
                confirmed=bool(given.get("confirm")),
            )
            if isinstance(done_with, WouldHide):
                return ask_first(call, done_with, back=url_for("questions.show_one", question=question))
    except (ProblemError, Invalid) as wrong:
        return _ask_again(question, wrong)
    undo = url_for("questions.undo", question=question)
    return done_at(_next_place(), _words(chosen, done_with), undo, {"back": field("back", 1000)})


@questions.post("/unresolved/<question>/undo")
def undo(question: str) -> Response:
    """Take the answer back and ask again."""
    with writing() as call:
        undo_answer(call.session, call.viewer, call.unseal("unresolved", question), call.now)
    here = field("back", 1000)
    place = local_path(here) if here else url_for("questions.show_one", question=question)
    return done_at(place, _("The answer is undone: the question is open again."))


@questions.post("/m/<message>/created/undo")
def undo_made(message: str) -> Response:
    """Delete what a rule made of a mail, and ask who it is."""
    with writing() as call:
        undo_created(call.session, call.viewer, call.unseal("message", message), call.now)
    return done(_("Undone: nothing is left of it, and the question who it is waits here."), "questions.show")


def _read() -> dict[str, Any]:
    """Read the form; a button that names a record by its id alone says its kind by it."""
    several = [name for name in LISTS if name in request.form]
    values = read_form(UnresolvedAnswer, several=several, flags=FLAGS).named()
    if values.get("dismiss"):
        values.pop("always", None)
    if values.get("target_id"):
        values.setdefault("type", _kind_of(values["target_id"]))
    return values


def _kind_of(sealed: str) -> str:
    sealer = backend().sealer
    return next((str(kind) for kind in RecordType if sealer.unseal(kind, sealed) is not None), RecordType.CONTACT)


def _next_place() -> str:
    """Answer where the form wants to go on: back to a letter, or to the next question."""
    back, following = field("back", 1000), field("next", 64)
    if back:
        return local_path(back)
    return url_for("questions.show_one", question=following) if following else url_for("questions.show")


def _words(chosen: Answer, done_with: Answered) -> str:
    if isinstance(chosen, Dismissed):
        return _("Left as it is.")
    said = [_("Added and linked.") if done_with.created_id else _("Linked.")]
    if chosen.always:
        said.append(_("From now on always so."))
    if chosen.always and done_with.alike:
        alike = ngettext("{num} more answered alike.", "{num} more answered alike.", done_with.alike)
        said.append(alike.format(num=done_with.alike))
    return " ".join(said)


def _ask_again(question: str, wrong: ProblemError | Invalid) -> Response:
    """Show the question again with what is wrong beside its fields."""
    if isinstance(wrong, ProblemError) and wrong.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
        raise wrong
    with reading() as call:
        given: dict[str, Any] = request.form.to_dict()
        page = question_page(call, call.unseal("unresolved", question), errors_of(wrong), given)
    if page is None:
        raise wrong
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
