"""Deciding again: the differences first, then the change, one letter or all of one's own (RULES R37, R52)."""

from __future__ import annotations

import re

from ingest.replay_worker import step
from tests.webui.conftest import CUSTOMER, Office
from webui.backend import backend

RUN = re.compile(r"/settings/again/([a-z2-7]{26})/apply")


def _work(office: Office) -> None:
    with office.site.app.app_context():
        replayer = backend().replayer
    while step(replayer):
        pass


def test_one_letter_says_what_would_be_different(office: Office) -> None:
    told = office.mail(subject="Offer")
    number = office.seal("message", told.message_id)
    browser = office.rep.browser()
    assert "nothing would change" in browser.get(f"/m/{number}/again").text
    office.customer()
    shown = browser.get(f"/m/{number}/again").text
    assert "by its address" in shown
    assert office.rep.api.get(f"messages/{number}")["links"] == []
    assert browser.post(f"/m/{number}/again").status_code == 303
    assert [one["rule"] for one in office.rep.api.get(f"messages/{number}")["links"]] == ["R20.address"]
    assert "nothing would change" in browser.get(f"/m/{number}/again").text


def test_a_run_over_ones_own_mail(office: Office) -> None:
    office.mail(subject="Offer")
    office.customer()
    browser, other = office.rep.browser(), office.colleague.browser()
    assert browser.post("/settings/again", days="5").status_code == 422
    assert browser.post("/settings/again", days="0").status_code == 303
    assert "Looking" in browser.get("/settings/again").text
    _work(office)
    page = browser.get("/settings/again").text
    assert "1 of 1 mails would be decided otherwise" in page
    assert "by its address" in page
    (run,) = RUN.findall(page)
    assert other.post(f"/settings/again/{run}/apply").status_code == 404
    assert "Nothing was looked at yet" in other.get("/settings/again").text
    assert browser.post(f"/settings/again/{run}/apply").status_code == 303
    _work(office)
    assert "1 of 1 mails were decided again" in browser.get("/settings/again").text
    assert [one["links"][0]["type"] for one in office.rep.api.get("messages")["data"]] == ["contact"]


def test_what_decides_is_offered_when_it_changes_and_nothing_else_is(office: Office) -> None:
    offer = "Rules were changed"
    browser = office.rep.browser()
    office.ada.api.patch("company", {"hold_days": 20})
    browser.post("/settings/profile", name="Anna", language="en", time_zone="UTC")
    assert offer not in browser.get("/unresolved").text
    office.ada.api.patch("company", {"several_open": "newest"})
    assert offer in browser.get("/unresolved").text
    assert "The company’s policies" in browser.get("/settings/again").text.replace("'", "’").replace("&#39;", "’")


def test_ones_own_list_offers_it_to_oneself(office: Office) -> None:
    assert office.rep.browser().post("/settings/blocked", address=CUSTOMER).status_code == 303
    assert "Rules were changed" in office.rep.browser().get("/unresolved").text
    assert "Rules were changed" not in office.colleague.browser().get("/unresolved").text
