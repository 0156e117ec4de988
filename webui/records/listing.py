"""A list of records: narrowed while one types, by status and by owner, page after page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import request, url_for

from languages.speech import _
from linking.record_filter import RecordFilter
from linking.record_mail import latest_mail
from linking.record_view import RecordView, names_of
from linking.records import list_records
from webui.call import Call
from webui.cursor import open_cursor
from webui.forms import page_query
from webui.pages import reading, render
from webui.records.forms import new_form
from webui.records.kinds import OPEN, Kind

ALL: Final = "all"
DELETED: Final = "deleted"
SHOWN_NAMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list was asked for; `status` may be ALL or DELETED."""

    q: str
    status: str
    mine: bool

    def wanted(self, call: Call) -> RecordFilter:
        """Answer it as a filter."""
        return RecordFilter(
            q=self.q or None,
            status=self.status if self.status not in (ALL, DELETED) else None,
            owner_id=call.viewer.user_id if self.mine else None,
            deleted=self.status == DELETED,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A view of the list; `is_here` where it is the one that is shown."""

    words: str
    href: str
    is_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record and what is said about it in its line."""

    record: RecordView
    organization: str
    contacts: tuple[str, ...]
    latest: datetime | None


def show_list(kind: Kind) -> str:
    """Show the records that are wanted, the newest first, and the form for a new one."""
    page, asked = page_query(), _asked(kind)
    with reading() as call:
        cursor = open_cursor(call, page)
        found = list_records(call.session, call.viewer, kind.type, page.limit, cursor, asked.wanted(call))
        return render(
            call,
            "records.html",
            older=found.next,
            rows=_rows(call, found.rows),
            kind=kind,
            asked=asked,
            tabs=_tabs(kind, asked),
            owners=_owners(kind, asked),
            form=new_form(call, kind),
            has_any=bool(found.rows) or bool(list_records(call.session, call.viewer, kind.type, 1).rows),
        )


def _asked(kind: Kind) -> Asked:
    words = "".join(char for char in request.args.get("q", "")[:200] if char.isprintable()).strip()
    allowed = {value for value, _ in kind.statuses} | {ALL, DELETED}
    # Whoever searches looks everywhere, unless he says otherwise.
    otherwise = OPEN if kind.statuses and not words else ALL
    status = request.args.get("status", otherwise)
    return Asked(q=words, status=status if status in allowed else otherwise, mine=request.args.get("owner") == "mine")


def _tabs(kind: Kind, asked: Asked) -> tuple[Tab, ...]:
    listed = [*kind.said_statuses, (ALL, _("All")), (DELETED, _("Deleted"))]
    return tuple(
        Tab(words=words, href=_href(kind, asked, status=value), is_here=asked.status == value)
        for value, words in listed
    )


def _owners(kind: Kind, asked: Asked) -> tuple[Tab, ...]:
    return (
        Tab(words=_("Everybody's"), href=_href(kind, asked, owner=None), is_here=not asked.mine),
        Tab(words=_("Mine"), href=_href(kind, asked, owner="mine"), is_here=asked.mine),
    )


def _href(kind: Kind, asked: Asked, **other: str | None) -> str:
    now: dict[str, str | None] = {
        "q": asked.q or None,
        "status": asked.status,
        "owner": "mine" if asked.mine else None,
    }
    return url_for(f"records.list_{kind.type}", **{**now, **other})  # type: ignore[arg-type]


def _rows(call: Call, records: tuple[RecordView, ...]) -> list[Row]:
    mail = latest_mail(call.session, call.viewer, [one.id for one in records])
    beside = {one.organization_id for one in records if one.organization_id}
    beside.update(contact for one in records for contact in one.contact_ids[:SHOWN_NAMES])
    names = names_of(call.session, call.viewer, sorted(beside))
    return [
        Row(
            record=one,
            organization=names.get(one.organization_id or 0, ""),
            contacts=tuple(names[contact] for contact in one.contact_ids[:SHOWN_NAMES] if contact in names),
            latest=mail.get(one.id),
        )
        for one in records
    ]
