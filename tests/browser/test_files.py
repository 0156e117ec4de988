"""The files of a letter are looked at beside it, the letter goes on paper, and its warnings are seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.kit.browsing import Browsing
from tests.kit.drawings import a_pdf, a_picture
from tests.kit.hand import awake
from tests.kit.looking import look
from tests.kit.mails import File, a_message
from tests.kit.states import State
from webui.letter_files import EXTENSION

pytestmark = pytest.mark.slow
HTML = (
    "<p>Dear Anna,</p><p>please see <a href='https://evil.example/x'>https://northwind.example/offer</a>, or our "
    "<a href='https://shop.example/'>shop</a>.</p><table><tr><td>Chair</td><td>89 EUR</td></tr></table>"
    "<img src='https://open.tracker.example/a.gif' width=1 height=1>"
    "<img src='https://t2.example/b.gif' width=1 height=1>"
)
FILES = (
    File("garden.png", a_picture("PNG", (640, 400), color="seagreen"), "image/png"),
    File("offer.pdf", a_pdf((595, 842), (842, 595)), "application/pdf"),
    File("broken.jpg", b"\xff\xd8\xff\xe0 broken", "image/jpeg"),
    File("prices.csv", b"chair;89\n", "text/csv"),
)


def upload(company: State, raw: bytes) -> str:
    """Take a mail that Anna got in; answer its id."""
    filed = company.world.mail(raw, owner=company.anna.made)
    assert filed
    return company.site.sealer.seal("message", filed.message_id)


def test_a_picture_that_had_to_wait_is_asked_for_again(browsing: Browsing, page: Page, company: State) -> None:
    browsing.allow(503)
    letter = company.mail(subject="With a file", attachments=FILES[:1])
    asker = company.anna.viewer.company_id, company.anna.viewer.user_id
    room = company.site.app.extensions[EXTENSION]._room
    while room.enter(asker):
        pass
    with page.expect_response(lambda answer: "/preview" in answer.url and answer.status == 503):
        page.goto(f"/m/{letter}")
    room.leave(asker)
    expect(page.locator(".letter-peek > img")).to_have_js_property("naturalWidth", 320)
    room.leave(asker)


def test_files_are_looked_at_by_keys_and_the_focus_comes_back(page: Page, company: State) -> None:
    letter = company.mail(subject="With files", attachments=FILES)
    page.goto(f"/m/{letter}")
    awake(page)
    page.wait_for_load_state("networkidle")
    assert look(page, "files") == []
    peek = page.get_by_role("link", name="Look at garden.png")
    peek.focus()
    page.keyboard.press("Enter")

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="garden.png")).to_be_visible()
    expect(dialog.get_by_role("img", name="garden.png")).to_have_js_property("naturalWidth", 640)
    for said in ("Page 1 of 2", "Page 2 of 2", "There is no preview of this file"):
        page.keyboard.press("ArrowRight")
        expect(dialog).to_contain_text(said)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(dialog).to_contain_text("Page 1 of 2")
    assert look(page, "dialog") == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(peek).to_be_focused()

    page.goto(page.get_by_role("link", name="Look at offer.pdf").get_attribute("href") or "")
    expect(page.get_by_role("img", name="Page 1 of offer.pdf")).to_have_js_property("naturalHeight", 1600)
    assert look(page, "viewer") == []
    with page.expect_download() as started:
        page.goto(f"/m/{letter}")
        page.get_by_role("link", name="Download all").click()
    assert started.value.suggested_filename == "With files.zip"


def test_warnings_links_and_trackers_are_seen_and_the_letter_goes_on_paper(page: Page, company: State) -> None:
    company.record("organization", name="Fabrikam", domains=["fabrikam.example"])
    text = "Dear Anna,\n\nsee http://192.0.2.7/login\n\n> Hello Maria,\n> the old offer\n"
    mail = {"from_": "Maria Lopez <maria@fabrlkam.example>", "to": company.anna.email}
    letter = upload(company, a_message(subject="New account", text=text, html=HTML, **mail))
    page.goto(f"/m/{letter}")
    page.wait_for_load_state("networkidle")

    expect(page.get_by_text("looks like fabrikam.example and is not")).to_be_visible()
    expect(page.locator("strong.misleading")).to_contain_text("a number instead of a name")
    page.get_by_text("2 trackers are blocked").click()
    expect(page.locator(".letter-trackers")).to_contain_text("open.tracker.example")
    assert look(page, "warned") == []

    page.goto(f"/m/{letter}/original")
    expect(page.get_by_role("row", name=re.compile("^Subject New account"))).to_be_visible()
    page.get_by_role("link", name="As sent").click()
    expect(page.locator("pre").first).to_contain_text("Subject: New account")

    page.goto(f"/m/{letter}/print")
    expect(page.get_by_text("the old offer")).to_be_visible()
    page.get_by_role("link", name="As its sender formatted it").click()
    expect(page.get_by_role("link", name="shop", exact=True)).to_have_attribute("title", "Leads to shop.example")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation")).to_have_count(0)
