"""The first run and the demo's page by mouse and keys: from the printed link to the first mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.setup_links import make_setup_link
from cli.demo.world import read_data
from tests.kit.browsing import Browsing
from tests.kit.databases import SqliteTemplate
from tests.kit.looking import look
from tests.kit.served import Served, serve
from webui.guide_file import Guide, Login, Step, write_guide

pytestmark = pytest.mark.slow
GOOD = "plum harbour seventeen kites"


@pytest.fixture
def fresh(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Served]:
    """An installation of which nobody has made anything yet."""
    with serve(sqlite_template.fresh(tmp_path / "data")) as opened:
        yield opened


def looks_well(page: Page, called: str) -> None:
    """Look at the page that is open; nothing may be wrong with it."""
    page.wait_for_load_state()
    assert look(page, f"first-run-{called}") == []


def begin(served: Served) -> str:
    """Answer the path of the link that the server prints."""
    database = served.site.database
    with database.write() as session:
        return f"/setup/{make_setup_link(session, database.now(session))}"


def test_from_the_link_to_the_first_mail(fresh: Served, browsing: Browsing) -> None:
    path, page = begin(fresh), browsing.open(fresh.base_url)
    page.goto("/")
    expect(page.get_by_role("heading", name="Nobody is here yet")).to_be_visible()
    looks_well(page, "nobody")

    page.goto(path)
    looks_well(page, "begin")
    page.get_by_label("Company", exact=True).fill("Acme & Söhne")
    page.keyboard.press("Tab")
    page.keyboard.type("Ada Acker")
    page.keyboard.press("Tab")
    page.keyboard.type("ada@acme.example")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Domains of your company")).to_have_value("acme.example")
    page.get_by_label("Password").fill("acme1234")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_label("Password")).to_have_attribute("type", "text")
    browsing.allow(422)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("too easy to guess")).to_be_visible()
    looks_well(page, "guessable")
    page.get_by_label("Password").fill(GOOD)
    page.get_by_label("Password").press("Enter")

    expect(page.get_by_role("heading", name="Your addresses")).to_be_visible()
    looks_well(page, "addresses")
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_text("Waiting for a mail")).to_be_visible()
    looks_well(page, "waiting")
    page.get_by_role("link", name="Inbox").first.click()
    page.get_by_role("link", name="Go on").click()
    expect(page).to_have_url(f"{fresh.base_url}/welcome")


def test_the_page_of_what_to_try(fresh: Served, browsing: Browsing) -> None:
    data = read_data("guide.toml")
    steps = tuple(Step(title=one["title"], text=one["text"], link=one["link"], path="/held") for one in data["steps"])
    login = Login(name="Ada", email="ada@acme.example", says="Admin.")
    write_guide(
        fresh.site.settings.data_dir,
        Guide(
            company="Acme", password="demo", bcc_address="bcc@x.example", by_hand="curl", logins=(login,), steps=steps
        ),
    )
    ada = fresh.site.person(fresh.site.company("Acme", "acme.example"), "ada@acme.example")
    page = browsing.open(fresh.base_url, cookie=fresh.cookie(ada))
    page.goto("/inbox")
    page.get_by_role("link", name="What to try").first.click()
    expect(page.get_by_role("heading", name=steps[0].title)).to_be_visible()
    looks_well(page, "demo")
