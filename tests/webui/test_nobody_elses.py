"""Every object x {owner, colleague, admin, stranger, nobody}: a foreign thing looks like one that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.kit.crawl import TOKEN
from tests.kit.drawings import a_picture
from tests.kit.http import Person
from tests.kit.mails import File
from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_routes import MADE_UP

NONCE = re.compile(r'nonce="[\w-]+"')
"""Another one in every answer."""


class Secrets:
    """What the rep has for himself: a private letter with a file, a link, a question, a record."""

    def __init__(self, office: Office) -> None:
        office.customer()
        quiet = office.rep.api.post("deals", {"title": "canary deal"})
        filed = office.mail(
            owner=office.rep,
            from_=CUSTOMER,
            to=REP,
            subject="canary subject",
            text="canary text",
            html="<p>canary</p>",
            attachments=[File("canary.png", a_picture(), "image/png")],
        )
        path = f"messages/{office.seal('message', filed.message_id)}"
        office.rep.api.post(f"{path}/links", {"type": "deal", "target_id": quiet["id"]})
        office.mail(owner=office.rep, from_="new@elsewhere.example", to=REP, subject="canary question")
        message = office.rep.api.get(path)
        self.message = message["id"]
        self.thread = message["thread_id"]
        self.attachment = message["attachments"][0]["id"]
        self.link = message["links"][0]["id"]
        self.inbound = office.seal("inbound", filed.inbound_id)
        self.unresolved = office.rep.api.get("unresolved")["data"][0]["id"]

    def reads(self) -> Iterator[tuple[str, str]]:
        """Answer API paths that only the rep may read, each with its twin of a made-up id."""
        for path, number in (
            ("messages/{}", self.message),
            ("messages/{}/raw", self.message),
            (f"messages/{{}}/attachments/{self.attachment}", self.message),
            ("threads/{}", self.thread),
        ):
            yield path.format(number), path.format(MADE_UP)

    def pages(self) -> Iterator[tuple[str, str]]:
        """Answer pages that only the rep may open, each with its twin."""
        for path, number in (
            ("/m/{}", self.message),
            ("/m/{}/why", self.message),
            ("/m/{}/again", self.message),
            ("/m/{}/frame", self.message),
            ("/m/{}/raw", self.message),
            ("/m/{}/original", self.message),
            ("/inbox?open={}", self.message),
            ("/inbox/link?ids={}", self.message),
            ("/m/{}/print", self.message),
            ("/m/{}/attachments.zip", self.message),
            (f"/m/{{}}/attachments/{self.attachment}", self.message),
            (f"/m/{{}}/attachments/{self.attachment}/view", self.message),
            (f"/m/{{}}/attachments/{self.attachment}/preview", self.message),
            ("/t/{}", self.thread),
            ("/t/{}/print", self.thread),
            ("/t/{}/merge", self.thread),
        ):
            yield path.format(number), path.format(MADE_UP)

    def writes(self) -> Iterator[tuple[str, str, dict[str, object]]]:
        """Answer API calls that only the rep may make."""
        yield "PATCH", f"messages/{self.message}", {"read": True}
        yield "POST", f"messages/{self.message}/links", {"type": "deal", "target_id": MADE_UP}
        yield "DELETE", f"links/{self.link}", {}
        yield "POST", f"threads/{self.thread}/split", {"message_ids": [self.message]}
        yield "POST", f"threads/{self.thread}/merge", {"thread_id": MADE_UP}
        yield "POST", f"unresolved/{self.unresolved}/answer", {"dismiss": True}


@pytest.fixture
def secrets(office: Office) -> Secrets:
    """The rep's own things."""
    return Secrets(office)


def others(office: Office) -> tuple[Person, ...]:
    """Answer everybody but the rep."""
    return (office.colleague, office.ada, office.reader, office.stranger)


def test_the_owner_reads_all_of_it(office: Office, secrets: Secrets) -> None:
    browser = office.rep.browser()
    assert {office.rep.api.call("GET", path).status_code for path, _ in secrets.reads()} == {200}
    assert {browser.get(path).status_code for path, _ in secrets.pages()} == {200}


def test_to_others_it_is_as_if_it_were_not_there(office: Office, secrets: Secrets) -> None:
    for person in others(office):
        browser = person.browser()
        for path, twin in secrets.reads():
            foreign, missing = person.api.call("GET", path), person.api.call("GET", twin)
            assert (foreign.status_code, foreign.data) == (404, missing.data), (person.email, path)
        for path, twin in secrets.pages():
            foreign, missing = browser.get(path), browser.get(twin)
            said, said_of_nothing = comparable(foreign.text, path), comparable(missing.text, twin)
            assert (foreign.status_code, said) == (404, said_of_nothing), (person.email, path)


def comparable(page: str, path: str) -> str:
    """Answer a page without what differs from request to request, and without the address that was asked for."""
    return TOKEN.sub("", NONCE.sub("", page)).replace(f"{path}/access", "")


def test_asking_for_it_is_answered_as_for_nothing(office: Office, secrets: Secrets) -> None:
    for person in others(office):
        answers = [person.api.call("POST", f"messages/{one}/access-requests", {}) for one in (secrets.message, MADE_UP)]
        shown = [
            {name: value for name, value in (one.json or {}).items() if name not in ("id", "message_id", "created_at")}
            for one in answers
        ]
        assert {one.status_code for one in answers} == {201}
        assert shown[0] == shown[1]
        asked = person.api.get("access-requests", mine="true")["data"]
        assert [(one["message_id"], one["state"]) for one in asked] == [
            (MADE_UP, "asked"),
            (secrets.message, "asked"),
        ]
        assert person.api.get("access-requests")["data"] == []
        browser = person.browser()
        said = [browser.post(f"/m/{one}/access", "/settings") for one in (secrets.message, MADE_UP)]
        assert {(one.status_code, one.headers["Location"]) for one in said} == {(303, "/inbox")}
    assert office.colleague.api.call("POST", "messages/a.b/access-requests", {}).status_code == 404


def test_others_change_nothing_of_it(office: Office, secrets: Secrets) -> None:
    for person in others(office):
        for method, path, body in secrets.writes():
            expected = 403 if person is office.reader and method != "PATCH" else 404
            assert person.api.call(method, path, body or None).status_code == expected, (person.email, path)


def test_no_list_of_others_holds_a_word_of_it(office: Office, secrets: Secrets) -> None:
    for person in others(office):
        browser = person.browser()
        for path in ("messages", "messages?q=canary", "inbound", "unresolved", "approved-senders"):
            assert "canary" not in person.api.call("GET", path).text
        for page in ("/inbox", "/inbox?q=canary", "/held", "/unresolved", "/settings"):
            text = browser.get(page).text
            assert "canary" not in text.replace('value="canary"', "").replace("q=canary", "")
    assert "canary" not in office.ada.browser().get("/admin").text


def test_log_lines_hold_no_word_of_it(office: Office, secrets: Secrets, capfd: pytest.CaptureFixture[str]) -> None:
    for path, _ in secrets.reads():
        office.rep.api.call("GET", path)
    captured = capfd.readouterr()
    assert "canary" not in captured.out + captured.err
