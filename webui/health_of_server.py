"""What else is wrong with the server: DNS, backups, a worker that does not measure; each with its fix (RULES R50)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from db.backups import Backups, look_at_backups
from ingest.measurements import Growth, Measured
from languages.speech import _, ngettext
from outbox.dns_checks import judged, wanted_by
from outbox.dns_record import Judged
from webui.call import Call
from webui.health_advice import Advice, in_words

SILENT: Final = timedelta(minutes=20)
"""Longer than three measurements that failed."""
SOON: Final = 30


def advise_on_server(call: Call, last: Measured | None, growth: Growth | None) -> tuple[Advice, ...]:
    """Answer what to do, the worst first; nothing where all is well."""
    records = judged(call.session, wanted_by(call.session, call.backend.settings, call.viewer.company_id))
    found = [
        *_of_dns(records),
        *_of_backups(look_at_backups(call.session), call.now),
        *_of_measuring(last, call.now),
        *_of_growth(growth),
    ]
    return tuple(sorted(found, key=lambda one: one.look != "bad"))


def _of_dns(records: tuple[Judged, ...]) -> Iterator[Advice]:
    wrong = sum(one.look == "bad" for one in records)
    if wrong:
        title = ngettext("{num} DNS record is missing or wrong", "{num} DNS records are missing or wrong", wrong)
        fix = _("Mail may not reach this server, or its notices may be refused.")
        yield Advice(look="warn", title=title.format(num=wrong), fix=fix, place="admin.dns", link=_("See them"))


def _of_backups(backups: Backups, now: datetime) -> Iterator[Advice]:
    if backups.is_old(now) and backups.last:
        title = _("The last backup is {age} old").format(age=in_words(now - backups.last.began_at))
        fix = _("It should be made every night. Look why it stopped.")
        yield Advice(look="bad", title=title, fix=fix, place="admin.backups", link=_("Backups"))


def _of_measuring(last: Measured | None, now: datetime) -> Iterator[Advice]:
    if last and now - last.at > SILENT:
        title = _("Nothing was measured for {span}").format(span=in_words(now - last.at))
        yield Advice(look="warn", title=title, fix=_("A worker does it every five minutes. Is one running?"))


def _of_growth(growth: Growth | None) -> Iterator[Advice]:
    if growth and growth.full_in_days is not None and growth.full_in_days < SOON:
        days = growth.full_in_days
        title = ngettext("The disk is full in about {num} day", "The disk is full in about {num} days", days)
        fix = _("Make room, or keep mail for a shorter time.")
        yield Advice(look="warn", title=title.format(num=days), fix=fix, place="admin.storage", link=_("Storage"))
