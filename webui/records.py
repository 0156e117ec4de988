"""Contacts, organisations, deals, leads and projects: lists, a page each with its timeline, forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from linking.cursor import Cursor, Page
from linking.letter import Letter
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.record_fields import RecordType
from linking.record_filter import RecordFilter
from linking.record_view import RecordView, names_of
from linking.records import (
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


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of one of the five types."""

    resource: Resource

    @property
    def kind(self) -> RecordType:
        """Answer which of the five."""
        return self.resource.kind

    @property
    def words(self) -> dict[str, Any]:
        """Answer what the templates call it."""
        one, several, purpose = WORDS[self.kind]
        return {"kind": self.kind, "path": self.resource.path, "one": one, "several": several, "purpose": purpose}

    def show_list(self) -> str:
        """Show the newest, or those that were searched for, and the form for a new one."""
        page, wanted = page_query(), RecordFilter(q=request.args.get("q", "")[:200] or None)
        with reading() as call:
            found = list_records(call.session, call.viewer, self.kind, page.limit, open_cursor(call, page), wanted)
            more = {"rows": found.rows, "q": wanted.q or "", **self.words, **_choices(call, self.kind)}
            return render(call, "records.html", older=found.next, **more)

    def make(self) -> Response:
        """Make one from the form."""
        new: Asked = read_form(self.resource.new, several=SEVERAL)
        with writing() as call, missing_references():
            fields, domain = read_fields(call, new.model_dump()), call.backend.settings.mail_domain[0]
            made = create_record(call.session, call.viewer, self.kind, fields, call.now, domain)
        return self._show(f"{self.words['one']} added.", call.seal(self.kind, made.id))

    def show(self, record: str) -> str:
        """Show one with its mail."""
        page = page_query()
        with reading() as call:
            found = get_record(call.session, call.viewer, self.kind, call.unseal(self.kind, record))
            letters = _letters_of(call, found, page.limit, open_cursor(call, page))
            return render(
                call,
                "record.html",
                record=found,
                letters=letters.rows,
                older=letters.next,
                names=names_of(call.session, call.viewer, [*found.contact_ids, *_maybe(found.organization_id)]),
                may_share=call.viewer.is_admin or found.owner_id == call.viewer.user_id,
                **self.words,
                **_choices(call, self.kind),
            )

    def change(self, record: str) -> Response:
        """Change what the form names."""
        several = [name for name in SEVERAL if name in request.form]
        changes: Change = read_form(self.resource.change, several=several)
        with writing() as call, missing_references():
            number = call.unseal(self.kind, record)
            change_record(call.session, call.viewer, self.kind, number, read_fields(call, changes.named()), call.now)
        return self._show("Saved.", record)

    def delete(self, record: str) -> Response:
        """Delete one, and offer to take that back."""
        with writing() as call:
            delete_record(call.session, call.viewer, self.kind, call.unseal(self.kind, record), call.now)
        undo = url_for(f"records.restore_{self.kind}", record=record)
        return done(f"{self.words['one']} deleted.", f"records.list_{self.kind}", undo=undo)

    def restore(self, record: str) -> Response:
        """Take a deletion back."""
        with writing() as call:
            restore_record(call.session, call.viewer, self.kind, call.unseal(self.kind, record), call.now)
        return self._show(f"{self.words['one']} is back.", record)

    def _show(self, said: str, record: str) -> Response:
        return done(said, f"records.show_{self.kind}", record=record)


def _route(pages: Pages) -> None:
    kind, path = pages.kind, f"/{pages.resource.path}"
    records.get(path, endpoint=f"list_{kind}")(pages.show_list)
    records.post(path, endpoint=f"make_{kind}")(pages.make)
    records.get(f"{path}/<record>", endpoint=f"show_{kind}")(pages.show)
    records.post(f"{path}/<record>", endpoint=f"change_{kind}")(pages.change)
    records.post(f"{path}/<record>/delete", endpoint=f"delete_{kind}")(pages.delete)
    records.post(f"{path}/<record>/restore", endpoint=f"restore_{kind}")(pages.restore)


def _letters_of(call: Call, record: RecordView, limit: int, cursor: Cursor | None) -> Page[Letter]:
    wanted = LetterFilter(record_ids=(record.id,))
    return list_letters(call.session, call.viewer, wanted, limit, cursor, now=call.now, read_raw=call.read_raw)


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
    _route(Pages(_resource))
