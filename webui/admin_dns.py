"""DNS: a row a record, what it should say, what it says, and how to make it right (RULES R50)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from werkzeug.wrappers import Response

from languages.speech import _, marked, ngettext
from net.resolver import DnsResolver
from outbox.dns_asking import ask_all
from outbox.dns_checks import judged, keep_answers, wanted_by
from outbox.dns_record import Judged, Purpose, State
from outbox.dns_wanted import LONGEST_STRING, strings_of
from outbox.dns_words import NOT_SET, PURPOSES, REMARKS, STATES
from outbox.signing_keys import Signer
from webui.admin_frame import admin, show_page
from webui.backend import Backend, backend
from webui.pages import done, reading, writing

LONGEST_LOOK: Final = 20.0
"""Seconds of a look at all records: who presses the button waits for it."""
GROUPS: Final = (
    ("receiving", marked("Receiving"), (Purpose.MX, Purpose.A, Purpose.AAAA, Purpose.PTR)),
    ("sending", marked("Sending our notices"), (Purpose.SPF, Purpose.DKIM, Purpose.DMARC)),
    ("encryption", marked("Encryption"), (Purpose.MTA_STS, Purpose.TLS_RPT)),
    ("own", marked("Your own domains"), (Purpose.OWN_SPF, Purpose.OWN_DMARC)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A record with its words; `strings` is the value as quoted strings, "" where it fits into one."""

    judged: Judged
    title: str
    reason: str
    state: str
    remarks: tuple[str, ...]
    strings: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The records that serve one end."""

    name: str
    title: str
    rows: tuple[Row, ...]


@admin.get("/dns")
def dns() -> str:
    """Show what DNS said when it was last asked."""
    with reading() as call:
        here = call.backend.settings
        found = judged(call.session, wanted_by(call.session, here, call.viewer.company_id))
        with_key = {one.wanted.domain for one in found if one.wanted.purpose is Purpose.DKIM}
        return show_page(
            call,
            "admin_dns.html",
            groups=_groups(found),
            wrong=[one for one in found if one.look == "bad"],
            checked_at=_last(found),
            without_key=[one for one in here.mail_domain if one not in with_key],
            never=all(one.state is State.UNKNOWN for one in found),
        )


@admin.post("/dns/check")
def check_dns() -> Response:
    """Ask DNS about all of it; keys are made where there are none, and no transaction is open meanwhile."""
    here = backend()
    _make_keys(here)
    with reading() as call:
        wanted = wanted_by(call.session, here.settings, call.viewer.company_id)
    resolver = DnsResolver(here.settings.dns_servers).until(time.monotonic() + LONGEST_LOOK)
    answers = ask_all(wanted, resolver, here.settings.own_name)
    with writing() as call:
        keep_answers(call.session, answers, call.now)
        found = judged(call.session, wanted)
    return done(_told(found), "admin.dns")


def _make_keys(here: Backend) -> None:
    signer = Signer(here.database, here.keys, here.settings.mail_domain)
    for domain in here.settings.mail_domain:
        signer.key(domain)


def _told(found: Sequence[Judged]) -> str:
    wrong = sum(one.look == "bad" for one in found)
    if wrong:
        said = ngettext("{num} record has to be mended.", "{num} records have to be mended.", wrong)
        return said.format(num=wrong)
    if any(one.state is State.SILENT for one in found):
        return _("DNS did not answer about all of it. Try again in a while.")
    return _("All records that are needed are right.")


def _groups(found: Sequence[Judged]) -> tuple[Group, ...]:
    groups = [
        Group(
            name=name,
            title=_(title),
            rows=tuple(_row(one) for purpose in purposes for one in found if one.wanted.purpose is purpose),
        )
        for name, title, purposes in GROUPS
    ]
    return tuple(one for one in groups if one.rows)


def _row(one: Judged) -> Row:
    title, reason = PURPOSES[one.wanted.purpose]
    is_optional = one.state is State.MISSING and not one.wanted.needed
    value = one.wanted.value
    return Row(
        judged=one,
        title=_(title),
        reason=_(reason),
        state=_(NOT_SET if is_optional else STATES[one.state]),
        remarks=tuple(_(REMARKS[remark]) for remark in one.remarks),
        strings=strings_of(value) if len(value) > LONGEST_STRING else "",
    )


def _last(found: Sequence[Judged]) -> datetime | None:
    return min((one.answer.at for one in found if one.answer and one.answer.at), default=None)
