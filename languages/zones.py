"""Time zones that people choose: by part of the world, each by city and country in their language (Unicode CLDR)."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Final

from babel import Locale
from babel.core import get_global

from languages.language import locale_of
from languages.speech import _, marked, spoken

PARTS: Final[Mapping[str, str]] = {
    "Africa": "002",
    "America": "019",
    "Antarctica": "AQ",
    "Asia": "142",
    "Australia": "AU",
    "Europe": "150",
    "Pacific": "009",
}
"""The code of a part of the world (UN M49, ISO 3166) by how its zones begin."""
OCEANS: Final[Mapping[str, str]] = {
    "Arctic": marked("Arctic"),
    "Atlantic": marked("Atlantic"),
    "Indian": marked("Indian Ocean"),
}


def known_zones() -> Mapping[str, Mapping[str, str]]:
    """Answer what zones are called, by part of the world: "Oslo, Norway" by "Europe/Oslo"; UTC is of none."""
    locale = locale_of(spoken())
    named = {_part(one, locale): zones for one, zones in _named(spoken()).items()}
    return dict(sorted(named.items()))


@cache
def _named(language: str) -> dict[str, dict[str, str]]:
    locale = locale_of(language)
    found: dict[str, dict[str, str]] = {}
    for zone in _chosen():
        found.setdefault(zone.partition("/")[0], {})[zone] = _name(zone, locale)
    for part, zones in found.items():
        found[part] = dict(sorted(zones.items(), key=lambda one: one[1].casefold()))
    return found


@cache
def _chosen() -> tuple[str, ...]:
    """Answer those named after places, one of each where several names mean the same."""
    others: Mapping[str, str] = get_global("zone_aliases")
    begin = {*PARTS, *OCEANS}
    known = (one for one in zoneinfo.available_timezones() if one not in others and one.partition("/")[0] in begin)
    return tuple(sorted(known))


def _name(zone: str, locale: Locale) -> str:
    city = locale.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
    territory = locale.territories.get(get_global("zone_territories").get(zone, ""), "")
    return f"{city}, {territory}" if territory and territory != city else city


def _part(begin: str, locale: Locale) -> str:
    return _(OCEANS[begin]) if begin in OCEANS else locale.territories.get(PARTS[begin], begin)
