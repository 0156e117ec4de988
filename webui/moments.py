"""Moments: times as the one who reads them counts them, in his time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from flask import Flask, g

from accounts.time_zone import zone_of
from languages import dates
from languages.speech import _, marked

NONE: Final = marked("no date")


def install(app: Flask) -> None:
    """Give templates the filters `moment`, `brief`, `day` and `machine_moment`."""
    for function in (moment, brief, day, machine_moment):
        app.add_template_filter(function)


def begin(time_zone: str, now: datetime) -> None:
    """Say for this request in which zone its times are shown, and what time it is."""
    g.zone, g.now = zone_of(time_zone), now


def moment(value: datetime | None) -> str:
    """Answer day and time in full, with the zone."""
    if value is None:
        return _(NONE)
    return dates.moment(in_zone(value))


def brief(value: datetime | None) -> str:
    """Answer what is enough in a list: the time today, the day this year, else the whole date."""
    if value is None:
        return _(NONE)
    here, now = in_zone(value), in_zone(_now())
    if here.date() == now.date():
        return dates.clock(here)
    return dates.day_of_year(here) if here.year == now.year else dates.day(here)


def day(value: datetime | None) -> str:
    """Answer the day in words, to head a group of a list."""
    if value is None:
        return _(NONE)
    here, now = in_zone(value).date(), in_zone(_now()).date()
    match (now - here).days:
        case 0:
            return _("Today")
        case 1:
            return _("Yesterday")
        case _other:
            return dates.weekday(here, with_year=here.year != now.year)


def machine_moment(value: datetime | None) -> str:
    """Answer a time for `<time datetime>`."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else ""


def in_zone(value: datetime) -> datetime:
    """Answer the same moment as the reader's clock shows it."""
    return dates.in_zone(value, _zone())


def _zone() -> tzinfo:
    found: tzinfo = g.get("zone", UTC)
    return found


def _now() -> datetime:
    found: datetime = g.get("now") or datetime.now(UTC)
    return found
