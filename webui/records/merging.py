"""Merging two contacts: choose the other, see what will happen, do it, take it back."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import make_response, request, url_for
from werkzeug.wrappers import Response

from accounts.refusals import Invalid
from languages.speech import _
from linking.merging import merge_contacts, unmerge_contact, why_not_merge
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_mail import latest_mail
from linking.record_view import RecordView, names_of
from linking.records import get_record, list_records
from webui.api.shape import Asked, Sealed
from webui.call import Call
from webui.forms import field, read_form
from webui.pages import done, reading, render, writing
from webui.records.kinds import BY_TYPE
from webui.records.reading import errors_of

CONTACT: Final = RecordType.CONTACT
OFFERED: Final = 20


class MergeForm(Asked):
    """Which contact is taken in."""

    contact_id: Sealed


def show(record: str) -> str:
    """Show whom to choose, or what a merge with the chosen one would do."""
    with reading() as call:
        return _page(call, record, request.args.get("contact_id", ""))


def merge(record: str) -> Response:
    """Merge; what stands against it is said on the page."""
    asked = read_form(MergeForm)
    try:
        with writing() as call:
            kept, merged = call.unseal(CONTACT, record), call.unseal(CONTACT, asked.contact_id)
            name = get_record(call.session, call.viewer, CONTACT, merged).name
            merge_contacts(call.session, call.viewer, kept, merged, call.now)
    except Invalid as wrong:
        with reading() as call:
            page = _page(call, record, asked.contact_id, errors_of(wrong))
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    undo = url_for("records.unmerge", record=record)
    said = _("{name} is merged into this contact.").format(name=name[:60])
    return done(said, "records.show_contact", undo, {"contact_id": asked.contact_id}, record=record)


def unmerge(record: str) -> Response:
    """Take a merge back; the one that comes back is offered to be merged again."""
    named = field("contact_id")
    with writing() as call:
        kept, merged = call.unseal(CONTACT, record), call.maybe_unseal(CONTACT, named or None)
        back = call.seal(CONTACT, unmerge_contact(call.session, call.viewer, kept, call.now, merged))
    undo = url_for("records.merge", record=record)
    return done(_("The merge is undone."), "records.show_contact", undo, {"contact_id": back}, record=record)


def _page(call: Call, record: str, other: str, errors: Mapping[str, str] | None = None) -> str:
    kept = get_record(call.session, call.viewer, CONTACT, call.unseal(CONTACT, record))
    chosen = get_record(call.session, call.viewer, CONTACT, call.unseal(CONTACT, other)) if other else None
    both = [one for one in (kept, chosen) if one]
    words = "".join(char for char in request.args.get("q", "")[:200] if char.isprintable()).strip()
    offered = [] if chosen else _offered(call, kept, words)
    beside = sorted({one.organization_id for one in (*both, *offered) if one.organization_id})
    return render(
        call,
        "record_merge.html",
        kind=BY_TYPE[CONTACT],
        kept=kept,
        chosen=chosen,
        against=(errors or {}).get("contact_id")
        or (chosen and why_not_merge(call.session, call.viewer, kept.id, chosen.id)),
        mail=latest_mail(call.session, call.viewer, [one.id for one in both]),
        names=names_of(call.session, call.viewer, beside),
        offered=offered,
        q=words,
    )


def _offered(call: Call, kept: RecordView, words: str) -> list[RecordView]:
    """Answer those that the words find; without words those that share a part of the name or an address."""
    asked = [words] if words else [*kept.name.split()[:4], *(one.partition("@")[0] for one in kept.addresses[:4])]
    found: dict[int, RecordView] = {}
    for one in asked:
        page = list_records(call.session, call.viewer, CONTACT, OFFERED, None, RecordFilter(q=one))
        found |= {each.id: each for each in page.rows}
    return [one for one in found.values() if one.id != kept.id][:OFFERED]
