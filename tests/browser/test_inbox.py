"""The inbox in heavy use: ticks with ranges, one undo, keys, suggestions, an act that is refused, older mail."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import awake
from tests.kit.looking import look
from tests.kit.states import State

pytestmark = pytest.mark.slow


def row(page: Page, subject: str) -> Locator:
    """Answer the row of a mail."""
    return page.locator("#letters [data-row]").filter(has=page.get_by_role("link", name=subject, exact=False))


def boxes(page: Page) -> Locator:
    """Answer the ticks."""
    return page.locator("#letters [name=ids]")


def start(page: Page, company: State, *subjects: str) -> None:
    """Open the inbox with these mails, the last one first."""
    for subject in subjects:
        company.mail(subject=subject)
    page.goto("/inbox")
    awake(page)


def test_a_range_is_ticked_archived_and_undone_in_one(page: Page, company: State) -> None:
    start(page, company, "Five", "Four", "Three", "Two", "One")
    boxes(page).nth(1).click()
    boxes(page).nth(3).click(modifiers=["Shift"])
    expect(page.locator("#letters [name=ids]:checked")).to_have_count(3)
    assert look(page, "flow-ticked-mail") == []
    page.locator("#many").get_by_role("button", name="Archive").click()

    expect(page.locator("[data-toast]")).to_contain_text("3 mails archived.")
    expect(page.locator("#letters [data-row]")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.locator("#letters [data-row]")).to_have_count(5)
    expect(page.locator("#letters [name=ids]:checked")).to_have_count(0)


def test_keys_tick_and_act_and_are_all_told(page: Page, company: State) -> None:
    start(page, company, "Four", "Three", "Two", "One")
    for key in ("j", "x", "J", "j", "X"):
        page.keyboard.press(key)
    expect(page.locator("#letters [name=ids]:checked")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.locator("#letters [name=ids]:checked")).to_have_count(0)
    page.keyboard.press("*")
    expect(page.locator("[data-picked]")).to_have_text("4")
    page.keyboard.press("*")
    page.keyboard.press("?")
    for group in ("The list", "Go to", "Everywhere"):
        expect(page.get_by_role("dialog").get_by_role("heading", name=group)).to_be_visible()
    expect(page.get_by_role("dialog")).to_contain_text("Tick all on this page")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("#")
    expect(page.locator("[data-toast]")).to_contain_text("1 mail deleted.")
    expect(page.locator("#letters [data-row]")).to_have_count(3)
    expect(page.locator("#letters [data-row]:focus-within")).to_have_count(1)


def test_the_next_mail_opens_where_one_reads_beside_the_list(page: Page, company: State) -> None:
    start(page, company, "Three", "Two", "One")
    row(page, "Two").get_by_role("link").first.click()
    expect(page.locator("#pane").get_by_role("heading", name="Two")).to_be_visible()
    page.keyboard.press("e")
    expect(page.locator("#pane").get_by_role("heading", name="Three")).to_be_visible()
    expect(row(page, "Two")).to_have_count(0)


def test_a_refused_act_brings_the_row_back_with_a_word(page: Page, browsing: Browsing, company: State) -> None:
    start(page, company, "Two", "One")
    browsing.allow(503)
    held: list[Route] = []
    page.route("**/inbox/act", lambda route: held.append(route))  # Playwright marks its handlers
    page.keyboard.press("j")
    page.keyboard.press("e")

    expect(row(page, "One")).to_be_hidden()
    held[0].fulfill(status=503, content_type="text/html", body="<main><div role=alert><p>One moment.</p></div></main>")
    expect(row(page, "One")).to_be_visible()
    expect(page.locator("[data-toast]")).to_contain_text("the mail is back where it was. One moment.")


def test_suggestions_are_taken_by_keys_and_searches_are_remembered_here_alone(page: Page, company: State) -> None:
    start(page, company, "Two", "One")
    page.keyboard.press("/")
    page.keyboard.type("contact:mar")
    field = page.get_by_role("combobox", name="Search mail")
    expect(page.get_by_role("option")).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    assert look(page, "flow-suggestions") == []
    page.keyboard.press("Enter")
    expect(field).to_have_value('contact:"Maria Lopez" ')
    expect(page.locator("#suggestions")).to_be_hidden()
    expect(page).to_have_url(re.compile("Maria"))
    field.fill("")
    expect(page.get_by_role("option").first).to_have_text('contact:"Maria Lopez"')
    page.get_by_role("option", name="Forget these").click()
    expect(page.locator("#suggestions")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('smartbcc-searches')") is None


def test_older_mail_comes_at_the_end_and_stays_while_the_list_changes(page: Page, company: State) -> None:
    start(page, company, *(f"Mail {number:02}" for number in range(36)))
    expect(page.locator("#letters [data-row]")).to_have_count(25)
    page.get_by_role("link", name="Older").click()
    expect(page.locator("#letters [data-row]")).to_have_count(36)
    boxes(page).last.check()
    page.keyboard.press("u")
    expect(page.locator("[data-toast]")).to_contain_text("nothing was changed")
    expect(page.locator("#letters [data-row]")).to_have_count(36)
    boxes(page).first.check()
    page.keyboard.press("e")
    expect(page.locator("#letters [data-row]")).to_have_count(35)
    assert len({one.get_attribute("id") for one in page.locator("#letters [data-row]").all()}) == 35
