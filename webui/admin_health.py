"""Health: what is wrong first, then the numbers of the last days, and what the mail lies on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import request

from accounts.companies import get_company
from ingest.measurements import HOUR, growth_of, last_measured, list_measured
from languages.dates import day_of_year
from languages.speech import _, marked
from outbox.budget_pauses import list_pauses
from outbox.delivery_log import look_at_outbox
from webui.admin_frame import admin, show_page
from webui.admin_storage import KNOWN_FOR
from webui.call import Call
from webui.health import Day, MailHealth, look_at_mail
from webui.health_advice import Advice, advise, in_words
from webui.health_charts import SPANS, charts_of, lasting, places_of, span_named
from webui.health_of_machine import MachineHealth, look_at_machine
from webui.health_of_server import advise_on_server
from webui.outbox_route import is_off
from webui.pages import reading

FULL: Final = 100
BY_STATUS: Final = "fortnight"
"""The span whose mail is shown day by day as it stands now, not as it was measured."""
STACK: Final = ("filed", "held", "discarded", "failed", "received", "processing")
REFUSED_WORDS: Final = (
    ("unproved", marked("Nothing proved the sender")),
    ("unprovable", marked("The sender's domain publishes nothing to check")),
    ("not_approved", marked("A sender who is not approved")),
    ("malformed", marked("Not well-formed, or going round in circles")),
    ("put_off", marked("Put off: the sender could not be checked yet")),
    ("trouble", marked("Put off: trouble of ours")),
)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar, in hundredths from the top."""

    look: str
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A day as a bar; `name` is what people call it."""

    day: Day
    name: str
    parts: tuple[Part, ...]


@admin.get("")
def show() -> str:
    """Show how the company's mail is: what to do first, then the numbers of the time that was asked for."""
    with reading() as call:
        mail, machine = look_at_mail(call), look_at_machine(call)
        span = span_named(request.args.get("span", ""))
        axis = places_of(call.session, call.viewer.company_id, span, call.now)
        return show_page(
            call,
            "admin_health.html",
            mail=mail,
            machine=machine,
            advice=_advice(call, mail, machine),
            spans=[(one.name, _(one.words), one is span) for one in SPANS],
            axis=axis,
            charts=charts_of(axis, with_mail=not (by_status := span.name == BY_STATUS)),
            by_status=by_status,
            lasting=lasting,
            accepted=_bars(mail, [_stack(one) for one in mail.days]),
            refused=_bars(mail, [[("refused", one.turned_away)] for one in mail.days]),
            reasons=[(_(words), mail.refused[kind]) for kind, words in REFUSED_WORDS if mail.refused.get(kind)],
            waits=in_words(mail.oldest_waits) if mail.oldest_waits else "",
            held_since=in_words(call.now - mail.oldest_held) if mail.oldest_held else "",
        )


def _advice(call: Call, mail: MailHealth, machine: MachineHealth) -> tuple[Advice, ...]:
    company_id = call.viewer.company_id
    found = advise(
        mail,
        machine,
        look_at_outbox(call.session, company_id, call.now),
        call.now,
        domains=len(get_company(call.session, company_id).domains),
        pauses=len(list_pauses(call.session, call.viewer, call.now)),
        sends=not is_off(call.backend.settings),
    )
    growth = growth_of(list_measured(call.session, company_id, HOUR, call.now - KNOWN_FOR))
    server = advise_on_server(call, last_measured(call.session, company_id), growth)
    return tuple(sorted([*found, *server], key=lambda one: one.look != "bad"))


def _stack(day: Day) -> list[tuple[str, int]]:
    return [(status, day.statuses.get(status, 0)) for status in STACK]


def _bars(mail: MailHealth, stacks: list[list[tuple[str, int]]]) -> list[Bar]:
    highest = max((sum(count for _, count in stack) for stack in stacks), default=0) or 1
    return [
        Bar(day, day_of_year(day.day), _parts(stack, highest)) for day, stack in zip(mail.days, stacks, strict=True)
    ]


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
