"""The audit log: who changed what, and when; by person and kind, and as a file (SECURITY W12)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import urlencode

from flask import Response, request, url_for

from accounts.audit import Event, list_events
from accounts.senders import list_senders
from accounts.teams import list_teams
from accounts.users import UserView, list_users
from languages.speech import _, marked
from linking.record_fields import RecordType
from linking.record_view import names_of
from webui.admin_frame import admin, show_page
from webui.audit_deeds import Names
from webui.audit_words import KINDS, told
from webui.call import Call
from webui.cursor import paged
from webui.forms import page_query
from webui.pages import reading
from webui.shown import plain

MOST_PEOPLE: Final = 500
MOST_SENDERS: Final = 1000
GONE: Final = {
    "user": marked("a user who is gone"),
    "team": marked("a team that is gone"),
    "sender": marked("of long ago"),
}
MOST_EXPORTED: Final = 10_000
AT_ONCE: Final = 500
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would take a cell that begins so for a formula."""
RECORDS: Final = frozenset(RecordType)


@admin.get("/audit")
def audit() -> str:
    """Show the newest, a page at a time."""
    with reading() as call:
        found = paged(call, page_query(), lambda limit, before: _events(call, limit, before), lambda row: row.id)
        people = _people(call)
        names = _names(call, people, found.rows)
        return show_page(
            call,
            "admin_audit.html",
            rows=[(event, told(event, names)) for event in found.rows],
            older=found.next,
            people=people,
            kinds=[(kind, _(title)) for kind, (title, actions) in KINDS.items()],
            actor=request.args.get("actor", ""),
            kind=request.args.get("kind", ""),
            export=f"{url_for('admin.audit_file')}?{urlencode(_asked())}",
        )


@admin.get("/audit.csv")
def audit_file() -> Response:
    """Answer all of it that was looked for as a table, the newest first."""
    with reading() as call:
        events: list[Event] = []
        before: int | None = None
        while len(events) < MOST_EXPORTED and (found := _events(call, AT_ONCE, before)):
            events += found
            before = found[-1].id
        names = _names(call, _people(call), events)
        rows = [(event.at.isoformat(), *_cells(event, names)) for event in events]
    response = Response(_table(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
    return response


def safe_cell(text: str) -> str:
    """Answer the text so that no spreadsheet takes it for a formula."""
    line = plain(text, 2000)
    return f"'{line}" if line.startswith(FORMULAS) else line


def _cells(event: Event, names: Names) -> tuple[str, str, str]:
    words = told(event, names)
    return words.who, words.deed, event.action


def _table(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow((_("when"), _("who"), _("did"), _("action")))
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    # Spreadsheets read a file without the mark in the local encoding.
    return "\ufeff" + written.getvalue()


def _events(call: Call, limit: int, before: int | None) -> tuple[Event, ...]:
    asked = _asked()
    actor = call.unseal("user", asked["actor"]) if "actor" in asked else None
    kinds = KINDS[asked["kind"]][1] if "kind" in asked else ()
    return list_events(call.session, call.viewer, limit, before, actor_id=actor, kinds=kinds)


def _asked() -> dict[str, str]:
    """Answer what was asked for; a kind that nobody knows asks for everything."""
    given = {name: request.args.get(name, "") for name in ("actor", "kind")}
    return {name: value for name, value in given.items() if value and (name == "actor" or value in KINDS)}


def _people(call: Call) -> tuple[UserView, ...]:
    everybody = list_users(call.session, call.viewer.company_id, MOST_PEOPLE)
    return tuple(sorted(everybody, key=lambda one: one.name.casefold()))


def _names(call: Call, people: Sequence[UserView], events: Sequence[Event]) -> Names:
    """Answer what to call things: records by name where the admin may see them."""
    users = {one.id: one.name for one in people}
    teams = {one.id: one.name for one in list_teams(call.session, call.viewer)}
    targets = [(event.target or "").partition(" ")[::2] for event in events]
    ids = {int(number) for kind, number in targets if kind in RECORDS and number.isdigit()}
    records = names_of(call.session, call.viewer, sorted(ids))
    senders = {one.id: one.address for one in list_senders(call.session, call.viewer, MOST_SENDERS)}
    known = {"user": users, "team": teams, "sender": senders}

    def name(kind: str, number: int) -> str:
        if kind in known:
            return plain(known[kind].get(number)) or _(GONE[kind])
        return f"“{plain(records[number])}”" if number in records else ""

    return name
