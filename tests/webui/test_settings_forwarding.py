"""Forwarding and the gateway in the settings: who sees what a service asks, who switches what (RULES R8a, R18, R56)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from tests.kit.mails import a_message
from tests.webui.conftest import Office
from tests.webui.test_routes import MADE_UP

ASKED = re.compile(r'class="note" data-id="([a-z2-7]{26})"')
ASKS = {
    "from_": "Gmail Team <forwarding-noreply@google.com>",
    "subject": "(#417739015) Gmail Forwarding Confirmation - Receive Mail from anna@gmail.com",
    "text": "Please click: https://mail-settings.google.com/mail/vf-%5BANGjdJ9xUq%5D-tP2c\n",
}


def test_a_confirmation_is_shown_to_its_owner_alone_until_it_is_put_away(office: Office) -> None:
    address = office.rep.made.personal_bcc_address
    office.world.at = datetime.now(UTC)  # what pages show is of the last weeks
    assert office.world.mail(a_message(**ASKS, to=address), to=address) is None
    for other in (office.ada, office.colleague, office.stranger):
        browser = other.browser()
        assert "417" not in browser.get("/inbox").text
        assert "417" not in browser.get("/settings/forwarding").text
    browser = office.rep.browser()
    for page in ("/inbox", "/settings/forwarding"):
        text = browser.get(page).text
        assert "Gmail asks you to confirm forwarding" in text
        assert "417\u00a0739\u00a0015" in text
        assert 'href="https://mail-settings.google.com/mail/vf-%5BANGjdJ9xUq%5D-tP2c"' in text
        assert 'rel="noopener noreferrer nofollow"' in text
    (asked,) = ASKED.findall(browser.get("/inbox").text)
    path = "/settings/forwarding/{}/dismiss"
    for other in (office.ada, office.colleague, office.stranger):
        answers = [other.browser().post(path.format(one)).status_code for one in (asked, MADE_UP)]
        assert answers == [404, 404]
    assert browser.post(path.format(asked), back="/inbox?view=unread").headers["Location"] == "/inbox?view=unread"
    assert "Gmail asks" not in browser.get("/inbox").text
    assert "Gmail asks" in browser.get("/settings/forwarding").text


def test_forwarding_is_switched_on_and_off(office: Office) -> None:
    browser = office.rep.browser()
    for value, is_on in (("true", True), ("false", False), ("true", True), ("", False)):
        assert browser.post("/settings/forwarding", "/settings/forwarding", forwards_here=value).status_code == 303
        assert office.rep.api.get("me")["forwards_here"] is is_on
    text = browser.get("/settings/forwarding").text
    assert office.rep.made.personal_bcc_address in text
    assert "New mail of yours is shared" in text
    office.ada.api.patch("company", {"sharing_ceiling": "private"})
    assert "New mail of yours is private" in browser.get("/settings/forwarding").text


def test_the_gateway_is_the_admins_to_switch_and_each_users_to_accept(office: Office) -> None:
    ada, rep = office.ada.browser(), office.rep.browser()
    assert "It is not switched on" in rep.get("/settings/gateway").text
    assert rep.post("/settings/gateway/accept").status_code == 409
    assert ada.post("/admin/gateway/on").status_code == 303
    (address,) = re.findall(r'value="(gateway-[a-z0-9]{26}@[^"]+)"', ada.get("/admin/gateway").text)
    page = rep.get("/settings/gateway").text
    assert "You have not said yes" in page
    assert address not in page
    assert rep.post("/settings/gateway/accept").status_code == 303
    assert "1 user takes part" in ada.get("/admin/gateway").text
    assert "let the gateway file their mail" in ada.get("/admin/audit").text
    assert rep.post("/settings/gateway/withdraw").status_code == 303
    assert "You have not said yes" in rep.get("/settings/gateway").text
    assert ada.post("/admin/gateway/off").status_code == 303
    assert "It is off" in ada.get("/admin/gateway").text
