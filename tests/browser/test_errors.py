"""Pages that say no: each tells what to do, and looks as well as the others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import Hand
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow
MADE_UP = "a" * 26


def well(page: Page, called: str) -> None:
    """Fail where the page that is open does not look well."""
    found = look(page, f"error-{called}")
    assert not found, "\n".join(found)


def test_wrong_password_is_told_beside_the_field(browsing: Browsing, served: Served, company: State) -> None:
    page = browsing.open(served.base_url)
    browsing.allow(422)
    page.goto("/deals")
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.keyboard.type(company.anna.email)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Password")).to_have_attribute("aria-invalid", "true")
    well(page, "login")

    page.get_by_label("Password").fill("correct horse battery")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.base_url}/deals")


@pytest.mark.parametrize("path", ["/invite/made-up", "/setup/made-up"])
def test_link_that_is_gone_says_whom_to_ask(browsing: Browsing, served: Served, company: State, path: str) -> None:
    page = browsing.open(served.base_url)
    browsing.allow(410)
    page.goto(path)
    expect(page.get_by_text("has been used")).to_be_visible()
    well(page, path.split("/")[1])


@pytest.mark.parametrize("path", [f"/m/{MADE_UP}", f"/contacts/{MADE_UP}", f"/t/{MADE_UP}", "/nowhere"])
def test_what_is_not_there_is_said_and_leads_on(page: Page, browsing: Browsing, path: str) -> None:
    browsing.allow(404)
    page.goto(path)
    well(page, f"404{path[:3]}")
    page.get_by_role("link", name="Inbox").first.click()
    expect(page.get_by_role("heading", name="Inbox", exact=True)).to_be_visible()


def test_link_that_would_hide_the_mail_asks_first(page: Page, hand: Hand, browsing: Browsing, company: State) -> None:
    browsing.allow(409)
    company.record("project", title="Quiet", visibility="owner")
    letter = company.mail(subject="Offer")
    page.goto(f"/m/{letter}")
    hand.use(page.locator("#about summary", has_text="Link to"), "l")
    hand.use(page.get_by_role("button", name="Link to project Quiet"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("hide")
    well(page, "hiding")
    hand.use(page.get_by_role("button", name="Link it all the same"))
    expect(page.locator("#about .side-links")).to_contain_text("Quiet")


def test_bad_invitation_shows_what_is_wrong_beside_its_field(
    browsing: Browsing, served: Served, company: State
) -> None:
    page = browsing.open(served.base_url, cookie=served.cookie(company.ada))
    browsing.allow(422, 409)
    page.goto("/admin/users")
    page.get_by_label("Name", exact=True).fill("Anna again")
    page.get_by_label("E-mail address").fill(company.anna.email)
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    well(page, "invite-again")
