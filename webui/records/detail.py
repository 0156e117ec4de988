"""The page of one record: its facts, each changed in its place, its mail, and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid, Missing
from languages.speech import _, marked
from linking.merged import follow
from linking.merging import UNDOABLE
from linking.record_fields import RecordType
from linking.record_view import RecordView, names_of
from linking.records import change_record, get_record
from linking.reference_tag import tag_of
from webui.api.references import read_fields
from webui.api.shape import Change
from webui.call import Call
from webui.cursor import open_cursor
from webui.forms import page_query
from webui.pages import done, reading, render, writing
from webui.problem import ProblemError
from webui.records.earlier import offered
from webui.records.forms import active_users, edit_form, undo_fields
from webui.records.kinds import Kind
from webui.records.picture import picture_of
from webui.records.reading import errors_of, read_record
from webui.records.related import people_of, related_to
from webui.records.timeline import timeline_of

SAVED = {"won": marked("Won. Well done."), "lost": marked("Marked as lost."), "open": marked("Open again.")}
SAID = marked("Saved.")


def show(kind: Kind, record: str) -> Response | str:
    """Show one; a merged contact leads to the one that took it in."""
    with reading() as call:
        number = call.unseal(kind.type, record)
        try:
            found = get_record(call.session, call.viewer, kind.type, number)
        except Missing:
            return _lead_on(call, kind, number)
        return _page(call, kind, found, fact=_asked_fact(kind))


def change(kind: Kind, record: str) -> Response:
    """Change what the form names; what is wrong is shown beside its field."""
    try:
        changes: Change = read_record(kind.resource.change)
        with writing() as call:
            number, given = call.unseal(kind.type, record), changes.named()
            before = get_record(call.session, call.viewer, kind.type, number)
            change_record(call.session, call.viewer, kind.type, number, read_fields(call, given), call.now)
            undo = undo_fields(call, kind, before, list(given))
    except (ProblemError, Invalid) as wrong:
        return _ask_again(kind, record, wrong)
    here = url_for(f"records.change_{kind.type}", record=record)
    said = SAVED.get(str(given.get("status")), SAID) if list(given) == ["status"] else SAID
    return done(_(said), f"records.show_{kind.type}", here, undo, record=record)


def _ask_again(kind: Kind, record: str, wrong: ProblemError | Invalid) -> Response:
    if isinstance(wrong, ProblemError) and wrong.status is not HTTPStatus.UNPROCESSABLE_ENTITY:
        raise wrong
    errors = errors_of(wrong)
    with reading() as call:
        found = get_record(call.session, call.viewer, kind.type, call.unseal(kind.type, record))
        fact = next((one for one in (kind.title, *kind.facts) if one in request.form), kind.title)
        page = _page(call, kind, found, fact=fact, errors=errors)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _asked_fact(kind: Kind) -> str:
    asked = request.args.get("edit", "")
    return asked if asked in (kind.title, *kind.facts) else ""


def _lead_on(call: Call, kind: Kind, number: int) -> Response:
    (holder,) = follow(call.session, call.viewer.company_id, [number])
    get_record(call.session, call.viewer, kind.type, holder)
    return redirect(url_for(f"records.show_{kind.type}", record=call.seal(kind.type, holder)))


def _page(
    call: Call, kind: Kind, record: RecordView, *, fact: str = "", errors: Mapping[str, str] | None = None
) -> str:
    """Render the page; `fact` is the one whose form is open."""
    mail = timeline_of(call, record, open_cursor(call, page_query()))
    may_edit = call.viewer.may_write and fact
    return render(
        call,
        "record.html",
        older=mail.next,
        kind=kind,
        record=record,
        mail=mail,
        picture=picture_of(call, record),
        earlier=offered(call, record),
        tag=tag_of(call.backend.sealer, record.id),
        people=people_of(call, record),
        related=related_to(call, record),
        fact=fact if may_edit else "",
        form=edit_form(call, kind, record, fact, errors) if may_edit else None,
        errors=errors or {},
        **_beside(call, record),
    )


def _beside(call: Call, record: RecordView) -> dict[str, Any]:
    """Answer names and rights that the page needs."""
    merged = record.merged if record.type is RecordType.CONTACT else ()
    users = active_users(call)
    return {
        "organization": names_of(call.session, call.viewer, [record.organization_id] if record.organization_id else []),
        "owner": _owner(call, record, users),
        "owns": call.viewer.is_admin or record.owner_id == call.viewer.user_id,
        "unmergeable": {one.id for one in merged if one.merged_at > call.now - UNDOABLE},
    }


def _owner(call: Call, record: RecordView, users: Mapping[int, str]) -> str:
    if record.owner_id == call.viewer.user_id:
        return _("You")
    return users.get(record.owner_id) or _("A former colleague")
