"""Moments: times as the one who reads them counts them, in his time zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from flask import Flask, g

from accounts.time_zone import zone_of

NONE: Final = "no date"


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
        return NONE
    here = value.astimezone(_zone())
    return f"{_date(here)}, {here:%H:%M} {here.tzname() or 'UTC'}"


def brief(value: datetime | None) -> str:
    """Answer what is enough in a list: the time today, the day this year, else the whole date."""
    if value is None:
        return NONE
    here, now = value.astimezone(_zone()), _now().astimezone(_zone())
    if here.date() == now.date():
        return f"{here:%H:%M}"
    return f"{here.day} {here:%b}" if here.year == now.year else _date(here)


def day(value: datetime | None) -> str:
    """Answer the day in words, to head a group of a list."""
    if value is None:
        return NONE
    here, now = value.astimezone(_zone()).date(), _now().astimezone(_zone()).date()
    match (now - here).days:
        case 0:
            return "Today"
        case 1:
            return "Yesterday"
        case _:
            return f"{here:%A}, {here.day} {here:%B}" + ("" if here.year == now.year else f" {here.year}")


def machine_moment(value: datetime | None) -> str:
    """Answer a time for `<time datetime>`."""
    return value.astimezone(UTC).isoformat(timespec="seconds") if value else ""


def in_zone(value: datetime) -> datetime:
    """Answer the same moment as the reader's clock shows it."""
    return value.astimezone(_zone())


def _date(here: datetime) -> str:
    return f"{here.day} {here:%b %Y}"


def _zone() -> tzinfo:
    found: tzinfo = g.get("zone", UTC)
    return found


def _now() -> datetime:
    found: datetime = g.get("now") or datetime.now(UTC)
    return found
