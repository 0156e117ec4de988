"""New records: by their own form, or from a letter that says who it is."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from linking.letter import Letter
from linking.letters import find_letter
from linking.links import WouldHide, add_link
from linking.record_draft import Draft, draft_of
from linking.record_view import RecordView
from linking.records import create_record
from webui.api.references import read_fields
from webui.api.shape import Asked
from webui.call import Call
from webui.forms import field
from webui.hiding import ask_first
from webui.pages import done, reading, render, writing
from webui.problem import ProblemError, not_found
from webui.records.forms import given_values, new_form, values_from
from webui.records.kinds import Kind
from webui.records.reading import errors_of, read_record

FROM_ADDRESS = ("contact_ids", "organization_id")
"""What a link to the form may fill in."""


def show_form(kind: Kind) -> str:
    """Show the form, filled in from a letter where one is named."""
    with reading() as call:
        letter = _letter(call, request.args.get("from", ""))
        draft = draft_of(call.session, call.viewer, kind.type, letter) if letter else Draft()
        return _page(call, kind, letter, {**values_from(call, kind, draft), **_given_by_address()}, draft=draft)


def make(kind: Kind) -> Response:
    """Make a record, and link the letter that it was made from."""
    try:
        new: Asked = read_record(kind.resource.new)
        with writing() as call:
            made = _make_linked(call, kind, new)
    except (ProblemError, Invalid) as wrong:
        return _ask_again(kind, wrong)
    if isinstance(made, Response):
        return made
    said = kind.say("added_linked" if field("message_id") else "added")
    undo = url_for(f"records.delete_{kind.type}", record=made)
    return done(said, f"records.show_{kind.type}", undo, record=made)


def _make_linked(call: Call, kind: Kind, new: Asked) -> str | Response:
    """Answer the new record's id, or the page that asks whether the letter may be hidden."""
    domain, message = call.backend.settings.mail_domain[0], field("message_id")
    fields = read_fields(call, new.model_dump())
    # Found out before it is kept: a record that its maker alone may see hides the letter like any other.
    with call.session.begin_nested() as attempt:
        made = create_record(call.session, call.viewer, kind.type, fields, call.now, domain)
        hidden = _link(call, message, made, confirmed=bool(field("confirm"))) if message else None
        if hidden:
            attempt.rollback()
    if hidden:
        return ask_first(call, hidden, back=url_for("letter.show", message=message))
    return call.seal(kind.type, made.id)


def _link(call: Call, message: str, made: RecordView, *, confirmed: bool) -> WouldHide | None:
    number = call.unseal("message", message)
    linked = add_link(call.session, call.viewer, number, made.type, made.id, call.now, confirmed=confirmed)
    return linked if isinstance(linked, WouldHide) else None


def _ask_again(kind: Kind, wrong: ProblemError | Invalid) -> Response:
    if isinstance(wrong, ProblemError) and wrong.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
        raise wrong
    with reading() as call:
        letter = _letter(call, field("message_id"))
        page = _page(call, kind, letter, given_values(kind), errors=errors_of(wrong))
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(
    call: Call,
    kind: Kind,
    letter: Letter | None,
    values: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    draft: Draft | None = None,
) -> str:
    message = call.seal("message", letter.id) if letter else ""
    form = new_form(call, kind, values, errors, message=message)
    return render(
        call, "record_new.html", kind=kind, form=form, letter=letter, strangers=draft.strangers if draft else ()
    )


def _letter(call: Call, message: str) -> Letter | None:
    if not message:
        return None
    found = find_letter(call.session, call.viewer, call.unseal("message", message), call.read_raw)
    if found is None:
        raise not_found()
    return found


def _given_by_address() -> dict[str, Any]:
    given = {name: request.args.getlist(name) for name in FROM_ADDRESS if name in request.args}
    return {name: value if name == "contact_ids" else value[0] for name, value in given.items()}
