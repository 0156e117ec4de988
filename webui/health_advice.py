"""What is wrong with the company's mail, the worst first, each with its fix (RULES R50)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from outbox.delivery_log import OutboxHealth
from webui.health import MailHealth
from webui.health_of_machine import MachineHealth
from webui.shown import counted

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
        fix = "Run `smartbcc migrate`; until then some pages and the receiver may fail."
        yield Advice(look="bad", title="The database is not at the newest revision", fix=fix)
    if machine.free_octets < LITTLE_ROOM or machine.free_share < SMALL_SHARE:
        fix = "Make room or move DATA_DIR. On a full disk mail is put off (452) and nothing is lost."
        yield Advice(look="bad", title="The disk is almost full", fix=fix)


def _of_mail(mail: MailHealth) -> Iterator[Advice]:
    if mail.oldest_waits and mail.oldest_waits > TOO_LONG:
        fix = "Is a worker running? Start `smartbcc worker`, or `smartbcc serve`; its log says why it stands still."
        yield Advice(look="bad", title=f"Mail has been waiting for {in_words(mail.oldest_waits)}", fix=fix)
    if mail.failed:
        fix = "The raw mail is kept. When the cause is mended, `smartbcc replay` takes it in."
        yield Advice(look="bad", title=f"{counted(mail.failed, 'mail')} could not be worked on", fix=fix)
    if mail.refused.get("trouble"):
        fix = "Senders were told to come again (4xx). The receiver's log says what failed: database or disk."
        yield Advice(look="warn", title=f"{counted(mail.refused['trouble'], 'mail')} met trouble of ours", fix=fix)
    if mail.held_of_nobody:
        yield Advice(
            look="warn",
            title=f"{counted(mail.held_of_nobody, 'held mail')} {'belongs' if mail.held_of_nobody == 1 else 'belong'}"
            " to nobody",
            fix="Admins decide about it: let it in for somebody, or throw it away.",
            place="held.show",
            link="Decide",
        )
    if mail.refused.get("unproved"):
        fix = (
            "Somebody else may have used your names; but if it was your own mail, its server lacks SPF or DKIM "
            "for the From domain."
        )
        yield Advice(look="warn", title=f"{counted(mail.refused['unproved'], 'mail')} refused as not proved", fix=fix)


def _of_pauses(pauses: int) -> Iterator[Advice]:
    if pauses:
        yield Advice(
            look="warn",
            title=f"{counted(pauses, 'peer')} paused",
            fix="It caused more notices, contacts or answers than a person does. Its mail is filed as before.",
            place="admin.pauses",
            link="See it",
        )


def _of_outbox(outbox: OutboxHealth, now: datetime) -> Iterator[Advice]:
    if outbox.oldest and now - outbox.oldest > OUTBOX_TOO_LONG:
        title = f"Our own mail has been waiting for {in_words(now - outbox.oldest)}"
        yield _about_outbox("Look what the other servers say; is a worker running?", title)
    if outbox.failed:
        title = f"{counted(outbox.failed, 'mail')} of ours could not be delivered"
        yield _about_outbox("Notices do not reach somebody: an address is wrong, or a server refuses us.", title)
    if outbox.unknown:
        fix = "The connection broke at the last moment; such mail is not repeated by itself."
        yield _about_outbox(fix, f"Of {counted(outbox.unknown, 'mail')} of ours nobody knows whether it arrived")


def _of_closed_outbox(outbox: OutboxHealth) -> Iterator[Advice]:
    if outbox.paused_since:
        yield _about_outbox("Nothing goes out until an admin lets it go on.", "Sending is paused")
    elif outbox.waiting:
        waits = "waits" if outbox.waiting == 1 else "wait"
        title = f"Sending is off, and {counted(outbox.waiting, 'mail')} of ours {waits}"
        yield _about_outbox("Set SMARTHOST_URL, so that notices and confirmations reach your users.", title)


def _about_outbox(fix: str, title: str) -> Advice:
    return Advice(look="warn", title=title, fix=fix, place="admin.outbox", link="Outgoing mail")


def _of_company(domains: int) -> Iterator[Advice]:
    if not domains:
        fix = "Without one, only the domains of login addresses count as inside."
        yield Advice(
            look="warn",
            title="The company has no domain of its own",
            fix=fix,
            place="admin.domains",
            link="Add a domain",
        )


def in_words(span: timedelta) -> str:
    """Answer a span of time as people say it, in its largest unit."""
    seconds = int(span.total_seconds())
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return counted(seconds // length, unit)
    return "less than a minute"
