"""What stands beside a letter worked with: a link changed in its place, an answer that stands, and a way back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import PHONE
from tests.kit.looking import look
from tests.kit.states import State

pytestmark = pytest.mark.slow


def test_link_is_changed_in_its_place_always_and_back(page: Page, company: State) -> None:
    (maria,) = company.ids["contact"]
    chairs = company.record("deal", title="Chairs", contact_ids=[maria], value="3560.00", currency="EUR")
    company.record("deal", title="Tables", contact_ids=[maria])
    company.mail(subject="Earlier")
    letter = company.mail(subject="Offer")
    company.anna.api.post(f"messages/{letter}/links", {"type": "deal", "target_id": chairs})
    page.goto(f"/m/{letter}")
    about = page.locator("#about")
    expect(about.locator(".side-open")).to_contain_text("Tables")

    page.get_by_role("link", name="Change the link to Chairs").click()
    about.get_by_role("button", name="Link to deal Tables").click()
    expect(about.locator(".side-links")).to_contain_text("Tables")
    expect(about.locator(".side-open")).to_contain_text("Chairs")
    page.locator("[data-toast]").get_by_role("button", name="Undo").last.click()
    expect(about.locator(".side-links")).to_contain_text("Chairs")

    about.get_by_role("button", name="Always, for mail with Maria Lopez").click()
    expect(about.locator(".side-always")).to_contain_text("Always so for later mail with Maria Lopez.")
    found = look(page, "flow-side")
    assert not found, "\n".join(found)
    about.get_by_role("button", name="End the standing answer for Chairs").click()
    expect(about.locator(".side-always")).to_have_count(0)


def test_panel_is_near_on_a_phone(page: Page, company: State) -> None:
    letter = company.mail(subject="Offer", text="A line.\n" * 80)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.goto(f"/m/{letter}")
    page.get_by_role("link", name="Contact, deals, sharing").click()
    expect(page.get_by_role("link", name="Maria Lopez").first).to_be_in_viewport()


def test_mail_of_a_record_is_narrowed_and_told_as_a_table(page: Page, company: State) -> None:
    (maria,) = company.ids["contact"]
    for subject in ("Chairs", "Tables"):
        company.mail(subject=subject)
    page.goto(f"/contacts/{maria}")
    expect(page.get_by_role("img", name="2 sent")).to_be_visible()
    page.get_by_text("As a table").click()
    expect(page.get_by_role("row").nth(1)).to_contain_text("2")
    page.get_by_label("Search in this mail").fill("tables")
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Received").click()
    expect(page.locator("#mail")).to_contain_text("Nothing of the mail here is like that.")
    found = look(page, "flow-timeline")
    assert not found, "\n".join(found)
