"""What is done beside a letter: another record in a link's place, answers that stand for all mail of its people."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from ingest.access_asked import ask_for_letter
from languages.speech import _
from linking.letter import Letter, LetterLink
from linking.links import WouldHide
from linking.missing import letters_missing
from linking.open_records import open_for
from linking.relinking import replace_link
from linking.standing import remove_standing
from linking.standing_about import Subject, answer_always, answers_about, subject_of_link
from outbox.letterhead import letterhead_of
from webui.api.links import LinkNew
from webui.api.message_shapes import RecordKind
from webui.api.references import missing_references, number_of
from webui.api.shape import Asked, Sealed
from webui.auth import local_path
from webui.call import Call
from webui.forms import field, read_form
from webui.hiding import ask_first
from webui.letter_view import find
from webui.pages import done_at, writing
from webui.problem import not_found
from webui.side.always import subject_of_letter
from webui.side.party import party_of

side: Final = Blueprint("side", __name__, url_prefix="/m/<message>")


class AlwaysForm(Asked):
    """Beside which link, and to which record all later mail goes."""

    link: Sealed
    type: RecordKind
    target_id: Sealed


class EndForm(Asked):
    """Which standing answer ends, and beside which link it was shown."""

    answer: Sealed
    link: Sealed


@side.post("/links/<link>/change")
def change_link(message: str, link: str) -> Response:
    """Put another record in the place of a linked one; asks first where that would hide the letter (RULES R30)."""
    new = read_form(LinkNew, flags=("confirm",))
    with writing() as call, missing_references():
        call.unseal("message", message)
        number, target = call.unseal("link", link), number_of(call, new.type, new.target_id)
        made = replace_link(call.session, call.viewer, number, new.type, target, call.now, confirmed=new.confirm)
        if isinstance(made, WouldHide):
            return ask_first(call, made, back=_back(message))
        undo = url_for("side.change_link", message=message, link=call.seal("link", made.link_id))
        former = {"type": made.former_type, "target_id": call.seal(made.former_type, made.former_id)}
    return done_at(_back(message), _("The link is changed."), undo, {**former, "back": _back(message)})


@side.post("/always")
def always(message: str) -> Response:
    """Let all later mail of the same people go to a record."""
    asked = read_form(AlwaysForm)
    with writing() as call, missing_references():
        letter = find(call, message)
        subject = _subject(call, letter, _link(call, letter, asked.link))
        former = answers_about(call.session, call.viewer, [subject]).get(subject) if subject else None
        target = number_of(call, asked.type, asked.target_id)
        made = answer_always(call.session, call.viewer, subject, target, call.now)
        if former is None:
            undo, fields = url_for("side.end_always", message=message), {"answer": call.seal("standing", made)}
        else:
            before = call.seal(former.target_type, former.target_id)
            undo, fields = url_for("side.always", message=message), {"type": former.target_type, "target_id": before}
    said = _("From now on always so. Mail that is here already stays as it is.")
    return done_at(_back(message), said, undo, {**fields, "link": asked.link, "back": _back(message)})


@side.post("/always/end")
def end_always(message: str) -> Response:
    """End a standing answer: the next such mail is asked about again."""
    asked = read_form(EndForm)
    with writing() as call:
        link = _link(call, find(call, message), asked.link)
        remove_standing(call.session, call.viewer, call.unseal("standing", asked.answer), call.now)
        again = {"link": asked.link, "type": link.type, "target_id": call.seal(link.type, link.target_id)}
    said = _("Ended: the next such mail is asked about again.")
    return done_at(_back(message), said, url_for("side.always", message=message), {**again, "back": _back(message)})


@side.post("/missing")
def ask_for_missing(message: str) -> Response:
    """Ask to see the letters of the conversation that are not here; answered alike whoever has them (RULES R32)."""
    with writing() as call:
        letterhead = letterhead_of(call.backend.settings)
        for asked, number in letters_missing(call.session, call.viewer, find(call, message).id, call.now):
            ask_for_letter(call.session, call.viewer, asked, number, letterhead, call.now)
    return done_at(_back(message), _("Asked. A colleague who has what is missing can let you see it."))


def _subject(call: Call, letter: Letter, link: LetterLink) -> Subject:
    """Answer whom the answer beside this link is about; 404 beside a colleague's letter, where there is none."""
    if not letter.owned:
        raise not_found()
    said = subject_of_link(link.rule, link.args)
    if said is not None:
        return said
    party = party_of(call, letter)
    return subject_of_letter(call, party, open_for(call.session, call.viewer, party.people if party else ()))


def _link(call: Call, letter: Letter, sealed: str) -> LetterLink:
    number = call.unseal("link", sealed)
    found = next((one for one in letter.links if one.id == number), None)
    if found is None:
        raise not_found()
    return found


def _back(message: str) -> str:
    """Answer where the form leads: the page that it names, else the letter's own."""
    named = field("back", 1000)
    return local_path(named) if named else url_for("letter.show", message=message)
