"""Contacts, organisations, deals, leads and projects: lists, a page each with its timeline, forms."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.record_fields import RecordType
from linking.record_view import names_of
from linking.records import (
    RecordFilter,
    change_record,
    create_record,
    delete_record,
    get_record,
    list_records,
    restore_record,
)
from webui.api.records import RESOURCES, Resource
from webui.api.references import missing_references, read_fields
from webui.api.shape import Asked, Change
from webui.call import Call
from webui.cursor import open_cursor
from webui.forms import page_query, read_form
from webui.pages import done, reading, render, writing

records: Final = Blueprint("records", __name__)
MOST_CHOICES: Final = 200
SEVERAL: Final = ("addresses", "domains", "contact_ids")
WORDS: Final = {
    RecordType.CONTACT: (
        "Contact",
        "Contacts",
        "Somebody you write to; mail with one of the addresses is linked here.",
    ),
    RecordType.ORGANIZATION: ("Organisation", "Organisations", "Mail of its domains is linked here."),
    RecordType.DEAL: ("Deal", "Deals", "Mail with its contacts is linked here while it is the only open one."),
    RecordType.LEAD: ("Lead", "Leads", "Somebody who may become a customer."),
    RecordType.PROJECT: ("Project", "Projects", "Work for a customer, with the mail about it."),
}


def _define(resource: Resource) -> None:
    kind, path = resource.kind, resource.path
    one, several, purpose = WORDS[kind]

    @records.get(f"/{path}", endpoint=f"list_{kind}")
    def show_list() -> str:
        page, wanted = page_query(), RecordFilter(q=request.args.get("q", "")[:200] or None)
        with reading() as call:
            found = list_records(call.session, call.viewer, kind, page.limit, open_cursor(call, page), wanted)
            words = {"kind": kind, "path": path, "one": one, "several": several, "purpose": purpose}
            return render(
                call,
                "records.html",
                rows=found.rows,
                older=found.next,
                q=wanted.q or "",
                **words,
                **_choices(call, kind),
            )

    @records.post(f"/{path}", endpoint=f"make_{kind}")
    def make() -> Response:
        new: Asked = read_form(resource.new, several=SEVERAL)
        with writing() as call, missing_references():
            domain = call.backend.settings.mail_domain[0]
            made = create_record(call.session, call.viewer, kind, read_fields(call, new.model_dump()), call.now, domain)
        return done(f"{one} added.", f"records.show_{kind}", record=call.seal(kind, made.id))

    @records.get(f"/{path}/<record>", endpoint=f"show_{kind}")
    def show(record: str) -> str:
        page = page_query()
        with reading() as call:
            found = get_record(call.session, call.viewer, kind, call.unseal(kind, record))
            letters = list_letters(
                call.session,
                call.viewer,
                LetterFilter(record_ids=(found.id,)),
                page.limit,
                open_cursor(call, page),
                now=call.now,
                read_raw=call.read_raw,
            )
            names = names_of(call.session, call.viewer, [*found.contact_ids, *_maybe(found.organization_id)])
            return render(
                call,
                "record.html",
                record=found,
                letters=letters.rows,
                older=letters.next,
                names=names,
                kind=kind,
                path=path,
                one=one,
                several=several,
                may_share=call.viewer.is_admin or found.owner_id == call.viewer.user_id,
                **_choices(call, kind),
            )

    @records.post(f"/{path}/<record>", endpoint=f"change_{kind}")
    def change(record: str) -> Response:
        changes: Change = read_form(resource.change, several=[name for name in SEVERAL if name in request.form])
        with writing() as call, missing_references():
            number = call.unseal(kind, record)
            change_record(call.session, call.viewer, kind, number, read_fields(call, changes.named()), call.now)
        return done("Saved.", f"records.show_{kind}", record=record)

    @records.post(f"/{path}/<record>/delete", endpoint=f"delete_{kind}")
    def delete(record: str) -> Response:
        with writing() as call:
            delete_record(call.session, call.viewer, kind, call.unseal(kind, record), call.now)
        undo = url_for(f"records.restore_{kind}", record=record)
        return done(f"{one} deleted.", f"records.list_{kind}", undo=undo)

    @records.post(f"/{path}/<record>/restore", endpoint=f"restore_{kind}")
    def restore(record: str) -> Response:
        with writing() as call:
            restore_record(call.session, call.viewer, kind, call.unseal(kind, record), call.now)
        return done(f"{one} is back.", f"records.show_{kind}", record=record)


def _choices(call: Call, kind: RecordType) -> dict[str, Any]:
    """Answer what the form offers: contacts, organisations, owners."""
    wanted = {
        RecordType.CONTACT: ("organizations",),
        RecordType.DEAL: ("contacts", "organizations"),
        RecordType.LEAD: ("contacts",),
        RecordType.PROJECT: ("contacts",),
    }.get(kind, ())
    types = {"contacts": RecordType.CONTACT, "organizations": RecordType.ORGANIZATION}
    return {
        name: list_records(call.session, call.viewer, types[name], MOST_CHOICES).rows if name in wanted else ()
        for name in types
    }


def _maybe(number: int | None) -> list[int]:
    return [] if number is None else [number]


for _resource in RESOURCES:
    _define(_resource)
