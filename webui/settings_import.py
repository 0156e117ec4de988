"""Imports of records on pages: a file, what its columns say, a try, the run, what came of it, and undo.

What takes time is the worker's: a page that waits asks again by itself, without JavaScript too.
"""

from __future__ import annotations

import csv
import io
from typing import Final

from flask import Response as FileResponse
from flask import make_response, request
from werkzeug.wrappers import Response

from accounts.refusals import Forbidden, Invalid
from languages.speech import _, marked
from linking.importing_columns import FIELDS, Field, Kind
from linking.importing_mapping import Mapping
from linking.importing_sheet import Sheet, Unreadable
from linking.imports import (
    ImportView,
    State,
    begin_import,
    forget_import,
    get_import,
    guessed,
    list_imports,
    load_file,
    not_taken,
    read_file,
    set_mapping,
    start_import,
    undo_import,
)
from webui.admin_audit import safe_cell
from webui.call import Call
from webui.forms import field
from webui.pages import done, reading, writing
from webui.sections import NONE, Errors, tried
from webui.settings_frame import settings, show_page

LISTED: Final = 20
SHOWN_LINES: Final = 5
SHOWN_FAULTS: Final = 50
MOST_MAPPED: Final = 150
"""Columns that the form has a field for; a form has at most 200 parts."""
REFRESH_SECONDS: Final = "2"
KIND_WORDS: Final = {
    Kind.CONTACTS: marked("contacts"),
    Kind.ORGANIZATIONS: marked("organisations"),
    Kind.DEALS: marked("deals"),
}
READ_ANEW: Final = {
    Kind.CONTACTS: marked("Read as contacts now: look at the columns again."),
    Kind.ORGANIZATIONS: marked("Read as organisations now: look at the columns again."),
    Kind.DEALS: marked("Read as deals now: look at the columns again."),
}
FIELD_WORDS: Final = {
    Field.NAME: marked("name"),
    Field.FIRST_NAME: marked("first name"),
    Field.LAST_NAME: marked("last name"),
    Field.ADDRESSES: marked("addresses"),
    Field.ORGANIZATION: marked("organisation"),
    Field.DOMAINS: marked("domains"),
    Field.TITLE: marked("title"),
    Field.STATUS: marked("status"),
    Field.STAGE: marked("stage"),
    Field.VALUE: marked("value"),
    Field.CURRENCY: marked("currency"),
}


@settings.get("/settings/import", endpoint="imports")
def show_all() -> str:
    """Show the forms for files, and the imports so far."""
    return list_page(NONE)


@settings.post("/settings/import", endpoint="take_file")
def take_file() -> Response:
    """Take a file up, and lead to what its columns say."""
    return tried(_take, list_page)


@settings.get("/settings/import/<number>", endpoint="import_one")
def show_one(number: str) -> Response:
    """Show where an import stands; while it runs, the page asks again by itself."""
    with reading() as call:
        view = get_import(call.session, call.viewer, call.unseal("import", number))
        response = make_response(_page(call, view, NONE))
    if view.state in (State.RUNNING, State.UNDOING):
        response.headers["Refresh"] = REFRESH_SECONDS
    return response


@settings.post("/settings/import/<number>/try", endpoint="try_import")
def try_one(number: str) -> Response:
    """Keep what the columns say, and find out what the run would do; another kind of line is mapped anew."""

    def again(errors: Errors) -> str:
        with reading() as call:
            return _page(call, get_import(call.session, call.viewer, call.unseal("import", number)), errors)

    return tried(lambda: _try(number), again)


@settings.post("/settings/import/<number>/run", endpoint="run_import")
def run_one(number: str) -> Response:
    """Let it run."""
    with writing() as call:
        start_import(call.session, call.viewer, call.unseal("import", number), call.now, dry=False)
    return done(_("The import runs: you may leave this page."), "settings.import_one", number=number)


@settings.post("/settings/import/<number>/undo", endpoint="undo_import")
def undo_one(number: str) -> Response:
    """Take all of it back."""
    with writing() as call:
        undo_import(call.session, call.viewer, call.unseal("import", number), call.now)
    return done(_("The import is being taken back."), "settings.import_one", number=number)


@settings.post("/settings/import/<number>/forget", endpoint="forget_import")
def forget_one(number: str) -> Response:
    """Forget a file that was not run."""
    with writing() as call:
        forget_import(call.session, call.viewer, call.unseal("import", number))
    return done(_("The file is forgotten."), "settings.imports")


@settings.get("/settings/import/<number>/left-out.csv", endpoint="left_out")
def left_out(number: str) -> FileResponse:
    """Answer the lines that were not taken, each with why, to be corrected and imported again."""
    with reading() as call:
        import_id = call.unseal("import", number)
        found = not_taken(call.session, call.viewer, import_id)
        header = get_import(call.session, call.viewer, import_id).header
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    # What was wrong comes last, so that the corrected file is imported as the first was.
    writer.writerow([safe_cell(name) for name in (*header, _("line"), _("what"), _("why"))])
    for one in found:
        cells = (*one.cells, *[""] * (len(header) - len(one.cells)))
        writer.writerow([safe_cell(cell) for cell in (*cells, str(one.line), one.outcome, one.said)])
    # Spreadsheets read a file without the mark in the local encoding.
    response = FileResponse("\ufeff" + written.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="left-out.csv"'
    return response


def _take() -> Response:
    with reading() as call:
        if not call.viewer.may_write:
            raise Forbidden(_("A read-only user imports nothing."))
    file = request.files.get("file")
    raw = file.read() if file else b""
    try:
        # Before the transaction: reading a large file takes a moment.
        sheet = read_file(raw)
    except Unreadable as wrong:
        raise Invalid({"file": _("This cannot be read: {why}.").format(why=wrong)}) from None
    with writing() as call:
        name = (file.filename if file else None) or "file"
        made = begin_import(call.session, call.viewer, name, raw, sheet, guessed(sheet), call.now)
        number = call.seal("import", made)
    return done(_("The file is read. Look at what its columns say."), "settings.import_one", number=number)


def _try(number: str) -> Response:
    with reading() as call:
        import_id = call.unseal("import", number)
        view = get_import(call.session, call.viewer, import_id)
        sheet = read_file(load_file(call.session, call.viewer.company_id, import_id))
    kind = Kind(field("kind")) if field("kind") in [*Kind] else view.mapping.kind
    is_other = kind is not view.mapping.kind and bool(sheet.delimiter)
    mapping = guessed(sheet, kind) if is_other else _given(view.mapping)
    with writing() as call:
        if is_other:
            try:
                set_mapping(call.session, call.viewer, import_id, mapping)
            except Invalid as wrong:
                raise Invalid({"kind": wrong.errors["map"]}) from None
        else:
            set_mapping(call.session, call.viewer, import_id, mapping)
            start_import(call.session, call.viewer, import_id, call.now, dry=True)
    said = _(READ_ANEW[kind]) if is_other else _("The file is being tried.")
    return done(said, "settings.import_one", number=number)


def _given(before: Mapping) -> Mapping:
    """Answer the mapping that the form says; of two columns of one field the later has it."""
    mapping = before
    for place in range(len(before.fields)):
        name = f"column-{place}"
        if name in request.form:
            said = field(name)
            mapping = mapping.corrected(place, Field(said) if said in FIELDS[before.kind] else None)
    return mapping


def list_page(errors: Errors) -> str:
    """Show the forms for files, and the imports so far."""
    with reading() as call:
        rows = list_imports(call.session, call.viewer, LISTED)
        return show_page(call, "settings_import.html", errors, rows=rows)


def _page(call: Call, view: ImportView, errors: Errors) -> str:
    sheet = _sheet(call, view) if view.state is State.DRAFT else None
    faults = not_taken(call.session, call.viewer, view.id, SHOWN_FAULTS)
    columns = list(zip(sheet.header, view.mapping.fields, strict=True))[:MOST_MAPPED] if sheet else []
    return show_page(
        call,
        "settings_import_one.html",
        errors,
        one=view,
        sheet=sheet,
        columns=columns,
        lines=[line for line in sheet.lines if not line.problem][:SHOWN_LINES] if sheet else [],
        fields=[(str(one), _(FIELD_WORDS[one])) for one in FIELDS[view.mapping.kind]],
        kinds=[(str(kind), _(words)) for kind, words in KIND_WORDS.items()],
        faults=faults,
    )


def _sheet(call: Call, view: ImportView) -> Sheet:
    return read_file(load_file(call.session, call.viewer.company_id, view.id))
