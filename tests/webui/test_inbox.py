"""The inbox with its reading pane, and the pulse that tells an open page what arrived."""

from __future__ import annotations

import re

from sqlalchemy import update

from db.models import MessageCopy
from tests.kit.http import Browser
from tests.webui.conftest import CUSTOMER, REP, Office

PULSE = re.compile(r'hx-get="(/pulse\?since=[0-9a-f]+)"')
TO_PANE = {"HX-Request": "true", "HX-Target": "section#pane"}


def _pulse(browser: Browser) -> str:
    (address,) = PULSE.findall(browser.get("/inbox").text)
    return str(address)


def test_a_letter_opens_beside_the_list(office: Office) -> None:
    message = office.seal("message", office.mail(subject="Offer").message_id)
    other = office.seal("message", office.mail(subject="Another").message_id)
    browser = office.rep.browser()

    page = browser.get(f"/inbox?open={message}").text

    assert f'data-id="{other}"' in page
    assert "What it is about" in page
    assert office.rep.api.get(f"messages/{message}")["read"] is True
    assert office.rep.api.get(f"messages/{other}")["read"] is False


def test_the_pane_alone_is_swapped(office: Office) -> None:
    message = office.seal("message", office.mail(subject="Offer").message_id)
    browser = office.rep.browser()

    answer = browser.client.get(f"/inbox?open={message}", headers=TO_PANE)

    assert answer.text.lstrip().startswith('<section class="pane" id="pane"')
    assert "<html" not in answer.text
    assert "What it is about" in answer.text


def test_a_letter_that_is_not_for_the_reader_does_not_open(office: Office) -> None:
    message = office.seal("message", office.mail().message_id)

    assert office.colleague.browser().get(f"/inbox?open={message}").status_code == 404
    assert office.rep.browser().get("/inbox?open=nonsense").status_code == 404


def test_acts_lead_back_to_where_one_was(office: Office) -> None:
    message = office.seal("message", office.mail().message_id)
    browser = office.rep.browser()

    for back, led in (("/inbox?view=unread", "/inbox?view=unread"), ("https://evil.example", "/inbox"), ("", "/inbox")):
        answer = browser.post(f"/m/{message}", archived="true", back=back)
        assert answer.headers["Location"] == led


def test_sharing_is_undone_by_what_it_was(office: Office) -> None:
    office.customer()
    message = office.seal("message", office.mail().message_id)
    browser = office.rep.browser()

    browser.post(f"/m/{message}", sharing="private")

    page = browser.get(f"/m/{message}").text
    assert "Now private" in page
    assert '<input type="hidden" name="sharing" value="shared">' in page


def test_the_pulse_is_silent_until_something_arrives(office: Office) -> None:
    browser = office.rep.browser()
    pulse = _pulse(browser)

    assert browser.get(pulse).status_code == 204
    assert browser.get(pulse).status_code == 204
    office.mail(subject="Offer")
    answer = browser.get(pulse)

    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "arrived"
    (again,) = PULSE.findall(answer.text)
    assert browser.get(again).status_code == 204


def test_the_pulse_tells_nothing_of_private_mail_of_others(office: Office) -> None:
    browser = office.colleague.browser()
    pulse = _pulse(browser)

    office.mail(owner=office.rep, subject="Private")

    assert browser.get(pulse).status_code == 204
    office.customer()
    office.mail(subject="Shared")
    assert browser.get(pulse).status_code == 200


def test_the_pulse_tells_what_a_colleague_has_shared_just_now(office: Office) -> None:
    contact = office.customer()
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="Offer")
    message = office.seal("message", filed.message_id)
    office.rep.api.post(f"messages/{message}/links", {"type": "contact", "target_id": contact["id"]})
    browser = office.colleague.browser()
    pulse = _pulse(browser)
    assert browser.get(pulse).status_code == 204

    office.rep.api.patch(f"messages/{message}", {"sharing": "shared"})

    assert browser.get(pulse).status_code == 200


def test_search_finds_by_words_and_says_when_it_does_not(office: Office) -> None:
    office.mail(subject="Offer for chairs")
    browser = office.rep.browser()

    assert "Offer for chairs" in browser.get("/inbox?q=CHAIRS").text
    assert "Offer for chairs" in browser.get(f"/inbox?q={CUSTOMER}").text
    assert "Nothing found" in browser.get("/inbox?q=table").text
    faulty = browser.get("/inbox?q=is:green+chairs").text
    assert "comes one of unread, unlinked, archived." in faulty
    assert "Offer for chairs" not in faulty
    assert "Nothing found" not in faulty


def test_an_operator_takes_the_id_of_a_record_that_one_sees(office: Office) -> None:
    contact = office.customer()
    office.mail(subject="Offer for chairs")
    rep, colleague = office.rep.api, office.colleague.api
    found = rep.get("messages", q=f"contact:{contact['id']} chairs")["data"]
    assert [one["subject"] for one in found] == ["Offer for chairs"]
    assert rep.get("messages", q=f"deal:{contact['id']}")["data"] == []
    assert rep.get("messages", q="-contact:nobody")["data"]
    answer = colleague.call("GET", "messages", query_string={"q": "before:never is:unread"})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert "before:" in answer.get_data(as_text=True)


def test_the_original_is_shown_as_text_to_its_owner(office: Office) -> None:
    office.customer()
    message = office.seal("message", office.mail(subject="Offer", text="40 <b>chairs</b>").message_id)

    page = office.rep.browser().get(f"/m/{message}/original").text

    assert "Message-ID:" in page
    assert "40 &lt;b&gt;chairs&lt;/b&gt;" in page
    assert office.colleague.browser().get(f"/m/{message}").status_code == 200
    assert office.colleague.browser().get(f"/m/{message}/original").status_code == 404


def test_a_letter_says_which_fields_its_signature_does_not_cover(office: Office) -> None:
    filed = office.mail()
    browser, path = office.rep.browser(), f"/m/{office.seal('message', filed.message_id)}"
    assert "does not cover" not in browser.get(path).text
    with office.world.database.write() as session:
        mine = (MessageCopy.company_id == office.world.house.company_id, MessageCopy.message_id == filed.message_id)
        session.execute(update(MessageCopy).where(*mine).values(marks=["cc_unproved", "subject_unproved"]))

    assert "The signature does not cover Cc, Subject" in browser.get(path).text
