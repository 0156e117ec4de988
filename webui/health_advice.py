"""What is wrong with the company's mail, the worst first, each with its fix (RULES R50)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from languages.speech import _, ngettext
from outbox.delivery_log import OutboxHealth
from webui.health import MailHealth
from webui.health_of_machine import MachineHealth

TOO_LONG: Final = timedelta(minutes=5)
OUTBOX_TOO_LONG: Final = timedelta(minutes=30)
"""Longer than greylisting takes."""
LITTLE_ROOM: Final = 2_000_000_000
SMALL_SHARE: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something to do; `look` is bad or warn, `place` an endpoint that helps and `link` its words."""

    look: str
    title: str
    fix: str
    place: str = ""
    link: str = ""


def advise(
    mail: MailHealth,
    machine: MachineHealth,
    outbox: OutboxHealth,
    now: datetime,
    *,
    domains: int,
    pauses: int = 0,
    sends: bool = True,
) -> tuple[Advice, ...]:
    """Answer what to do, the worst first; nothing where all is well. `sends`: there is a way out for our mail."""
    of_outbox = _of_outbox(outbox, now) if sends and not outbox.paused_since else _of_closed_outbox(outbox)
    found = [*_of_machine(machine), *_of_mail(mail), *of_outbox, *_of_company(domains), *_of_pauses(pauses)]
    return tuple(sorted(found, key=lambda one: one.look != "bad"))


def _of_machine(machine: MachineHealth) -> Iterator[Advice]:
    if not machine.is_current:
        fix = _("Run `smartbcc migrate`; until then some pages and the receiver may fail.")
        yield Advice(look="bad", title=_("The database is not at the newest revision"), fix=fix)
    if machine.free_octets < LITTLE_ROOM or machine.free_share < SMALL_SHARE:
        fix = _("Make room or move DATA_DIR. On a full disk mail is put off (452) and nothing is lost.")
        yield Advice(look="bad", title=_("The disk is almost full"), fix=fix)


def _of_mail(mail: MailHealth) -> Iterator[Advice]:
    if mail.oldest_waits and mail.oldest_waits > TOO_LONG:
        fix = _("Is a worker running? Start `smartbcc worker`, or `smartbcc serve`; its log says why it stands still.")
        title = _("Mail has been waiting for {span}").format(span=in_words(mail.oldest_waits))
        yield Advice(look="bad", title=title, fix=fix)
    if mail.failed:
        fix = _("The raw mail is kept. When the cause is mended, let it be tried again.")
        title = ngettext("{count} mail could not be worked on", "{count} mails could not be worked on", mail.failed)
        title = title.format(count=mail.failed)
        yield Advice(look="bad", title=title, fix=fix, place="admin.queues", link=_("See them"))
    if troubled := mail.refused.get("trouble"):
        fix = _("Senders were told to come again (4xx). The receiver's log says what failed: database or disk.")
        title = ngettext("{count} mail met trouble of ours", "{count} mails met trouble of ours", troubled)
        yield Advice(look="warn", title=title.format(count=troubled), fix=fix)
    if mail.held_of_nobody:
        title = ngettext(
            "{count} held mail belongs to nobody", "{count} held mails belong to nobody", mail.held_of_nobody
        )
        yield Advice(
            look="warn",
            title=title.format(count=mail.held_of_nobody),
            fix=_("Admins decide about it: let it in for somebody, or throw it away."),
            place="held.show",
            link=_("Decide"),
        )
    if unproved := mail.refused.get("unproved"):
        fix = _(
            "Somebody else may have used your names; but if it was your own mail, its server lacks SPF or DKIM "
            "for the From domain."
        )
        title = ngettext("{count} mail refused as not proved", "{count} mails refused as not proved", unproved)
        yield Advice(look="warn", title=title.format(count=unproved), fix=fix)


def _of_pauses(pauses: int) -> Iterator[Advice]:
    if pauses:
        yield Advice(
            look="warn",
            title=ngettext("{count} peer paused", "{count} peers paused", pauses).format(count=pauses),
            fix=_("It caused more notices, contacts or answers than a person does. Its mail is filed as before."),
            place="admin.pauses",
            link=_("See it"),
        )


def _of_outbox(outbox: OutboxHealth, now: datetime) -> Iterator[Advice]:
    if outbox.oldest and now - outbox.oldest > OUTBOX_TOO_LONG:
        title = _("Our own mail has been waiting for {span}").format(span=in_words(now - outbox.oldest))
        yield _about_outbox(_("Look what the other servers say; is a worker running?"), title)
    if outbox.failed:
        title = ngettext(
            "{count} mail of ours could not be delivered", "{count} mails of ours could not be delivered", outbox.failed
        ).format(count=outbox.failed)
        yield _about_outbox(_("Notices do not reach somebody: an address is wrong, or a server refuses us."), title)
    if outbox.unknown:
        title = ngettext(
            "Of {count} mail of ours nobody knows whether it arrived",
            "Of {count} mails of ours nobody knows whether it arrived",
            outbox.unknown,
        ).format(count=outbox.unknown)
        yield _about_outbox(_("The connection broke at the last moment; such mail is not repeated by itself."), title)


def _of_closed_outbox(outbox: OutboxHealth) -> Iterator[Advice]:
    if outbox.paused_since:
        yield _about_outbox(_("Nothing goes out until an admin lets it go on."), _("Sending is paused"))
    elif outbox.waiting:
        title = ngettext(
            "Sending is off, and {count} mail of ours waits",
            "Sending is off, and {count} mails of ours wait",
            outbox.waiting,
        ).format(count=outbox.waiting)
        yield _about_outbox(_("Set SMARTHOST_URL, so that notices and confirmations reach your users."), title)


def _about_outbox(fix: str, title: str) -> Advice:
    return Advice(look="warn", title=title, fix=fix, place="admin.outbox", link=_("Outgoing mail"))


def _of_company(domains: int) -> Iterator[Advice]:
    if not domains:
        fix = _("Without one, only the domains of login addresses count as inside.")
        yield Advice(
            look="warn",
            title=_("The company has no domain of its own"),
            fix=fix,
            place="admin.domains",
            link=_("Add a domain"),
        )


def in_words(span: timedelta) -> str:
    """Answer a span of time as people say it, in its largest unit."""
    seconds = int(span.total_seconds())
    if days := seconds // 86_400:
        return ngettext("{count} day", "{count} days", days).format(count=days)
    if hours := seconds // 3600:
        return ngettext("{count} hour", "{count} hours", hours).format(count=hours)
    if minutes := seconds // 60:
        return ngettext("{count} minute", "{count} minutes", minutes).format(count=minutes)
    return _("less than a minute")
