"""The queue of questions in a browser: one in focus, answered by its buttons, undone, and nobody else's."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import update

from db.models import Record
from tests.webui.conftest import CUSTOMER, Office

NEW = "nina@new.example"


def several(office: Office) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a customer with two deals open, so that a mail to him is asked about."""
    contact = office.customer()
    return office.deal(contact, "Garden chairs"), office.deal(contact, "Garden tables")


def happened_now(office: Office) -> None:
    """Move what was made to today: the story of these tests is long ago."""
    with office.site.database.write() as session:
        of_company = Record.company_id == office.rep.viewer.company_id
        session.execute(update(Record).where(of_company).values(created_at=office.site.database.now(session)))


def asked(office: Office) -> str:
    """Answer the id of the newest question."""
    return str(office.rep.api.get("unresolved")["data"][0]["id"])


def links(office: Office, message: str) -> set[str]:
    """Answer what a letter is linked to."""
    return {one["target_id"] for one in office.rep.api.get(f"messages/{message}")["links"]}


def test_a_question_shows_its_letter_and_says_why_each_candidate(office: Office) -> None:
    several(office)
    office.mail(subject="Which of them?")
    page = office.rep.browser().get("/unresolved").text
    assert "Which of them?" in page
    assert "Garden chairs is open for Maria Lopez." in page
    assert all(f'data-key="{key}"' in page for key in ("1", "2", "a", "x"))


def test_a_button_answers_by_the_id_alone_and_leads_to_the_next(office: Office) -> None:
    chairs, _ = several(office)
    first = office.seal("message", office.mail(subject="First").message_id)
    office.mail(to=NEW, subject="Second")
    waiting = office.rep.api.get("unresolved")["data"]
    browser = office.rep.browser()
    here = f"/unresolved/{waiting[1]['id']}"
    answered = browser.post(here, here, target_id=chairs["id"], always="true", next=waiting[0]["id"])
    assert answered.location.endswith(f"/unresolved/{waiting[0]['id']}")
    assert chairs["id"] in links(office, first)
    following = browser.get(answered.location).text
    assert "From now on always so." in following
    assert f'action="{here}/undo"' in following
    assert office.rep.api.get("standing-answers")["data"][0]["target_id"] == chairs["id"]


def test_undoing_asks_again_and_takes_the_standing_answer_back(office: Office) -> None:
    chairs, _ = several(office)
    letter = office.seal("message", office.mail().message_id)
    browser, here = office.rep.browser(), f"/unresolved/{asked(office)}"
    browser.post(here, here, target_id=chairs["id"], always="true")
    undone = browser.post(f"{here}/undo")
    assert undone.location.endswith(here)
    assert "Several are open" in browser.get(here).text
    assert chairs["id"] not in links(office, letter)
    assert office.rep.api.get("standing-answers")["data"] == []


def test_a_stranger_is_offered_by_name_and_domain_and_made_a_contact(office: Office) -> None:
    known = office.rep.api.post("contacts", {"name": "Olaf", "addresses": ["olaf@new.example"]})
    letter = office.seal("message", office.mail(to=f"Nina New <{NEW}>").message_id)
    browser, here = office.rep.browser(), f"/unresolved/{asked(office)}"
    page = browser.get(here).text
    assert "Olaf is known for new.example, too." in page
    assert 'value="Nina New"' in page
    browser.post(here, here, create="contact", name="Nina New", addresses=NEW)
    (made,) = links(office, letter)
    assert made != known["id"]
    assert office.rep.api.get(f"contacts/{made}")["addresses"] == [NEW]


def test_wrong_fields_are_said_beside_them_and_nothing_is_lost(office: Office) -> None:
    office.mail(to=NEW)
    browser, here = office.rep.browser(), f"/unresolved/{asked(office)}"
    wrong = browser.post(here, here, create="contact", name="Nina", addresses="not an address")
    assert wrong.status_code == 422
    assert 'id="q-contact-address-wrong"' in wrong.text
    assert 'value="not an address"' in wrong.text
    assert browser.post(here, here, target_id="made-up").status_code == 404


def test_what_is_answered_or_never_was_ones_own_leads_to_what_is_open(office: Office) -> None:
    office.mail(to=NEW)
    question = asked(office)
    assert office.rep.browser().get(f"/unresolved/{question}").status_code == 200
    for person in (office.ada, office.colleague, office.stranger):
        there = person.browser().get(f"/unresolved/{question}")
        assert (there.status_code, there.location) == (302, "/unresolved")


def test_the_letter_page_answers_and_comes_back(office: Office) -> None:
    chairs, _ = several(office)
    letter = office.seal("message", office.mail().message_id)
    browser, here = office.rep.browser(), f"/unresolved/{asked(office)}"
    done = browser.post(here, here, type="deal", target_id=chairs["id"], back=f"/m/{letter}")
    assert done.location.endswith(f"/m/{letter}")
    assert browser.post(f"{here}/undo", back=f"/m/{letter}").location.endswith(f"/m/{letter}")


def test_what_a_mail_made_is_listed_and_undone(office: Office) -> None:
    office.ada.api.patch("company", {"unknown_address": "contact"})
    letter = office.seal("message", office.mail(to=f"Nina New <{NEW}>").message_id)
    happened_now(office)
    browser = office.rep.browser()
    page = browser.get("/unresolved").text
    assert "Created from mail lately" in page
    assert re.search(f'action="/m/{letter}/created/undo"', page)
    browser.post(f"/m/{letter}/created/undo")
    assert office.rep.api.get("contacts")["data"] == []
    assert NEW in browser.get("/unresolved").text


def test_nothing_open_says_what_to_expect(office: Office) -> None:
    office.customer()
    office.mail(to=CUSTOMER)
    assert "No open questions" in office.rep.browser().get("/unresolved").text
