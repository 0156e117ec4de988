"""Time zones by name, in the language that is spoken."""

from __future__ import annotations

import itertools
import zoneinfo

import pytest

from languages.language import OFFERED
from languages.speech import speaking
from languages.zones import known_zones


@pytest.mark.parametrize("language", OFFERED)
def test_every_zone_of_a_place_is_there_once_and_known(language: str) -> None:
    with speaking(language):
        zones = list(itertools.chain.from_iterable(known_zones().values()))
    assert len(zones) == len(set(zones)) > 400
    assert set(zones) <= zoneinfo.available_timezones()
    assert {"Europe/Oslo", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "Europe/Kyiv"} <= set(zones)
    assert not {"Asia/Calcutta", "Europe/Kiev", "Etc/GMT+1", "US/Pacific"} & set(zones)


@pytest.mark.parametrize(
    ("language", "part", "name"),
    [("en", "Europe", "Vienna, Austria"), ("de", "Europa", "Wien, Österreich"), ("es", "Europa", "Viena, Austria")],
)
def test_names_are_those_of_the_language(language: str, part: str, name: str) -> None:
    with speaking(language):
        assert known_zones()[part]["Europe/Vienna"] == name
