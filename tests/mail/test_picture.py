"""Which images nobody could see (SECURITY W2)."""

from __future__ import annotations

import pytest

from mail.picture import is_tracker

TRACKERS = [
    {"width": "1", "height": "1"},
    {"width": "0", "height": "0"},
    {"width": "1px", "height": "1px"},
    {"width": "1"},
    {"height": "1"},
    {"width": "0", "height": "40"},
    {"style": "width: 1px; height: 1px"},
    {"style": "height: 1px !important; width: 1px"},
    {"style": "display: none"},
    {"style": "display: none", "width": "600", "height": "200"},
    {"style": "visibility: hidden"},
    {"style": "opacity: 0"},
    {"style": "opacity: 0.0"},
    {"style": "max-width: 1px; max-height: 1px", "width": "600", "height": "200"},
    {"style": "width: 0; height: 0"},
    {"style": "width: 0.1pt", "height": "1"},
    {"style": "max-height: 0"},
]
PICTURES = [
    {},
    {"width": "600"},
    {"width": "600", "height": "1"},
    {"width": "100%", "height": "1"},
    {"width": "16", "height": "16"},
    {"style": "width: 100%", "width": "1", "height": "200"},
    {"style": "display: block; max-width: 600px"},
    {"style": "opacity: 0.5"},
    {"width": "", "height": "auto"},
    {"width": "." * 30},
]


@pytest.mark.parametrize("attributes", TRACKERS)
def test_an_image_that_nobody_sees_is_a_tracker(attributes: dict[str, str]) -> None:
    style = {"style": attributes["style"].replace(" !important", "")} if "style" in attributes else {}
    assert is_tracker({"src": "https://t.example/x.gif"} | attributes | style)


@pytest.mark.parametrize("attributes", PICTURES)
def test_an_image_of_some_extent_or_of_unknown_is_none(attributes: dict[str, str]) -> None:
    assert not is_tracker({"src": "https://t.example/x.gif"} | attributes)
