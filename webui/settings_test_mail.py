"""A test mail: send one to the address, and watch how it goes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import request, url_for

from accounts.addresses import address_of
from accounts.users import personal_address
from ingest.arrivals import newest_arrival
from ingest.inbounds import InboundView
from linking.letter_parts import records_in
from linking.record_view import names_of
from linking.sentences import sentence
from webui.call import Call
from webui.pages import reading
from webui.settings_frame import settings, show_page

LONGEST: Final = timedelta(days=1)
"""How far back a page that was left open may look."""


@settings.get("/settings/test")
def test_mail() -> str:
    """Show the addresses, and the newest mail of the one who asks since he opened the page."""
    with reading() as call:
        since = _since(request.args.get("since", ""), call.now)
        arrival = newest_arrival(call.session, call.viewer, since)
        return show_page(
            call,
            "settings_test_mail.html",
            personal=personal_address(call.session, call.viewer.company_id, call.viewer.user_id),
            universal=address_of(call.session, call.viewer.company_id) or "",
            again=url_for("settings.test_mail", since=since.isoformat()),
            arrival=arrival,
            reason=_reason(call, arrival) if arrival else "",
            waits=arrival is None or arrival.status in ("received", "processing"),
        )


def _since(text: str, now: datetime) -> datetime:
    """Answer when the page was opened: now, where it does not say so."""
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return now
    return max(told, now - LONGEST) if told.tzinfo is not None and told <= now else now


def _reason(call: Call, arrival: InboundView) -> str:
    if arrival.reason is None:
        return ""
    names = names_of(call.session, call.viewer, sorted(records_in(arrival.reason_args or {})))
    return sentence(arrival.reason, arrival.reason_args, names.get)
