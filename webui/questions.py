"""Questions that only the owner of a mail can answer: which deal, who is it (RULES R21, R22, R24)."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from linking.answering import Dismissed, answer_question
from linking.letters import letters_by_id
from linking.links import WouldHide
from linking.sentences import sentence
from linking.unresolved import list_questions
from webui.api.references import missing_references
from webui.api.unresolved import UnresolvedAnswer, read_answer
from webui.cursor import open_cursor
from webui.finding import find_records
from webui.forms import page_query, read_form
from webui.hiding import ask_first
from webui.pages import done, reading, render, writing

questions: Final = Blueprint("questions", __name__)
LISTS: Final = ("addresses", "contact_ids")
FLAGS: Final = ("dismiss", "confirm", "always")


@questions.get("/unresolved")
def show() -> str:
    """Show one's open questions with the letters that they are about."""
    page = page_query()
    with reading() as call:
        found = list_questions(call.session, call.viewer, page.limit, open_cursor(call, page))
        letters = letters_by_id(call.session, call.viewer, [one.message_id for one in found.rows], call.read_raw)
        rows = [
            (
                one,
                sentence(one.rule, one.args, one.names.get),
                letters.get(one.message_id),
                [(each, sentence(each.rule, each.args, one.names.get)) for each in one.candidates],
            )
            for one in found.rows
        ]
        return render(call, "questions.html", rows=rows, older=found.next, records=find_records(call, ""))


@questions.post("/unresolved/<question>")
def answer(question: str) -> Response:
    """Answer with a record that is there, with a new one, or not at all."""
    given = read_form(UnresolvedAnswer, several=[name for name in LISTS if name in request.form], flags=FLAGS)
    with writing() as call, missing_references():
        chosen = read_answer(call, given.named())
        done_with = answer_question(
            call.session,
            call.viewer,
            call.unseal("unresolved", question),
            chosen,
            call.now,
            call.backend.settings.mail_domain[0],
            confirmed=bool(given.confirm),
        )
        if isinstance(done_with, WouldHide):
            return ask_first(call, done_with, back=url_for("questions.show"))
    return done("Dismissed." if isinstance(chosen, Dismissed) else "Linked.", "questions.show")
