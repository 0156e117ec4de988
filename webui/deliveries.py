"""The delivery log: each mail transaction with what was said at the door, each mail of ours with its tries.

One's own in full; admins know of every row that it is there, and more where INTERFACE 4 (`inbound`) says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from ingest.deliveries import Sought, get_delivery, list_deliveries, protocols_of
from ingest.inbounds import InboundView
from languages.speech import _, marked
from linking.cursor import Cursor
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from outbox.sent_log import get_sent, list_sent
from webui import admin_frame, settings_frame
from webui.auth import viewer
from webui.call import Call
from webui.cursor import open_cursor, paged
from webui.forms import page_query
from webui.pages import reading

deliveries: Final = Blueprint("deliveries", __name__, url_prefix="/deliveries")
STATUSES: Final = {
    "received": (marked("waiting"), ""),
    "processing": (marked("being worked on"), ""),
    "filed": (marked("filed"), "good"),
    "held": (marked("held"), "warn"),
    "discarded": (marked("discarded"), ""),
    "failed": (marked("failed"), "bad"),
}
SENT: Final = {
    "queued": (marked("waiting to go out"), ""),
    "sending": (marked("on its way"), ""),
    "sent": (marked("delivered"), "good"),
    "failed": (marked("not delivered"), "bad"),
    "unknown": (marked("may have arrived"), "warn"),
    "cancelled": (marked("not sent"), ""),
}
KINDS: Final = {
    "notice": marked("Notice to you"),
    "confirmation": marked("Confirmation"),
    "answer": marked("Answer of the robot"),
    "composed": marked("Mail that you wrote"),
}
ORIGINS: Final = {
    "smtp": marked("SMTP"),
    "lmtp": marked("LMTP"),
    "imap": marked("Mailbox"),
    "upload": marked("Upload"),
    "composed": marked("Written here"),
}
SOURCES: Final = {"try": marked("Try"), "report": marked("Delivery report"), "answer": marked("Automatic answer")}
HEARD: Final = {
    "pass": "good",
    "fail": "bad",
    "permerror": "bad",
    "softfail": "warn",
    "temperror": "warn",
    "policy": "warn",
}
ID_LENGTH: Final = 26


@deliveries.get("")
def show() -> Response | str:
    """Show what came in, or what went out, as far as one may know of it; an id leads to its row."""
    text = request.args.get("q", "").strip()[:320]
    with reading() as call:
        if (path := _named(call, text)) is not None:
            return redirect(path)
        if request.args.get("way") == "out":
            return _outgoing(call, text)
        return _incoming(call, text)


@deliveries.get("/in/<inbound>")
def show_incoming(inbound: str) -> str:
    """Show one mail transaction."""
    with reading() as call:
        found = get_delivery(call.session, call.viewer, call.unseal("inbound", inbound))
        return _page(
            call,
            "delivery_in.html",
            one=found,
            row=found.row,
            protocols=protocols_of(found.proof) if found.proof else (),
            reason=_reason(call, found.row),
            is_smtp=found.row.origin in ("smtp", "lmtp"),
        )


@deliveries.get("/out/<mail>")
def show_outgoing(mail: str) -> str:
    """Show one mail of ours with its tries."""
    with reading() as call:
        one, attempts = get_sent(call.session, call.viewer, call.now, call.unseal("outbox", mail))
        return _page(call, "delivery_out.html", one=one, attempts=attempts)


def _incoming(call: Call, text: str) -> str:
    page = page_query()
    status = request.args.get("status", "")
    since, until = _span()
    sought = Sought(address=text, status=status if status in STATUSES else None, since=since, until=until)
    cursor = open_cursor(call, page)
    found = list_deliveries(call.session, call.viewer, sought, page.limit, cursor.id if cursor else None)
    older = Cursor(found.next) if found.next is not None else None
    return _list(call, found.rows, older, status=sought.status or "")


def _outgoing(call: Call, text: str) -> str:
    since, until = _span()
    found = paged(
        call,
        page_query(),
        lambda limit, before: list_sent(
            call.session, call.viewer, call.now, limit, before, address=text, since=since, until=until
        ),
        lambda row: row.id,
    )
    return _list(call, found.rows, found.next, status="")


def _list(call: Call, rows: Sequence[Any], older: Cursor | None, status: str) -> str:
    asked = {name: request.args.get(name, "") for name in ("q", "since", "until")}
    way = "out" if request.args.get("way") == "out" else "in"
    return _page(call, "deliveries.html", rows=rows, older=older, status=status, way=way, asked=asked)


def _page(call: Call, template: str, **values: Any) -> str:
    """Render it among the admin pages for an admin, among the settings for anybody else."""
    frame = admin_frame if call.viewer.is_admin else settings_frame
    words = {"STATUSES": STATUSES, "SENT": SENT, "KINDS": KINDS, "ORIGINS": ORIGINS, "SOURCES": SOURCES}
    base = "admin_base.html" if viewer().is_admin else "settings_base.html"
    shown: str = frame.show_page(call, template, base=base, HEARD=HEARD, **words, **values)
    return shown


def _named(call: Call, text: str) -> str | None:
    """Answer the page of the row that an id names, as the reply to DATA tells it."""
    if len(text) != ID_LENGTH or "@" in text:
        return None
    if call.backend.sealer.unseal("inbound", text) is not None:
        return url_for("deliveries.show_incoming", inbound=text)
    if call.backend.sealer.unseal("outbox", text) is not None:
        return url_for("deliveries.show_outgoing", mail=text)
    return None


def _span() -> tuple[datetime | None, datetime | None]:
    """Answer the time that was asked for, in days of UTC; a day that cannot be read asks for nothing."""
    since, until = (_day(request.args.get(name, "")) for name in ("since", "until"))
    return since, until + timedelta(days=1) if until else None


def _day(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day.year < date.max.year else None
    except ValueError:
        return None


def _reason(call: Call, row: InboundView) -> str:
    if not row.reason:
        return ""
    names = names_of(call.session, call.viewer, sorted(records_in(row.reason_args or {})))
    return sentence(row.reason, row.reason_args, names.get) or _("There is nothing to say about it.")
