"""Questions answered by a click and by a number; held mail let in, thrown away and taken back; by mouse and by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import HANDS, Hand, Keyboard
from tests.kit.looking import look
from tests.kit.served import Served
from tests.kit.states import State

pytestmark = pytest.mark.slow


@pytest.fixture
def asked(company: State) -> State:
    """Three mails that could be about either of two deals."""
    (maria,) = company.ids["contact"]
    for title in ("Chairs", "Tables"):
        company.show("deal", company.record("deal", title=title, contact_ids=[maria]))
    for number in range(3):
        company.mail(subject=f"Which one {number}")
    return company


def linked(company: State, deal: int) -> int:
    """Answer how many letters stand on a deal."""
    return len(company.anna.api.get("messages", deal_id=company.ids["deal"][deal])["data"])


def test_questions_are_answered_one_after_the_other(page: Page, hand: Hand, asked: State) -> None:
    page.goto("/unresolved")
    number = "1" if "Chairs" in page.locator(".q-choice").first.inner_text() else "2"

    hand.use(page.locator(".q-choice", has_text="Chairs"), number)
    expect(page.locator("h1 .count")).to_contain_text("2")
    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo").last, "z")
    expect(page.locator("h1 .count")).to_contain_text("3")
    hand.use(page.locator(".q-choice", has_text="Tables"), "2" if number == "1" else "1")
    expect(page.locator("h1 .count")).to_contain_text("2")
    hand.use(page.get_by_role("button", name="Nothing to link"), "x")
    expect(page.locator("h1 .count")).to_contain_text("1")
    hand.use(page.get_by_label("Always do this"), "a")
    hand.use(page.locator(".q-choice", has_text="Chairs"), number)
    expect(page.get_by_text("No open questions")).to_be_visible()
    assert (linked(asked, 0), linked(asked, 1)) == (1, 1)
    page.goto("/settings/answers")
    expect(page.locator("ul.rows > li")).to_contain_text("Chairs")


def test_somebody_unknown_becomes_a_contact(page: Page, hand: Hand, company: State) -> None:
    company.mail(to="Nora Novak <nora@contoso.example>", subject="Hello")
    page.goto("/unresolved")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nora Novak")

    hand.use(page.get_by_role("button", name="Add and link").first)

    expect(page.locator("[data-toast]")).to_contain_text("Added and linked.")
    contacts = company.anna.api.get("contacts")["data"]
    assert [one["addresses"] for one in contacts if one["name"] == "Nora Novak"] == [["nora@contoso.example"]]


def test_something_else_is_found_by_typing(page: Page, asked: State) -> None:
    asked.record("project", title="Terrace")
    page.goto("/unresolved")

    page.keyboard.press("l")
    page.get_by_label("Find a record").fill("terr")
    page.get_by_role("button", name="Link to project Terrace").click()

    expect(page.locator("h1 .count")).to_contain_text("2")


@pytest.mark.parametrize("kind", HANDS)
def test_held_mail_is_discarded_taken_back_and_released(
    browsing: Browsing, served: Served, company: State, kind: str
) -> None:
    page = browsing.open(served.base_url, cookie=served.cookie(company.ada))
    hand = HANDS[kind](page)
    for number in range(2):
        company.held(from_=f"sven{number}@contoso.example", subject=f"Catalogue {number}")
    page.goto("/held")
    rows = page.locator("ul.held > li")
    expect(rows).to_have_count(2)

    hand.use(page.get_by_role("button", name="Discard the mail").first, "#")
    expect(rows).to_have_count(1)
    hand.use(page.get_by_role("button", name="Take it back").first)
    expect(rows).to_have_count(2)
    hand.use(page.get_by_role("button", name="Release").first, "r")
    expect(rows).to_have_count(1)
    hand.use(page.get_by_role("button", name="Approve and release").first, "v")
    expect(page.get_by_text("Nothing is held")).to_be_visible()


def test_queues_look_well_while_they_are_worked_on(page: Page, asked: State) -> None:
    page.goto("/unresolved")
    page.locator("summary", has_text="Something new").click()
    Keyboard(page).use(page.locator(".q-choice", has_text="Chairs"), "1")
    expect(page.locator("[data-toast]")).to_be_visible()

    found = look(page, "flow-question-answered")

    assert not found, "\n".join(found)
