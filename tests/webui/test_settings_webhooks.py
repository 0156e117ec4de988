"""The page of webhooks: the secret once, the log, switching off and on, without JavaScript."""

from __future__ import annotations

import re

from tests.kit.http import Browser
from tests.webui.conftest import Office

HERE = "/settings/webhooks"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{32}")


def _toast(browser: Browser, page: str, **form: str) -> str:
    browser.post(page, page, **form)
    return browser.get(page).text


def test_a_webhook_is_made_tried_switched_off_and_removed(office: Office) -> None:
    browser = office.rep.browser()
    assert "No webhook yet" in browser.get(HERE).text
    wrong = browser.post(HERE, HERE, url="http://a b/", events="message.filed")
    assert (wrong.status_code, "an https address" in wrong.text) == (422, True)

    made = browser.post(HERE, HERE, url="https://hooks.example/in", events=["message.filed", "link.created"])
    assert len(set(SECRET.findall(made.text))) == 1
    assert not SECRET.search(browser.get(HERE).text)
    (webhook,) = office.rep.api.get("webhooks")["data"]
    one = f"{HERE}/{webhook['id']}"
    assert "Nothing was sent yet" in browser.get(one).text

    browser.post(one, one, act="test")
    assert "on its way" in browser.get(one).text
    browser.post(one, one, act="off")
    page = browser.get(one).text
    assert "The webhook was switched off." in page
    assert "Let it go on" in page
    browser.post(one, one, act="on")
    (delivery,) = office.rep.api.get(f"webhooks/{webhook['id']}/deliveries")["data"]
    shown = browser.get(f"{one}/deliveries/{delivery['id']}").text
    assert f"webhook-id: msg_{delivery['id']}" in shown
    assert "{&#34;type&#34;:&#34;test&#34;" in shown
    assert "Nothing yet" in shown or "switched off" in shown
    assert office.ada.browser().get(f"{one}/deliveries/{delivery['id']}").status_code == 404
    assert "1 is on its way again" in _toast(browser, one, act="again", hours="1")
    browser.post(f"{one}/deliveries/{delivery['id']}", one)
    assert office.rep.api.get(f"webhooks/{webhook['id']}/deliveries")["data"][0]["status"] == "pending"
    assert SECRET.search(browser.post(f"{one}/secret", one).text)
    assert "The old one signs beside the new one until" in browser.get(one).text
    assert office.ada.browser().get(one).status_code == 404
    assert office.ada.browser().post(one, act="remove").status_code == 404
    browser.post(one, one, act="remove")
    assert office.rep.api.get("webhooks")["data"] == []
