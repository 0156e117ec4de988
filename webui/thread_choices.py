"""Splitting a letter out of a conversation, merging conversations, and the way back (RULES R25)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from languages.speech import _
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import letters_by_id, list_letters
from linking.splitting import HELD, Chosen, merge_threads, split_thread, undo_choice
from linking.threads import ViewerThread, thread_sizes, viewer_thread
from webui.api.shape import Asked, Sealed
from webui.api.threads import Split
from webui.call import Call
from webui.forms import read_form
from webui.pages import done, reading, render, writing
from webui.problem import forbidden, not_found
from webui.searching import understand

thread_choices: Final = Blueprint("thread_choices", __name__, url_prefix="/t/<thread>")
KIND: Final = "thread_choice"
OFFERED: Final = 20
LOOKED_THROUGH: Final = 50
"""Letters of one search; several may be of one conversation."""
RECORDS: Final = 3
"""Records of the conversation whose other mail is offered first."""


class MergeForm(Asked):
    """Which conversation joins."""

    thread_id: Sealed


class UndoForm(Asked):
    """Which split or merge."""

    choice: Sealed


@thread_choices.post("/split")
def split(thread: str) -> Response:
    """Split letters out and lead to the conversation that they are now."""
    asked = read_form(Split, several=("message_ids",))
    with writing() as call:
        letters = [call.unseal("message", one) for one in asked.message_ids]
        made = split_thread(call.session, call.viewer, call.unseal("thread", thread), letters, call.now)
        return _done(call, made, _("Now a conversation of its own; later answers to it come here."))


@thread_choices.get("/merge")
def choose(thread: str) -> str:
    """Show the conversations that this one can be merged with."""
    with reading() as call:
        number = call.unseal("thread", thread)
        found = viewer_thread(call.session, call.viewer, number)
        if found is None or found.id != number or not found.letters:
            raise not_found()
        if not call.viewer.may_write:
            raise forbidden(_(HELD))
        words = "".join(char for char in request.args.get("q", "")[:200] if char.isprintable()).strip()
        first = letters_by_id(call.session, call.viewer, found.letters[:1], call.read_raw)
        offered = _offered(call, found, words)
        return render(
            call,
            "thread_merge.html",
            sealed=thread,
            subject=next((one.subject for one in first.values()), ""),
            offered=offered,
            sizes=thread_sizes(call.session, call.viewer, [one.id for one in offered]),
            q=words,
        )


@thread_choices.post("/merge")
def merge(thread: str) -> Response:
    """Merge and lead to the one conversation."""
    asked = read_form(MergeForm)
    with writing() as call:
        both = call.unseal("thread", thread), call.unseal("thread", asked.thread_id)
        made = merge_threads(call.session, call.viewer, *both, call.now)
        return _done(call, made, _("The conversations are merged; their links are as they were."))


@thread_choices.post("/undo")
def undo(thread: str) -> Response:
    """Take one's own split or merge back."""
    asked = read_form(UndoForm)
    with writing() as call:
        call.unseal("thread", thread)
        found = undo_choice(call.session, call.viewer, call.unseal(KIND, asked.choice), call.now)
        if found is None:
            return done(_("Undone. You no longer see these messages."), "inbox.show")
        return done(_("Undone: the conversation is as it was."), "thread.show", thread=call.seal("thread", found.id))


def _done(call: Call, made: Chosen, words: str) -> Response:
    sealed = call.seal("thread", made.thread.id)
    undo_at = url_for("thread_choices.undo", thread=sealed)
    return done(words, "thread.show", undo_at, {"choice": call.seal(KIND, made.choice_id)}, thread=sealed)


def _offered(call: Call, here: ViewerThread, words: str) -> list[Letter]:
    """Answer the newest letter of each other conversation: those found by the words, else of the same records first."""
    found: dict[int, Letter] = {}
    for wanted in _searches(call, here, words):
        page = list_letters(call.session, call.viewer, wanted, LOOKED_THROUGH, now=call.now, read_raw=call.read_raw)
        for letter in page.rows:
            if letter.thread_id != here.id:
                found.setdefault(letter.thread_id, letter)
        if len(found) >= OFFERED:
            break
    return list(found.values())[:OFFERED]


def _searches(call: Call, here: ViewerThread, words: str) -> Iterator[LetterFilter]:
    if words:
        yield LetterFilter(search=understand(call, words))
        return
    letters = letters_by_id(call.session, call.viewer, here.letters[-RECORDS:], call.read_raw).values()
    records = dict.fromkeys(link.target_id for letter in letters for link in letter.links)
    for record in list(records)[:RECORDS]:
        yield LetterFilter(record_ids=(record,))
    yield LetterFilter()
