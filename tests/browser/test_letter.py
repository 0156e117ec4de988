"""A letter in the inbox: read, archived, deleted, linked, shared, asked about; by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.kit.hand import Hand, Keyboard, awake
from tests.kit.looking import look
from tests.kit.states import State

pytestmark = pytest.mark.slow


def rows(page: Page, subject: str) -> Locator:
    """Answer the rows of the list with this subject."""
    return page.locator("[data-row]").filter(has=page.locator("a.main", has_text=subject))


def open_letter(page: Page, hand: Hand, subject: str) -> None:
    """Open a letter from the inbox."""
    page.goto("/inbox")
    hand.use(page.locator("[data-row] a.main").filter(has_text=subject))
    expect(page.locator("#pane").get_by_role("heading", name=subject)).to_be_visible()


@pytest.mark.parametrize(
    ("name", "key", "said"), [("Archive", "e", "Archived."), ("Delete", "#", "Deleted."), ("Mark as unread", "u", "")]
)
def test_letter_is_put_away_and_comes_back(
    page: Page, hand: Hand, company: State, name: str, key: str, said: str
) -> None:
    company.mail(subject="Offer", text="40 chairs")
    company.mail(subject="Plan")
    open_letter(page, hand, "Offer")
    expect(page.locator("[data-row].unread")).to_have_count(1)

    hand.use(page.get_by_role("button", name=name), key)

    expect(page.locator("[data-toast]")).to_contain_text(said or "unread")
    expect(rows(page, "Offer")).to_have_count(0 if said else 1)
    hand.use(page.get_by_role("button", name="Undo", exact=True), "z")
    expect(rows(page, "Offer")).to_have_count(1)
    # What left gave its place in the pane to the next mail, which is read now.
    expect(page.locator("[data-row].unread")).to_have_count(0 if said else 1)


def test_rows_are_gone_through_by_j_k_and_o(page: Page, company: State) -> None:
    for subject in ("One", "Two", "Three"):
        company.mail(subject=subject)
    page.goto("/inbox")
    awake(page)

    for key in "jjkjo":
        page.keyboard.press(key)

    expect(page.locator("#pane").get_by_role("heading", name="Two")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Archive")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_letter_is_linked_unlinked_and_undone(page: Page, hand: Hand, company: State) -> None:
    company.record("project", title="Terrace", contact_ids=[])
    company.mail(subject="Offer")
    open_letter(page, hand, "Offer")
    about = page.locator("#about .side-links")
    expect(about).to_contain_text("Maria Lopez")

    hand.use(page.locator("#about summary", has_text="Link to"), "l")
    hand.use(page.get_by_role("button", name="Link to project Terrace"))
    expect(about).to_contain_text("Terrace")
    expect(page.locator("[data-toast]")).to_contain_text("Linked.")

    hand.use(page.get_by_role("button", name="Undo the link to Maria Lopez"))
    expect(about).not_to_contain_text("Maria Lopez")
    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo").last, "z")
    expect(about).to_contain_text("Maria Lopez")


def test_letter_is_made_private_and_shared(page: Page, hand: Hand, company: State) -> None:
    company.mail(subject="Offer")
    open_letter(page, hand, "Offer")

    hand.use(page.get_by_role("button", name="Make private"), "s")
    expect(page.get_by_text("Your copy is private")).to_be_visible()
    expect(page.locator("[data-row] .chip.private")).to_be_visible()
    hand.use(page.get_by_role("button", name="Share", exact=True), "s")
    expect(page.get_by_text("Your copy is shared")).to_be_visible()


def test_letter_says_why_and_shows_its_thread_and_original(
    page: Page, hand: Hand, company: State, tmp_path: Path
) -> None:
    company.mail(subject="Plan", message_id="<plan@northwind.example>")
    company.mail(subject="Re: Plan", in_reply_to="<plan@northwind.example>", text="Fine.\n\n> Hello.\n")
    open_letter(page, hand, "Re: Plan")
    _menu(page, hand, "Why is it here?", "w")
    expect(page.get_by_role("heading", name="Why is")).to_be_visible()
    page.go_back()
    _menu(page, hand, "The whole conversation (2)", "t")
    expect(page.get_by_role("heading", level=1, name="Plan")).to_be_visible()
    open_letter(page, hand, "Re: Plan")
    _menu(page, hand, "Show the original", "v")
    expect(page.get_by_text("In-Reply-To: <plan@northwind.example>")).to_be_visible()
    with page.expect_download() as started:
        hand.use(page.get_by_role("link", name="Download"))
    assert b"Subject: Re: Plan" in Path(started.value.path()).read_bytes()


def test_search_narrows_the_list_while_one_types(page: Page, company: State) -> None:
    company.mail(subject="Chairs")
    company.mail(subject="Tables")
    page.goto("/inbox")

    awake(page)
    page.keyboard.press("/")
    page.keyboard.type("chairs")

    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator("[data-row]")).to_contain_text("Chairs")


def test_new_mail_arrives_without_a_reload(page: Page, company: State) -> None:
    company.mail(subject="Old")
    page.goto("/inbox")
    expect(page.locator("[data-row]")).to_have_count(1)

    company.mail(subject="New")

    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page.locator("#places-mail .count").first).to_contain_text("2")


def test_older_letters_come_page_by_page(page: Page, hand: Hand, company: State) -> None:
    for number in range(35):
        company.mail(subject=f"Mail {number:02}")
    page.goto("/inbox")

    hand.use(page.get_by_role("link", name="Older"))

    expect(rows(page, "Mail 00")).to_be_visible()


def test_open_letter_looks_well(page: Page, company: State) -> None:
    company.mail(subject="Offer")
    open_letter(page, Keyboard(page), "Offer")

    found = look(page, "flow-open-letter")

    assert not found, "\n".join(found)


def _menu(page: Page, hand: Hand, name: str, key: str) -> None:
    """Use an entry of the letter's menu: by its key, the menu need not be open."""
    if isinstance(hand, Keyboard):
        page.keyboard.press(key)
        return
    hand.use(page.locator("#pane").get_by_label("More"))
    hand.use(page.get_by_role("link", name=name))
