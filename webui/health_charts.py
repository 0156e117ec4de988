"""What was measured as charts: mail, queues, how long mail takes, the disk, notices; over a day, two weeks, 90 days."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from ingest.measurements import DAY, FIVE, HOUR, Measured, combined, list_measured
from languages.speech import _, marked, ngettext
from webui.chart import Line, Numbers, Piece, bars, highest, line, stacked
from webui.health_advice import in_words
from webui.shown import size


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time that charts show, in `count` places of so many minutes, each put together of shorter spans."""

    name: str
    words: str
    minutes: int
    count: int
    parts: tuple[int, ...]


SPANS: Final = (
    Span(name="day", words=marked("24 hours"), minutes=HOUR, count=24, parts=(FIVE,)),
    Span(name="fortnight", words=marked("14 days"), minutes=6 * HOUR, count=56, parts=(HOUR, FIVE)),
    Span(name="quarter", words=marked("90 days"), minutes=DAY, count=90, parts=(DAY, HOUR, FIVE)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place on the axis: when it begins, and what was measured in it; None: nothing was."""

    at: datetime
    measured: Measured | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`says` is the chart in a sentence, `top` what its upper edge means; `legend` are looks with their words."""

    name: str
    title: str
    says: str
    top: str
    legend: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...] = ()
    pieces: tuple[Piece, ...] = ()


def span_named(name: str) -> Span:
    """Answer the time that was asked for, two weeks where nobody knows it."""
    return next((one for one in SPANS if one.name == name), SPANS[1])


def places_of(session: Session, company_id: int, span: Span, now: datetime) -> tuple[Place, ...]:
    """Answer the places of the axis, the oldest first."""
    length = timedelta(minutes=span.minutes)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    last = midnight + (now - midnight) // length * length
    begins = [last - length * ago for ago in reversed(range(span.count))]
    found: dict[datetime, list[Measured]] = {at: [] for at in begins}
    since = begins[0]
    for minutes in span.parts:
        rows = list_measured(session, company_id, minutes, since)
        for one in rows:
            found[begins[0] + (one.at - begins[0]) // length * length].append(one)
        # What is not put together yet stands in shorter spans.
        since = rows[-1].at + timedelta(minutes=minutes) if rows else since
    return tuple(Place(at=at, measured=_joined(at, parts)) for at, parts in found.items())


def charts_of(places: Sequence[Place], *, with_mail: bool) -> tuple[Chart, ...]:
    """Answer the charts; none where nothing was measured."""
    if not any(place.measured for place in places):
        return ()
    made = (_mail(places),) if with_mail else ()
    return (*made, _queue(places), _age(places), _time(places), _disk(places), _notices(places))


def _mail(places: Sequence[Place]) -> Chart:
    filed = _numbers(places, lambda one: one.accepted - one.held)
    held, refused = _numbers(places, lambda one: one.held), _numbers(places, lambda one: one.refused)
    taken, turned = sum(one or 0 for one in (*filed, *held)), sum(one or 0 for one in refused)
    return Chart(
        name="mail",
        title=_("Mail"),
        says=_("{taken} accepted, {held} of them held; {refused} refused.").format(
            taken=int(taken), held=int(sum(one or 0 for one in held)), refused=int(turned)
        ),
        top=f"{highest([stacked([filed, held, refused])]):.0f}",
        legend=(("filed", _("accepted")), ("held", _("held")), ("refused", _("refused"))),
        pieces=bars(("filed", "held", "refused"), (filed, held, refused)),
    )


def _queue(places: Sequence[Place]) -> Chart:
    waiting, sending = _numbers(places, lambda one: one.waiting), _numbers(places, lambda one: one.sending)
    top = highest([waiting, sending])
    most_in, most_out = highest([waiting]), highest([sending])
    return Chart(
        name="queue",
        title=_("Queues"),
        says=_("At most {waiting} waited for a worker, and {sending} to go out.").format(
            waiting=int(most_in), sending=int(most_out)
        ),
        top=f"{top:.0f}",
        legend=(("one", _("incoming")), ("two", _("outgoing"))),
        lines=(line("one", waiting, top), line("two", sending, top)),
    )


def _age(places: Sequence[Place]) -> Chart:
    waiting, sending = _numbers(places, lambda one: one.waiting_ms), _numbers(places, lambda one: one.sending_ms)
    top = highest([waiting, sending])
    return Chart(
        name="age",
        title=_("Age of the oldest in the queues"),
        says=_("Incoming mail waited for {waiting} at most, outgoing mail for {sending}.").format(
            waiting=lasting(highest([waiting])), sending=lasting(highest([sending]))
        ),
        top=lasting(top),
        legend=(("one", _("incoming")), ("two", _("outgoing"))),
        lines=(line("one", waiting, top), line("two", sending, top)),
    )


def _time(places: Sequence[Place]) -> Chart:
    median, slow = _numbers(places, lambda one: one.median_ms), _numbers(places, lambda one: one.slow_ms)
    top = highest([median, slow])
    says = (
        _("Half of the mails took {median} at most in the slowest time, 95 of 100 took {slow}.").format(
            median=lasting(highest([median])), slow=lasting(highest([slow]))
        )
        if any(one is not None for one in median)
        else _("No mail came in.")
    )
    return Chart(
        name="time",
        title=_("From receipt to inbox"),
        says=says,
        top=lasting(top),
        legend=(("one", _("half of the mails")), ("two", _("95 of 100"))),
        lines=(line("one", median, top), line("two", slow, top)),
    )


def _disk(places: Sequence[Place]) -> Chart:
    used = _numbers(places, lambda one: one.disk_octets - one.free_octets)
    database = _numbers(places, lambda one: one.database_octets)
    top = highest([_numbers(places, lambda one: one.disk_octets)])
    last = [one for one in used if one is not None][-1]
    return Chart(
        name="disk",
        title=_("Disk"),
        says=_("{used} of {all} are used.").format(used=size(int(last)), all=size(int(top))),
        top=size(int(top)),
        legend=(("one", _("used")), ("two", _("database"))),
        lines=(line("one", used, top), line("two", database, top)),
    )


def _notices(places: Sequence[Place]) -> Chart:
    notices = _numbers(places, lambda one: one.notices)
    total = int(sum(one or 0 for one in notices))
    return Chart(
        name="notices",
        title=_("Notices to users"),
        says=ngettext("{num} notice was written.", "{num} notices were written.", total).format(num=total),
        top=f"{highest([notices]):.0f}",
        legend=(),
        pieces=bars(("filed",), (notices,)),
    )


def lasting(milliseconds: float) -> str:
    """Answer a time as people say it: short ones to the tenth of a second."""
    if milliseconds < 60_000:
        return _("{seconds} s").format(seconds=f"{milliseconds / 1000:.1f}")
    return in_words(timedelta(milliseconds=milliseconds))


def _joined(at: datetime, parts: Sequence[Measured]) -> Measured | None:
    values: dict[str, Any] = combined(parts) if parts else {}
    return Measured(at=at, **values) if values else None


def _numbers(places: Sequence[Place], of: Callable[[Measured], float | None]) -> Numbers:
    return [of(place.measured) if place.measured else None for place in places]
