"""How much the inbox costs: octets on the wire, of the first visit with everything, and of later ones."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from config.settings import Settings
from tests.kit.databases import SqliteTemplate
from tests.kit.http import Browser
from tests.webui.conftest import CUSTOMER, REP, Office

FIRST_VISIT = 60_000
LATER = 15_000
FILES = re.compile(r'(?:href|src)="(/static/[^"#]+)')
TAKES = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
WORDS = "We sent the {} chairs on Monday, and the tables will follow as soon as the oil of {} has dried. Ask {}!"


@pytest.fixture
def database_settings(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One kind of database: a page is as long on the other."""
    return sqlite_template.fresh(tmp_path_factory.mktemp("transfer") / "data")


@pytest.fixture
def browser(office: Office) -> Iterator[Browser]:
    """The rep's, who has a page full of linked mail."""
    office.deal(office.customer())
    for number in range(52):
        words = [f"{number * 7919 % 1000:03}{chr(97 + number % 26)}" for _ in range(3)]
        office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject=f"Offer {words[0]}", text=WORDS.format(*words))
    return office.rep.browser()


def length(browser: Browser, path: str) -> int:
    """Answer the octets of an answer, with its header."""
    with browser.client.get(path, headers=TAKES) as answer:
        assert answer.status_code == 200, path
        return len(answer.data) + sum(len(name) + len(value) + 4 for name, value in answer.headers)


def test_the_inbox_costs_no_more_than_it_may(browser: Browser) -> None:
    page = browser.get("/inbox").text
    files = {one.replace("&amp;", "&") for one in FILES.findall(page)}
    assert any("all.js" in one for one in files)

    first = length(browser, "/inbox") + sum(length(browser, one) for one in files)
    opened = re.findall(r'hx-get="(/inbox\?open=[^"]+)"', page)[0]
    later = {path: length(browser, path) for path in ("/inbox?view=unread", "/inbox?q=chairs", opened, "/deals")}

    assert first < FIRST_VISIT, {one: length(browser, one) for one in files}
    assert {path: octets for path, octets in later.items() if octets >= LATER} == {}
    assert not [one for one in files if one.endswith(".js") and ("records" in one or "settings" in one)]
