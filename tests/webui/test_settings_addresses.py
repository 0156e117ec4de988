"""Bcc addresses on their page: to copy, to take along, to replace; and the test mail that shows they work."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from tests.kit.http import Browser
from tests.kit.mails import a_message
from tests.webui.conftest import CUSTOMER, REP, Office

OFF = re.compile(r'action="(/settings/addresses/[a-z2-7]{26}/off)"')


@pytest.fixture
def browser(office: Office) -> Browser:
    """The rep's browser."""
    return office.rep.browser()


def test_both_are_there_to_take_along(office: Office, browser: Browser) -> None:
    page = browser.get("/settings").text
    for kind, address in (
        ("personal", office.rep.made.personal_bcc_address),
        ("universal", office.world.house.bcc_address),
    ):
        assert f'value="{address}"' in page
        card = browser.get(f"/settings/addresses/{kind}/card.vcf")
        assert address in card.text.replace("\r\n ", "")
        assert card.mimetype == "text/vcard"
        assert browser.get(f"/settings/addresses/{kind}/qr.png").data.startswith(b"\x89PNG")
    assert browser.get("/settings/addresses/record/qr.png").status_code == 404


def test_one_s_own_is_replaced_once(office: Office, browser: Browser) -> None:
    old = office.rep.made.personal_bcc_address
    assert browser.post("/settings/addresses/personal/rotate", address=old).status_code == 303
    assert browser.post("/settings/addresses/personal/rotate", address=old).status_code == 409

    page = browser.get("/settings").text
    new = office.rep.api.get("me")["personal_bcc_address"]
    assert new != old
    assert f'value="{new}"' in page
    assert old in page
    (off,) = OFF.findall(page)
    assert office.colleague.browser().post(off).status_code == 404
    assert browser.post(off).status_code == 303
    assert old not in browser.get("/settings").text


def test_the_company_s_is_replaced_by_an_admin(office: Office, browser: Browser) -> None:
    old = office.world.house.bcc_address
    assert browser.post("/settings/addresses/universal/rotate", address=old).status_code == 403
    admin = office.ada.browser()
    assert admin.post("/settings/addresses/universal/rotate", address=old).status_code == 303
    assert office.rep.api.get("company")["bcc_address"] != old
    page = browser.get("/settings").text
    assert old in page
    assert OFF.findall(page) == []
    (off,) = OFF.findall(admin.get("/settings").text)
    assert browser.post(off).status_code == 403
    assert admin.post(off).status_code == 303


def _opened(office: Office) -> str:
    """Let the story's time be now, and answer a test page that was opened just before."""
    with office.site.database.read() as session:
        office.world.at = office.site.database.now(session)
    return f"/settings/test?since={quote(office.world.at.isoformat())}"


def test_the_page_waits_and_then_shows_the_letter(office: Office, browser: Browser) -> None:
    page = _opened(office)
    waiting = browser.get(page).text
    assert "Waiting for your mail" in waiting
    assert 'hx-trigger="every 2s"' in waiting

    filed = office.mail()
    arrived = browser.get(page).text
    assert "It works" in arrived
    assert f"/m/{office.seal('message', filed.message_id)}" in arrived
    assert f"{REP} is an approved sender." in arrived
    assert "hx-trigger" not in arrived.partition('id="arrival"')[2].partition("</section>")[0]
    # Nobody is shown another's.
    for other in (office.colleague, office.ada, office.reader):
        assert "Waiting for your mail" in other.browser().get(page).text


def test_held_and_discarded_mail_says_why(office: Office, browser: Browser) -> None:
    page = _opened(office)
    office.world.mail(a_message(from_="sven@contoso.example", to=CUSTOMER), to=office.rep.made.personal_bcc_address)
    held = browser.get(page).text
    assert "It is held" in held
    assert "the mailbox of the address&#39;s owner does not forward here" in held
    office.world.mail(a_message(from_=REP, to="bert@northwind.example"))
    discarded = browser.get(page).text
    assert "It was not kept" in discarded
    assert "everybody who takes part is inside the company" in discarded


@pytest.mark.parametrize("since", ["", "yesterday", "2026-01-01", "9999-01-01T00:00:00+00:00", "0001-01-01T00:00:00Z"])
def test_any_since_will_do(browser: Browser, since: str) -> None:
    assert browser.get(f"/settings/test?since={quote(since)}").status_code == 200
