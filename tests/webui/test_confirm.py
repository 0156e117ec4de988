"""The page behind a mailed link: looking changes nothing, its owner confirms once (INTERFACE 6; SECURITY W4, P12)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from sqlalchemy import event, select, update

from accounts.sender_tokens import MOST_TRIES
from db.models import OutboxMessage
from mail.parse import parse
from tests.kit.http import PASSWORD, Person
from tests.webui.conftest import Office

HOME: Final = "anna@home.example"
LINK: Final = re.compile(r"/senders/confirm/\S+")
CODE: Final = re.compile(r"^ {4}(\d{4}) (\d{4})$", re.MULTILINE)


def mailed(office: Office, to: str = HOME) -> str:
    """Answer the text of the last mail to an address."""
    of_company = OutboxMessage.company_id == office.rep.viewer.company_id, OutboxMessage.forward_path == to
    with office.site.database.read() as session:
        rows = session.scalars(select(OutboxMessage.content).where(*of_company).order_by(OutboxMessage.id)).all()
    return parse(rows[-1]).text


def link_in(mail: str) -> str:
    found = LINK.search(mail)
    assert found
    return found[0]


@pytest.fixture
def link(office: Office) -> str:
    """Let the rep ask for an address; the link that is mailed there."""
    office.rep.browser().post("/settings/senders", address=HOME)
    return link_in(mailed(office))


def state(office: Office, person: Person | None = None) -> str:
    listed = (person or office.rep).api.get("approved-senders")["data"]
    return str(next(one["state"] for one in listed if one["address"] == HOME))


@contextmanager
def counting(office: Office) -> Iterator[list[str]]:
    """Note every statement that is sent to the database."""
    sent: list[str] = []

    def note(*args: object) -> None:
        sent.append(str(args[2]))

    engine = office.site.database.reading_engine
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_a_scanner_that_opens_it_a_hundred_times_changes_nothing(office: Office, link: str) -> None:
    own, stranger = office.rep.browser(), office.site.browser()
    for _ in range(100):
        assert stranger.get(link).status_code == 302
    for _ in range(5):
        assert own.get(link).status_code == 200
        assert own.client.head(link).status_code == 200
        assert office.colleague.browser().get(link).status_code == 403
    assert state(office) == "requested"
    assert own.client.post(link).status_code == 400  # no csrf_token
    assert state(office) == "requested"


def test_its_owner_reads_both_names_and_confirms_once(office: Office, link: str) -> None:
    browser = office.rep.browser()
    page = browser.get(link).text
    for said in (HOME, "Anna", "anna@northwind.example", "Northwind", "you"):
        assert said in page
    assert page.count('method="post"') == 1
    for other in (office.colleague, office.ada, office.reader, office.stranger):
        foreign = other.browser()
        assert (foreign.get(link).status_code, foreign.post(link).status_code) == (403, 403)
        assert HOME not in foreign.get(link).text
    assert browser.post(link, link).status_code == 303
    assert state(office) == "approved"
    assert (browser.get(link).status_code, browser.post(link).status_code) == (410, 410)
    assert office.colleague.browser().get(link).status_code == 403


def test_who_is_not_signed_in_signs_in_and_comes_back(office: Office, link: str) -> None:
    browser = office.site.browser()
    to_login = browser.get(link)
    assert (to_login.status_code, link.rpartition("/")[2] in to_login.headers["Location"]) == (302, True)
    page = to_login.headers["Location"]
    assert browser.client.post(link, data={"csrf_token": browser.token("/login")}).status_code == 302
    entered = browser.post("/login", page, email=office.rep.email, password=PASSWORD, next=link)
    assert (entered.status_code, entered.headers["Location"]) == (303, link)
    assert browser.get(link).status_code == 200
    assert state(office) == "requested"


def test_old_and_replaced_links_are_over_and_unknown_ones_are_not_there(office: Office, link: str) -> None:
    browser = office.rep.browser()
    (sender,) = [one["id"] for one in office.rep.api.get("approved-senders")["data"] if one["address"] == HOME]
    assert browser.post(f"/settings/senders/{sender}/again").status_code == 303
    assert browser.get(link).status_code == 410
    later = link_in(mailed(office))
    assert (later != link, browser.get(later).status_code) == (True, 200)
    for unknown in ("x", "sbcc_confirm_" + "A" * 43, "%00", "ü" * 50, "a" * 3000):
        assert browser.get(f"/senders/confirm/{unknown}").status_code == 404, unknown
    assert browser.post(f"/settings/senders/{sender}/revoke").status_code == 303
    assert browser.get(later).status_code == 410


def test_an_unknown_link_asks_the_database_as_much_as_anothers(office: Office, link: str) -> None:
    browser = office.colleague.browser()
    browser.get("/settings")
    looked = []
    for path in (link, link[:-1] + ("A" if link[-1] != "A" else "B")):
        with counting(office) as sent:
            browser.get(path)
        looked.append([one for one in sent if "directory_token" in one and "sender_token" in one])
    assert [len(one) for one in looked] == [1, 1]
    assert looked[0] == looked[1]


def test_the_code_is_typed_on_the_page_of_senders(office: Office, link: str) -> None:
    browser = office.rep.browser()
    (sender,) = [one["id"] for one in office.rep.api.get("approved-senders")["data"] if one["address"] == HOME]
    found = CODE.search(mailed(office))
    assert found
    wrong = f"{(int(found[1] + found[2]) + 1) % 10**8:08}"
    place = f"/settings/senders/{sender}/code"
    assert f'action="{place}"' in browser.get("/settings/senders").text
    for left in range(MOST_TRIES - 1, 0, -1):
        answer = browser.post(place, code=wrong)
        assert (answer.status_code, f"{left} tr" in answer.text) == (422, True)
    assert "this code is over" in browser.post(place, code=wrong).text
    assert "this code is over" in browser.post(place, code=found[1] + found[2]).text
    assert f'action="{place}"' not in browser.get("/settings/senders").text
    # The link of the same mail still does.
    assert browser.post(link).status_code == 303
    assert state(office) == "approved"


def test_a_mail_that_came_back_says_so(office: Office, link: str) -> None:
    this = OutboxMessage.company_id == office.rep.viewer.company_id, OutboxMessage.forward_path == HOME
    page = "/settings/senders"
    assert "waits to be sent" in office.rep.browser().get(page).text
    for status, said in (
        ("failed", "The mail came back:"),
        ("sent", "A mail went to it"),
        ("unknown", "nobody knows whether it arrived"),
        ("cancelled", "was cancelled"),
    ):
        with office.site.database.write() as session:
            session.execute(update(OutboxMessage).where(*this).values(status=status, last_reply="550 No <such> user"))
        assert said in office.rep.browser().get(page).text
    with office.site.database.write() as session:
        session.execute(update(OutboxMessage).where(*this).values(status="failed"))
    assert "550 No &lt;such&gt; user" in office.rep.browser().get(page).text


def test_one_click_on_a_held_mail(office: Office) -> None:
    held = office.held(to=office.rep.made.personal_bcc_address, from_="anna@home.example")
    browser = office.rep.browser()
    page = browser.post(f"/held/{held}/release", approve="true")
    assert page.status_code == 303
    assert "A mail is on its way to anna@home.example" in browser.get("/held").text
    second = office.held(to=office.rep.made.personal_bcc_address, from_="anna@home.example", subject="Two")
    text = browser.get("/held").text
    assert "You have asked for this address" in text
    assert f"/held/{second}/release" in text
    assert ">Approve and release" not in text
    browser.post(link_in(mailed(office)))
    office.work()
    assert {office.rep.api.get(f"inbound/{one}")["status"] for one in (held, second)} == {"filed"}
