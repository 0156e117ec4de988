"""The pages of the settings: what one chooses is kept, and what is wrong stands beside its field."""

from __future__ import annotations

import re

import pytest

from tests.kit.http import Api, Browser
from tests.webui.conftest import REP, Office
from webui.settings_frame import SECTIONS

ROW = re.compile(r'<li data-id="([a-z2-7]{26})"')
PAGES = (
    "/settings",
    "/settings/test",
    "/settings/senders",
    "/settings/sharing",
    "/settings/answers",
    "/settings/blocked",
    "/settings/notices",
    "/settings/profile",
    "/settings/security",
    "/settings/security/second-step",
    "/settings/security/codes",
    "/settings/tokens",
    "/settings/programs",
    "/settings/appearance",
)


@pytest.fixture
def browser(office: Office) -> Browser:
    """The rep's browser."""
    return office.rep.browser()


def test_every_page_lists_all_of_them_and_says_where_one_is(office: Office) -> None:
    for person in (office.rep, office.reader, office.ada):
        browser = person.browser()
        for page in PAGES:
            text = browser.get(page).text
            side_list = text.partition('aria-label="Settings"')[2].partition("</nav>")[0]
            assert side_list.count('class="place"') == len(SECTIONS), page
            assert side_list.count('aria-current="page"') == 1, page
            assert text.count("<h1") == 1, page


def test_profile(office: Office, browser: Browser) -> None:
    assert browser.post("/settings/profile", name="Anna B.", language="en", time_zone="Asia/Tokyo").status_code == 303
    me = office.rep.api.get("me")
    assert (me["name"], me["time_zone"]) == ("Anna B.", "Asia/Tokyo")

    wrong = browser.post("/settings/profile", name="Anna", language="en", time_zone="Asia/Nowhere")
    assert wrong.status_code == 422
    assert "there is no such time zone" in wrong.text
    assert 'value="Asia/Nowhere"' in wrong.text
    assert office.rep.api.get("me")["time_zone"] == "Asia/Tokyo"


def test_a_time_zone_is_offered_until_one_is_chosen(office: Office, browser: Browser) -> None:
    assert 'id="zone-offer"' in browser.get("/inbox").text
    chosen = browser.post("/settings", time_zone="Europe/Oslo", back="/inbox?view=unread")
    assert chosen.location == "/inbox?view=unread"
    assert 'id="zone-offer"' not in browser.get("/inbox").text
    assert '<option value="Europe/Oslo" selected>Oslo, Norway</option>' in browser.get("/settings/profile").text
    assert browser.post("/settings", time_zone="UTC", back="https://elsewhere.example/").location == "/inbox"


def test_pages_speak_the_language_that_one_chooses(office: Office, browser: Browser) -> None:
    assert '<html lang="en" dir="ltr"' in browser.get("/settings/profile").text
    browser.post("/settings/profile", name="Anna", language="de", time_zone="UTC")
    text = browser.get("/settings/profile").text
    assert '<html lang="de" dir="ltr"' in text
    assert '<option value="de" lang="de" selected>Deutsch</option>' in text
    assert '<optgroup label="Afrika">' in text


def test_sharing_and_notices_and_keys(office: Office, browser: Browser) -> None:
    form = {"sharing_default.smtp": "private", "sharing_default.imap": "shared", "deal_linking": "manual"}
    assert browser.post("/settings/sharing", **form).status_code == 303
    assert browser.post("/settings/notices", notices="none").status_code == 303
    assert browser.post("/settings/appearance", theme="dark", keyboard="off").status_code == 303

    me = office.rep.api.get("me")
    assert me["sharing_default"] == {"smtp": "private", "imap": "shared"}
    assert (me["deal_linking"], me["notices"], me["theme"], me["keyboard"]) == ("manual", "none", "dark", "off")
    page = browser.get("/inbox").text
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page

    for path, wrong in (("notices", {"notices": "hourly"}), ("appearance", {"theme": "pink"})):
        assert browser.post(f"/settings/{path}", **wrong).status_code == 422


def test_senders_are_asked_for_and_revoked(office: Office, browser: Browser) -> None:
    assert browser.post("/settings/senders", address="anna@elsewhere.example").status_code == 303
    page = browser.get("/settings/senders").text
    assert "anna@elsewhere.example" in page
    assert "waits to be sent" in page
    listed = {one["address"]: one["state"] for one in office.rep.api.get("approved-senders")["data"]}
    assert listed == {REP: "approved", "anna@elsewhere.example": "requested"}

    for address in (
        "",
        "no address",
        "anna@elsewhere.example",
        "bert@northwind.example",
        office.world.house.bcc_address,
    ):
        wrong = browser.post("/settings/senders", address=address)
        assert wrong.status_code == 422, address
        assert 'class="wrong"' in wrong.text

    sender, login = ROW.findall(page)
    assert office.colleague.browser().post(f"/settings/senders/{sender}/revoke").status_code == 404
    assert browser.post(f"/settings/senders/{login}/revoke").status_code == 409
    assert browser.post(f"/settings/senders/{sender}/revoke").status_code == 303
    assert browser.post(f"/settings/senders/{sender}/revoke").status_code == 409
    assert "revoked" in browser.get("/settings/senders").text
    # An end is an end: the address may be asked for anew.
    assert browser.post("/settings/senders", address="anna@elsewhere.example").status_code == 303


def test_a_token_is_shown_once_and_works_until_revoked(office: Office, browser: Browser) -> None:
    made = browser.post("/settings/tokens", name="nightly report")
    (token,) = re.findall(r"sbcc_api_[\w-]{43}", made.text)
    assert made.headers["Cache-Control"] == "no-store"
    script = Api(office.site.app, token)
    assert script.get("me")["email"] == REP

    page = browser.get("/settings/tokens").text
    assert token not in page
    assert "nightly report" in page
    assert "What uses this token is locked out at once" in page
    number = ROW.findall(page)[0]
    assert office.ada.browser().post(f"/settings/tokens/{number}/revoke").status_code == 404
    assert browser.post(f"/settings/tokens/{number}/revoke").status_code == 303
    assert script.call("GET", "me").status_code == 401
    assert browser.post("/settings/tokens", name=" ").status_code == 422


def test_blocking_takes_an_address_or_a_domain(office: Office, browser: Browser) -> None:
    assert browser.post("/settings/blocked", address="spam.example").status_code == 303
    assert browser.post("/settings/blocked", address="sven@contoso.example").status_code == 303
    page = browser.get("/settings/blocked").text
    assert page.count("For you alone") == 2
    assert "spam.example" not in office.colleague.browser().get("/settings/blocked").text

    assert browser.post("/settings/blocked", address="x@y.example", scope="company").status_code == 403
    wrong = browser.post("/settings/blocked", address="gmail.com")
    assert wrong.status_code == 422
    assert "block single addresses" in wrong.text

    for number in ROW.findall(page):
        assert browser.post(f"/settings/blocked/{number}/remove").status_code == 303
    assert "Nobody is blocked" in browser.get("/settings/blocked").text


def test_a_standing_answer_is_listed_and_taken_back(office: Office, browser: Browser) -> None:
    contact = office.customer()
    chairs = office.deal(contact, "Chairs")
    office.deal(contact, "Tables")
    office.mail(subject="Which one")
    (question,) = [one["id"] for one in office.rep.api.get("unresolved")["data"]]
    browser.post(f"/unresolved/{question}", type="deal", target_id=chairs["id"], always="true")

    page = browser.get("/settings/answers").text
    (answer,) = ROW.findall(page)
    assert "Chairs" in page
    assert office.colleague.browser().post(f"/settings/answers/{answer}/remove").status_code == 404
    assert browser.post(f"/settings/answers/{answer}/remove").status_code == 303
    assert "No standing answer" in browser.get("/settings/answers").text
