"""The watch itself: what it has to see, it sees."""

from __future__ import annotations

import pytest

from tests.kit.browsing import Browsing, Chromium
from tests.kit.outside import Outside
from tests.kit.served import Served

pytestmark = pytest.mark.slow


def test_watch_sees_other_hosts_refusals_and_complaints(chromium: Chromium, served: Served) -> None:
    browsing = Browsing(chromium)
    page = browsing.open(served.base_url)
    page.goto("/login")
    page.goto("/nowhere-at-all?next=/login")
    page.evaluate("() => console.error('broken')")
    page.evaluate("() => fetch('https://tracker.example/a').catch(() => 0)")
    page.goto("about:blank")
    page.set_content("<img src='http://tracker.example/open.gif'>")
    browsing.close()

    seen = "\n".join(browsing.troubles())

    assert "console: broken" in seen
    assert "another host was asked: http://tracker.example/open.gif" in seen
    assert "the outside was asked: GET http://tracker.example/open.gif" in seen
    assert "Content Security Policy" in seen


def test_outside_forgets_what_it_told(chromium: Chromium) -> None:
    assert isinstance(chromium.outside, Outside)
    assert chromium.outside.heard() == []
