"""Health: what is wrong first, then the numbers of the last days, and what the mail lies on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from accounts.companies import get_company
from outbox.budget_pauses import list_pauses
from outbox.delivery_log import look_at_outbox
from webui.admin_frame import admin, show_page
from webui.health import Day, MailHealth, look_at_mail
from webui.health_advice import advise, in_words
from webui.health_of_machine import look_at_machine
from webui.outbox_route import is_off
from webui.pages import reading

FULL: Final = 100
STACK: Final = ("filed", "held", "discarded", "failed", "received", "processing")
REFUSED_WORDS: Final = (
    ("unproved", "Nothing proved the sender"),
    ("unprovable", "The sender's domain publishes nothing to check"),
    ("not_approved", "A sender who is not approved"),
    ("malformed", "Not well-formed, or going round in circles"),
    ("put_off", "Put off: the sender could not be checked yet"),
    ("trouble", "Put off: trouble of ours"),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, in hundredths from the top."""

    look: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day as a bar."""

    day: Day
    parts: tuple[Part, ...]


@admin.get("")
def show() -> str:
    """Show how the company's mail is."""
    with reading() as call:
        mail, machine = look_at_mail(call), look_at_machine(call)
        pauses = len(list_pauses(call.session, call.viewer, call.now))
        company = get_company(call.session, call.viewer.company_id)
        return show_page(
            call,
            "admin_health.html",
            company=company,
            mail=mail,
            machine=machine,
            advice=advise(
                mail,
                machine,
                look_at_outbox(call.session, call.viewer.company_id, call.now),
                call.now,
                domains=len(company.domains),
                pauses=pauses,
                sends=not is_off(call.backend.settings),
            ),
            accepted=_bars(mail, [_stack(one) for one in mail.days]),
            refused=_bars(mail, [[("refused", one.turned_away)] for one in mail.days]),
            reasons=[(words, mail.refused[kind]) for kind, words in REFUSED_WORDS if mail.refused.get(kind)],
            waits=in_words(mail.oldest_waits) if mail.oldest_waits else "",
            held_since=in_words(call.now - mail.oldest_held) if mail.oldest_held else "",
        )


def _stack(day: Day) -> list[tuple[str, int]]:
    return [(status, day.statuses.get(status, 0)) for status in STACK]


def _bars(mail: MailHealth, stacks: list[list[tuple[str, int]]]) -> list[Bar]:
    highest = max((sum(count for _, count in stack) for stack in stacks), default=0) or 1
    return [Bar(day, _parts(stack, highest)) for day, stack in zip(mail.days, stacks, strict=True)]


def _parts(stack: list[tuple[str, int]], highest: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    top = float(FULL)
    for look, count in stack:
        if count:
            # Never so flat that a single mail cannot be seen.
            height = max(count / highest * FULL, 2.0)
            top = max(top - height, 0.0)
            parts.append(Part(look, round(top, 1), round(height, 1)))
    return tuple(parts)
