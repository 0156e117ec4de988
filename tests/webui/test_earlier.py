"""Earlier mail by the API and on the page of its record: looked at, linked, taken back (R26)."""

from __future__ import annotations

import re

from tests.webui.conftest import CUSTOMER, REP, Office


def test_new_records_take_the_mail_that_was_here_before_them(office: Office) -> None:
    office.mail(subject="An offer")
    office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="An answer")
    api, contact = office.rep.api, office.customer()
    path = f"contacts/{contact['id']}/earlier-messages"

    first = api.get(path, limit=1)
    rest = api.get(path, limit=1, cursor=first["next_cursor"])
    assert [one["subject"] for page in (first, rest) for one in page["data"]] == ["An answer", "An offer"]
    assert rest["next_cursor"] is None
    assert office.colleague.api.get(path)["data"] == []
    assert office.reader.api.call("POST", path, {}).status_code == 403
    assert api.call("POST", path, {"all": True}).status_code == 422

    assert api.post(path, {}) == {"linked": 2, "would_hide": 0, "more": False}
    assert api.get(path)["data"] == []
    shown = api.get("messages", contact_id=contact["id"])["data"]
    assert {(link["origin"], link["rule"]) for one in shown for link in one["links"]} == {("auto", "R26.address")}
    assert {one["question"] for one in shown} == {None}

    deal = office.deal(contact)
    of_deal = f"deals/{deal['id']}/earlier-messages"
    assert len(api.get(of_deal)["data"]) == 2
    link = api.get("messages", contact_id=contact["id"])["data"][0]["links"][0]["id"]
    api.delete(f"links/{link}")
    assert api.get(path)["data"] == []
    assert api.post(of_deal, {})["linked"] == 2


def test_a_replay_leaves_what_was_taken_in(office: Office) -> None:
    filed = office.mail(subject="An offer")
    contact = office.customer()
    office.deal(contact, "Garden chairs")
    tables = office.deal(contact, "Tables")
    office.rep.api.post(f"deals/{tables['id']}/earlier-messages", {})
    office.rep.api.post(f"inbound/{office.seal('inbound', filed.inbound_id)}/replay", {})

    (letter,) = office.rep.api.get("messages", deal_id=tables["id"])["data"]
    # The address is found now; which deal, a person has said.
    assert {link["rule"] for link in letter["links"]} == {"R20.address", "R26.people"}


def test_the_page_offers_it_and_takes_it_back(office: Office) -> None:
    office.mail(subject="An offer")
    contact = office.customer()
    browser, here = office.rep.browser(), f"/contacts/{contact['id']}"

    page = browser.get(here).text
    assert "1 earlier message would belong here" in page
    assert "earlier message" not in office.reader.browser().get(here).text
    looked = browser.get(f"{here}/earlier").text
    assert "An offer" in looked
    assert "Link all" in looked

    answer = browser.post(f"{here}/earlier", here)
    assert answer.status_code == 303
    done = browser.get(here).text
    assert "1 message linked." in done
    assert "earlier message" not in done
    assert "An offer" in done
    at = re.findall(r'name="at" value="([^"]+)"', done)[0]

    browser.post(f"{here}/earlier/undo", here, at=at.replace("&#43;", "+"))
    assert "1 message unlinked again" in browser.get(here).text
    assert office.rep.api.get("messages", contact_id=contact["id"])["data"] == []
    assert browser.post(f"{here}/earlier/undo", here, at="yesterday").status_code == 404
    assert "No earlier mail" in browser.get(f"{here}/earlier").text
