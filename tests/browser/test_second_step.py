"""The second step set up from the page and asked for at the next sign-in; a test mail that shows by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.http import PASSWORD, Person, Site
from tests.kit.looking import look
from tests.kit.mails import a_message
from tests.kit.served import Served
from tests.kit.worlds import World

pytestmark = pytest.mark.slow
ANNA = "anna@steps.example"


@pytest.fixture(scope="module")
def world(served: Served) -> Iterator[World]:
    """A company of its own."""
    with World(served.site.database, served.site.settings, private=True, domain="steps.example") as world:
        yield world


@pytest.fixture(scope="module")
def anna(served: Served, world: World) -> Person:
    """A rep with a password."""
    return served.site.adopt(world.house.anna, ANNA)


def test_set_up_and_signed_in_with(browsing: Browsing, served: Served, anna: Person) -> None:
    page = browsing.open(served.base_url, cookie=served.cookie(anna))
    browsing.allow(422)
    page.goto("/settings/security")
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("img", name="QR code for your authenticator")).to_be_visible()
    _looks_well(page, "begin")
    authenticator = pyotp.TOTP(page.locator(".set-secret").inner_text().replace(" ", ""))
    page.get_by_label("Code", exact=True).fill("nonsense")
    page.keyboard.press("Enter")
    expect(page.get_by_text("This code is not right")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(authenticator.at(_now(served.site) - 30))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keep these recovery codes")).to_be_visible()
    _looks_well(page, "codes")
    codes = page.locator(".set-codes code").all_inner_texts()
    assert len(codes) == 10

    fresh = browsing.open(served.base_url)
    browsing.allow(422)
    fresh.goto("/login")
    fresh.get_by_label("E-mail address").fill(ANNA)
    fresh.get_by_label("Password").fill(PASSWORD)
    fresh.keyboard.press("Enter")
    expect(fresh.get_by_role("heading", name="One more step")).to_be_visible()
    _looks_well(fresh, "asked")
    fresh.get_by_label("Code", exact=True).fill("nonsense")
    fresh.keyboard.press("Enter")
    expect(fresh.get_by_text("This code is not right")).to_be_visible()
    fresh.get_by_label("Code", exact=True).fill(authenticator.at(_now(served.site)))
    fresh.keyboard.press("Enter")
    expect(fresh).to_have_url(f"{served.base_url}/inbox")


def test_a_test_mail_shows_by_itself(browsing: Browsing, served: Served, world: World, anna: Person) -> None:
    with served.site.database.read() as session:
        world.at = served.site.database.now(session)
    page = browsing.open(served.base_url, cookie=served.cookie(anna))
    page.goto("/settings/test")
    expect(page.get_by_role("heading", name="Waiting for your mail")).to_be_visible()
    world.mail(a_message(from_=ANNA, to="maria@fabrikam.example"), to=anna.made.personal_bcc_address)
    expect(page.get_by_role("heading", name="It works")).to_be_visible()
    _looks_well(page, "test-mail")
    page.get_by_role("link", name="Open the letter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def _looks_well(page: Page, called: str) -> None:
    assert look(page, f"second-step-{called}") == []


def _now(site: Site) -> int:
    with site.database.read() as session:
        return int(site.database.now(session).timestamp())
