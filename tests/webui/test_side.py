"""Beside a letter, in a browser: who it is with, links by one click, answers that stand, who was let in; and back."""

from __future__ import annotations

import re
from html import unescape

from tests.kit.http import Browser
from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_questions import links, several

TOAST = re.compile(r"data-toast>(.*?)</div>", re.DOTALL)
FIELD = re.compile(r'name="([^"]+)" value="([^"]*)"')
STRANGER = "nina@new.example"


def undone(browser: Browser, page: str) -> str:
    """Press the button of the toast that a page shows; answer the page that it leads to."""
    toast = TOAST.findall(page)[-1]
    (action,) = re.findall(r'action="([^"]+)"', toast)
    fields = {name: unescape(value) for name, value in FIELD.findall(toast)}
    answer = browser.client.post(unescape(action), data=fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def done(browser: Browser, path: str, page: str, **fields: str) -> str:
    """Send a form of a page; answer the page that it leads to."""
    answer = browser.post(path, page, **fields)
    assert answer.status_code == 303, answer.text
    return browser.get(answer.location).text


def aside(page: str) -> str:
    """Answer what stands beside the letter."""
    return page.partition('<aside class="letter-side"')[2].partition("</aside>")[0]


def test_who_it_is_with_what_is_open_and_a_link_put_in_anothers_place(office: Office) -> None:
    office.mail(subject="Before that")
    contact = office.customer()
    chairs = office.deal(contact, "Garden chairs", value="3560.00", currency="EUR")
    letter = office.seal("message", office.mail(subject="An offer", text="40 chairs").message_id)
    tables = office.deal(contact, "Garden tables")
    browser, here = office.rep.browser(), f"/m/{letter}"

    shown = aside(browser.get(here).text)
    assert "Maria Lopez" in shown
    assert CUSTOMER in shown
    assert "Before that" in shown
    assert "3\u202f560" in shown
    assert f'value="{tables["id"]}"' in shown
    (link,) = [one for one in office.rep.api.get(f"messages/{letter}")["links"] if one["type"] == "deal"]

    finding = aside(browser.get(f"{here}?change={link['id']}&find=tables").text)
    assert f'action="{here}/links/{link["id"]}/change"' in finding
    changed = done(browser, f"{here}/links/{link['id']}/change", here, type="deal", target_id=tables["id"], back=here)
    assert "The link is changed." in changed
    assert links(office, letter) == {contact["id"], tables["id"]}
    undone(browser, changed)
    assert links(office, letter) == {contact["id"], chairs["id"]}

    (link,) = [one for one in office.rep.api.get(f"messages/{letter}")["links"] if one["type"] == "deal"]
    for other in (office.stranger, office.reader):
        answer = other.browser().post(f"{here}/links/{link['id']}/change", type="deal", target_id=tables["id"])
        assert answer.status_code in (403, 404)
    again = browser.post(f"{here}/links/{link['id']}/change", here, type="deal", target_id=chairs["id"])
    assert again.status_code == 409


def test_an_answer_stands_for_all_mail_is_shown_ended_and_given_again(office: Office) -> None:
    chairs, tables = several(office)
    letter = office.seal("message", office.mail(subject="Which?").message_id)
    office.rep.api.post(f"messages/{letter}/links", {"type": "deal", "target_id": chairs["id"]})
    (link,) = [one for one in office.rep.api.get(f"messages/{letter}")["links"] if one["type"] == "deal"]
    browser, here = office.rep.browser(), f"/m/{letter}"
    given = {"link": link["id"], "type": "deal", "target_id": chairs["id"], "back": here}
    assert "Always, for mail with Maria Lopez" in aside(browser.get(here).text)

    said = done(browser, f"{here}/always", here, **given)
    assert "Always so for later mail with Maria Lopez." in aside(said)
    later = office.mail(subject="Another", text="Not an answer to it")
    shown = browser.get(f"/m/{office.seal('message', later.message_id)}").text
    assert "once said so for all mail with" in aside(shown)
    (answer,) = office.rep.api.get("standing-answers")["data"]
    assert answer["target_id"] == chairs["id"]

    theirs = office.colleague.browser()
    assert "Always" not in aside(theirs.get(here).text)
    assert theirs.post(f"{here}/always", **given).status_code == 404
    assert theirs.post(f"{here}/always/end", answer=answer["id"], link=link["id"]).status_code == 404

    ended = done(browser, f"{here}/always/end", here, answer=answer["id"], link=link["id"], back=here)
    assert office.rep.api.get("standing-answers")["data"] == []
    assert "Always, for mail with" in aside(ended)
    undone(browser, ended)
    (answer,) = office.rep.api.get("standing-answers")["data"]
    replaced = done(browser, f"{here}/always", here, **(given | {"target_id": tables["id"]}))
    assert office.rep.api.get("standing-answers")["data"][0]["target_id"] == tables["id"]
    undone(browser, replaced)
    assert office.rep.api.get("standing-answers")["data"][0]["target_id"] == chairs["id"]


def test_a_stranger_is_added_or_always_filed_under_a_deal(office: Office) -> None:
    deal = office.rep.api.post("deals", {"title": "Garden chairs"})
    letter = office.seal("message", office.mail(to=STRANGER, subject="Hello").message_id)
    office.rep.api.post(f"messages/{letter}/links", {"type": "deal", "target_id": deal["id"]})
    (link,) = office.rep.api.get(f"messages/{letter}")["links"]
    browser, here = office.rep.browser(), f"/m/{letter}"
    shown = aside(browser.get(here).text)
    assert f"/contacts/new?from={letter}" in shown
    assert f"Always, for mail with {STRANGER}" in shown
    done(browser, f"{here}/always", here, link=link["id"], type="deal", target_id=deal["id"])
    later = office.seal("message", office.mail(to=STRANGER, subject="Again").message_id)
    assert links(office, later) == {deal["id"]}


def test_who_asks_and_who_was_let_in_stands_beside_the_letter(office: Office) -> None:
    letter = office.seal("message", office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="Quiet").message_id)
    here = f"/m/{letter}"
    office.colleague.api.post(f"messages/{letter}/access-requests", {})
    browser = office.rep.browser()
    shown = aside(browser.get(here).text)
    assert "asks to see it" in shown
    (request,) = office.rep.api.get("access-requests")["data"]

    granted = done(browser, f"/access/{request['id']}/grant", here, back=here)
    assert "sees it, as you allowed" in aside(granted)
    assert office.colleague.browser().get(here).status_code == 200
    assert "asks to see" not in aside(office.colleague.browser().get(here).text)
    undone(browser, granted)
    assert office.colleague.browser().get(here).status_code == 404
    assert "Bert" not in aside(browser.get(here).text)


def test_what_is_missing_of_a_conversation_is_asked_for_and_answered_alike(office: Office) -> None:
    known, unknown = "<first@fabrikam.example>", "<gone@fabrikam.example>"
    office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="First", message_id=known)
    letters = [
        office.seal(
            "message", office.mail(from_="bert@northwind.example", subject=subject, in_reply_to=named).message_id
        )
        for subject, named in (("Re: First", known), ("Re: Second", unknown))
    ]
    browser = office.colleague.browser()
    office.customer()
    said = [done(browser, f"/m/{one}/missing", f"/m/{one}", back=f"/m/{one}") for one in letters]
    assert all("A colleague who has what is missing can let you see it." in page for page in said)
    mine = office.colleague.api.get("access-requests", mine="true")["data"]
    assert [one["state"] for one in mine] == ["asked", "asked"]
    (request,) = office.rep.api.get("access-requests")["data"]
    office.rep.api.post(f"access-requests/{request['id']}/grant", {})
    assert [one["subject"] for one in office.colleague.api.get("messages", q="First")["data"]].count("First") == 1
    assert "is not here" not in browser.get(f"/m/{letters[0]}").text
