"""A record's page worked with: added, changed in place, merged and back, deleted and back; by mouse and by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.hand import Hand, Keyboard, awake
from tests.kit.looking import look
from tests.kit.states import State

pytestmark = pytest.mark.slow


def test_deal_is_added_changed_in_place_and_won(page: Page, hand: Hand, company: State) -> None:
    page.goto("/deals")
    hand.use(page.locator(".rec-add summary"), "c")
    page.get_by_label("Title").fill("Chairs")
    page.get_by_label("Value").fill("1 234,50")
    page.get_by_label("Currency").fill("EUR")
    hand.use(page.get_by_role("button", name="Add deal"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Chairs")
    expect(page.locator("#fact-value")).to_contain_text("234.50 EUR")

    hand.use(page.get_by_role("link", name="Rename"), "e")
    expect(page.locator("#edit-name")).to_be_focused()
    page.locator("#edit-name").fill("Forty chairs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Forty chairs")

    hand.use(page.get_by_role("link", name="Change contacts"))
    hand.use(page.get_by_label("Maria Lopez"), "") if not isinstance(hand, Keyboard) else _tick(page, hand)
    hand.use(page.get_by_role("button", name="Save"))
    expect(page.locator("#fact-contact_ids")).to_contain_text("Maria Lopez")

    hand.use(page.get_by_role("button", name="Won"))
    expect(page.locator(".rec-marks .badge.won")).to_be_visible()


def test_what_is_wrong_stands_beside_its_field(page: Page, browsing: Browsing, company: State) -> None:
    browsing.allow(422)
    page.goto("/contacts/new")
    page.get_by_label("Name", exact=True).fill("Nora")
    page.get_by_label("E-mail addresses").fill("nonsense")
    page.get_by_role("button", name="Add contact").click()

    expect(page.get_by_label("E-mail addresses")).to_have_attribute("aria-invalid", "true")
    found = look(page, "error-new-contact")
    assert not found, "\n".join(found)


def test_contacts_are_merged_and_the_merge_is_undone(page: Page, hand: Hand, company: State) -> None:
    (maria,) = company.ids["contact"]
    company.record("contact", name="Maria Lopez-Diaz", addresses=["m.lopez@home.example"])
    page.goto(f"/contacts/{maria}")
    hand.use(page.locator("summary[aria-label=More]"))
    hand.use(page.get_by_role("link", name="Merge with another contact"))
    hand.use(page.locator("#list").get_by_role("link", name="Maria Lopez-Diaz"))
    expect(page.get_by_role("heading", name="What happens")).to_be_visible()
    hand.use(page.get_by_role("button", name="Merge", exact=True))
    expect(page.locator("#fact-addresses")).to_contain_text("m.lopez@home.example")

    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo"), "z")

    expect(page.locator("#fact-addresses")).not_to_contain_text("m.lopez@home.example")


def test_contact_is_deleted_and_comes_back(page: Page, hand: Hand, company: State) -> None:
    (maria,) = company.ids["contact"]
    page.goto(f"/contacts/{maria}")
    hand.use(page.locator("summary[aria-label=More]"))
    hand.use(page.get_by_role("button", name="Delete this contact"))
    expect(page.get_by_role("link", name="Maria Lopez")).to_have_count(0)

    hand.use(page.locator("[data-toast]").get_by_role("button", name="Undo"), "z")

    expect(page.locator("#main").get_by_text("Maria Lopez").first).to_be_visible()


def test_address_of_a_deal_is_shown_as_code_and_given_as_a_card(page: Page, company: State) -> None:
    deal = company.record("deal", title="Chairs")
    page.goto(f"/deals/{deal}")
    page.locator("summary", has_text="QR").first.click()
    code = page.locator("img[alt*=QR]")
    expect(code).to_be_visible()
    assert code.evaluate("one => one.decode().then(() => one.naturalWidth)") > 100

    with page.expect_download() as started:
        page.get_by_role("link", name="Contact card (.vcf)").click()

    assert b"EMAIL" in Path(started.value.path()).read_bytes()


def test_record_is_made_from_a_mail_with_its_fields_filled_in(page: Page, hand: Hand, company: State) -> None:
    letter = company.mail(to="Nora Novak <nora@contoso.example>", subject="Benches for the park")
    page.goto(f"/m/{letter}")
    hand.use(page.locator("summary", has_text="Create from it"))
    hand.use(page.locator("#about").get_by_role("link", name="Contact", exact=True))
    expect(page.get_by_label("Name", exact=True)).to_have_value("Nora Novak")
    expect(page.get_by_label("E-mail addresses")).to_have_value("nora@contoso.example")

    hand.use(page.get_by_role("button", name="Add contact"))

    expect(page.locator("#main")).to_contain_text("Benches for the park")


def _tick(page: Page, hand: Keyboard) -> None:
    hand.reach(page.get_by_label("Maria Lopez"))
    page.keyboard.press("Space")


def test_a_fact_is_opened_by_e_and_left_by_escape(page: Page, company: State) -> None:
    (maria,) = company.ids["contact"]
    page.goto(f"/contacts/{maria}")
    fact = page.locator("#fact-addresses")
    change = page.get_by_role("link", name="Change addresses")
    change.focus()

    page.keyboard.press("e")
    expect(fact.get_by_label("E-mail addresses")).to_be_focused()
    fact.get_by_label("E-mail addresses").fill("other@fabrikam.example")
    page.keyboard.press("Escape")
    expect(change).to_be_focused()
    expect(fact).to_contain_text("maria@fabrikam.example")

    page.locator("#fact-visibility .rec-value").click()
    expect(page.get_by_label("Who sees it")).to_be_focused()
    page.keyboard.press("Escape")
    change.click()
    fact.get_by_label("E-mail addresses").fill("other@fabrikam.example")
    fact.get_by_role("button", name="Save").click()
    expect(fact).to_contain_text("other@fabrikam.example")
    expect(change).to_be_focused()
    page.keyboard.press("z")
    expect(fact).to_contain_text("maria@fabrikam.example")


def test_a_list_narrows_while_one_types_and_keeps_what_is_ticked(page: Page, company: State) -> None:
    (maria,) = company.ids["contact"]
    company.record("contact", name="Nora Novak")
    deal = company.record("deal", title="Chairs", contact_ids=[maria])
    page.goto("/contacts")
    awake(page)
    page.get_by_role("searchbox").fill("nova")
    expect(page.locator("#list [data-row]")).to_have_count(1)

    page.goto(f"/deals/{deal}?edit=contact_ids")
    awake(page)
    page.get_by_label("Find by name or address").fill("nova")
    expect(page.locator("#pick-contact_ids li")).to_have_count(2)
    page.get_by_label("Nora Novak").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#fact-contact_ids .rec-value")).to_contain_text("Nora Novak")
    expect(page.locator("#fact-contact_ids .rec-value")).to_contain_text("Maria Lopez")
