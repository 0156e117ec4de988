"""Each of one's own settings changed and looked at again; by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import Hand, Keyboard
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow


def choose(page: Page, hand: Hand, name: str, value: str) -> None:
    """Choose one of some; the keyboard moves in them by arrows."""
    one = page.locator(f"input[name='{name}'][value='{value}']")
    if isinstance(hand, Keyboard):
        hand.reach(page.locator(f"input[name='{name}']:checked"))
        for _ in range(9):
            if one.is_checked():
                break
            page.keyboard.press("ArrowDown")
    else:
        hand.use(one)
    expect(one).to_be_checked()


@pytest.mark.parametrize(
    ("path", "choices"),
    [
        (
            "sharing",
            {"sharing_default.smtp": "private", "sharing_default.imap": "shared", "deal_linking": "manual"},
        ),
        ("notices", {"notices": "none"}),
        ("appearance", {"theme": "dark", "keyboard": "off"}),
    ],
)
def test_choices_are_kept(page: Page, hand: Hand, company: State, path: str, choices: dict[str, str]) -> None:
    page.goto(f"/settings/{path}")
    for name, value in choices.items():
        choose(page, hand, name, value)

    hand.use(page.get_by_role("button", name="Save"))

    expect(page.locator("[data-toast]")).to_be_visible()
    page.reload()
    for name, value in choices.items():
        expect(page.locator(f"input[name='{name}'][value='{value}']")).to_be_checked()


def test_keys_and_colours_follow_the_choice(page: Page, company: State) -> None:
    page.goto("/settings/appearance")
    page.locator("input[name=theme][value=dark]").check()
    page.locator("input[name=keyboard][value=off]").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html[data-theme=dark]")).to_have_count(1)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_profile_takes_a_name_and_this_browsers_time_zone(
    page: Page, hand: Hand, browsing: Browsing, company: State
) -> None:
    browsing.allow(422)
    page.goto("/settings/profile")
    page.get_by_label("Name", exact=True).fill("Anna Berg")
    zones = page.get_by_label("Time zone")
    zones.evaluate("list => { list.options[0].value = 'Middle/Earth'; list.selectedIndex = 0; }")
    hand.use(page.get_by_role("button", name="Save"))
    expect(zones).to_have_attribute("aria-invalid", "true")
    found = look(page, "error-profile")
    assert not found, "\n".join(found)

    page.get_by_label("Search for a city or country").fill("new york")
    expect(zones).to_have_value("America/New_York")
    hand.use(page.get_by_role("button", name="Use this browser's"))
    expect(zones).to_have_value("Europe/Berlin")
    hand.use(page.get_by_role("button", name="Save"))
    expect(page.locator(".me")).to_contain_text("Anna Berg")


def test_the_browsers_time_zone_is_offered_once(page: Page, hand: Hand, company: State) -> None:
    offer = page.locator("#zone-offer")
    page.goto("/static/mark.svg")
    page.evaluate("() => { sessionStorage.setItem('asks-for-zone', 'yes'); localStorage.clear(); }")
    page.goto("/inbox")
    expect(offer).to_contain_text("Show them in Europe/Berlin?")
    hand.use(offer.get_by_role("button", name="No"))
    expect(offer).to_be_hidden()
    page.goto("/held")
    page.goto("/inbox")
    expect(page.get_by_role("heading", name="Inbox", level=1)).to_be_visible()
    expect(offer).to_be_hidden()


def test_token_is_made_shown_once_and_revoked(page: Page, hand: Hand, company: State) -> None:
    page.goto("/settings/tokens")
    page.get_by_label("What is it for?").fill("nightly report")
    hand.use(page.get_by_role("button", name="Make it"))
    token = page.get_by_label("New token", exact=True)
    expect(token).to_be_visible()
    answer = page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {token.input_value()}"})
    assert answer.status == 200

    page.goto("/settings/tokens")
    expect(token).to_have_count(0)
    hand.use(page.locator("summary", has_text="Revoke… nightly report"))
    hand.use(page.get_by_role("button", name="Revoke it: nightly report"))
    expect(page.get_by_text("nightly report", exact=True)).to_have_count(0)


def test_another_browser_is_signed_out(
    page: Page, hand: Hand, browsing: Browsing, served: Served, company: State
) -> None:
    other = browsing.open(served.base_url, cookie=served.cookie(company.anna))
    page.goto("/settings/security")

    hand.use(page.get_by_role("button", name="Sign out everywhere else"))

    expect(page.get_by_role("button", name="Sign out everywhere else")).to_have_count(0)
    other.goto("/inbox")
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()


def test_password_is_changed(page: Page, hand: Hand, browsing: Browsing, company: State) -> None:
    browsing.allow(422)
    page.goto("/settings/security")
    for current, new in (("wrong", "plum harbour seventeen"), ("correct horse battery", "plum harbour seventeen")):
        page.get_by_label("Current password").fill(current)
        page.get_by_label("New password").fill(new)
        page.get_by_label("The new one again").fill(new)
        hand.use(page.get_by_role("button", name="Change password"))
        if current == "wrong":
            expect(page.get_by_label("Current password")).to_have_attribute("aria-invalid", "true")

    expect(page.locator("[data-toast]")).to_be_visible()


def test_sender_is_asked_for_and_somebody_is_blocked(page: Page, hand: Hand, company: State) -> None:
    page.goto("/settings/senders")
    page.get_by_label("E-mail address").fill("anna@home.example")
    hand.use(page.get_by_role("button", name="Add"))
    expect(page.locator("ul.rows > li", has_text="anna@home.example")).to_contain_text("requested")
    hand.use(page.get_by_role("button", name="Revoke anna@home.example"))
    expect(page.locator("ul.rows > li", has_text="anna@home.example")).to_contain_text("revoked")

    page.goto("/settings/blocked")
    page.get_by_label("Address or domain").fill("shop.example")
    hand.use(page.get_by_role("button", name="Block", exact=True))
    expect(page.locator("ul.rows > li")).to_contain_text("shop.example")
    hand.use(page.get_by_role("button", name="Take back shop.example"))
    expect(page.get_by_text("Nobody is blocked")).to_be_visible()


def test_address_is_copied_shown_as_code_given_as_card_and_replaced(page: Page, hand: Hand, company: State) -> None:
    page.goto("/settings")
    field = page.locator("#personal input[readonly]")
    before = field.input_value()
    hand.use(page.locator("#personal").get_by_role("button", name="Copy"))
    expect(page.locator("#personal").get_by_text("Copied")).to_be_visible()
    hand.use(page.locator("#personal summary", has_text="QR code"))
    assert page.locator("#personal img").evaluate("one => one.decode().then(() => one.naturalWidth)") > 100
    page.keyboard.press("Escape")
    with page.expect_download() as started:
        hand.use(page.locator("#personal").get_by_role("link", name="Add to contacts"))
    assert before.encode() in Path(started.value.path()).read_bytes().replace(b"\r\n ", b"")

    hand.use(page.locator("#personal summary", has_text="Replace"))
    hand.use(page.locator("#personal").get_by_role("button", name="Replace"))

    expect(field).not_to_have_value(before)
    expect(page.locator(".set-old")).to_contain_text(before)
