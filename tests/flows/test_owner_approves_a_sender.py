"""The life of an approved sender, with real SMTP, real pages, and a scanner that opens every link a hundred times."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final
from urllib.parse import urlencode, urlsplit

import pytest

from accounts.sender_tokens import MOST_TRIES
from mail.parse import parse
from tests.kit.mail_server import MailServer
from tests.kit.mails import a_message
from tests.kit.running import Api, stored_id, wait_for
from tests.kit.sales import CUSTOMER, SalesWorld, sales_world

pytestmark = pytest.mark.slow
REP: Final = "rita@tailspin.example"
OTHER: Final = "otto@tailspin.example"
ALIAS: Final = "r.lopez@tailspin.example"
"""Her other address: the domain vouches for it, nobody has approved it."""
PASSWORD: Final = "correct horse battery"
LINK: Final = re.compile(r"https?://\S+")
CODE: Final = re.compile(r"^ {4}(\d{4}) (\d{4})\r?$", re.MULTILINE)
TOKEN: Final = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
SCANS: Final = 100
CONFIRM: Final = "/senders/confirm/"


@dataclass(slots=True)
class Browser:
    """A browser that follows nothing by itself."""

    place: str
    cookies: SimpleCookie = field(default_factory=SimpleCookie)

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Answer status, text and Location."""
        connection = http.client.HTTPConnection(self.place, timeout=20)
        headers = {"Cookie": "; ".join(f"{one.key}={one.value}" for one in self.cookies.values())}
        body = urlencode(fields) if fields else None
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies.load(line)
        connection.close()
        return answer.status, text, answer.headers.get("Location", "")

    def post(self, page: str, path: str = "", **fields: str) -> int:
        """Send the form of a page and answer the status."""
        found = TOKEN.search(self.ask("GET", page)[1])
        assert found, f"{page} has no form"
        return self.ask("POST", path or page, csrf_token=found[1], **fields)[0]


@dataclass(frozen=True, slots=True)
class Story:
    """A server that sends through a sink, a company in it, and the rep's other address."""

    world: SalesWorld
    sink: MailServer
    place: str
    rep: Api
    ada: Api
    """The admin, who knows of every row from its first moment on."""
    bcc_address: str

    def browser(self, email: str = "") -> Browser:
        """Answer a browser, signed in where an address is given."""
        made = Browser(self.place)
        if email:
            assert made.post("/login", email=email, password=PASSWORD) == 303
        return made

    def sends(self, subject: str) -> str:
        """Let the rep write from her other address by SMTP; the id of what was stored."""
        raw = a_message(from_=f"Rita Lopez <{ALIAS}>", to=CUSTOMER, subject=subject, text=f"{subject}, in words.\n")
        signed = self.world.signed(raw, "tailspin.example")
        return stored_id(self.world.running.send(signed, ALIAS, self.bcc_address))

    def mail(self, number: int) -> str:
        """Answer the text of the nth mail with a link that reached her other address."""

        def arrived() -> str | None:
            texts = [parse(one.content).text for one in self.sink.mails if any(ALIAS in rcpt for rcpt in one.rcpt)]
            # The other one tells her how to get approved: her domain is the company's own.
            found = [text for text in texts if CONFIRM in text]
            return found[number] if len(found) > number else None

        return wait_for(arrived, f"mail {number} to {ALIAS}")

    def state(self) -> str:
        """Answer how her other address stands."""
        listed = self.rep.get("approved-senders")["data"]
        return str(next(one["state"] for one in listed if one["address"] == ALIAS))

    def sender_id(self) -> str:
        """Answer its id."""
        return str(next(one["id"] for one in self.rep.get("approved-senders")["data"] if one["address"] == ALIAS))


@pytest.fixture(params=["sqlite", "postgresql"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Run it on either database."""
    data = tmp_path / "data"
    if request.param == "sqlite":
        yield from _told(data, tmp_path, "")
        return
    with request.getfixturevalue("postgres_template").fresh(data) as settings:
        yield from _told(data, tmp_path, settings.database_url)


def _told(data: Path, scratch: Path, database_url: str) -> Iterator[Story]:
    password = scratch / "password"
    password.write_text(PASSWORD)
    with (
        MailServer() as sink,
        sales_world(data, database_url, smarthost_url=f"smtp://127.0.0.1:{sink.port}") as world,
    ):
        company = world.company("Tailspin Toys", "ada@tailspin.example", "tailspin.example")
        how = ("--role", "member", "--company", "Tailspin Toys", "--password-file", str(password))
        rep, _ = (
            world.running.json("user", "add", email, "--name", name, *how)
            for email, name in ((REP, "Rita Lopez"), (OTHER, "Otto Berg"))
        )
        world.running.start()
        place = urlsplit(world.running.base_url).netloc
        yield Story(world, sink, place, world.running.api(rep["api_token"]), company.api, company.bcc_address)


def test_the_life_of_an_approved_sender(story: Story) -> None:
    held = story.sends("First")
    assert story.ada.decided(held)["status"] == "held"
    rep = story.browser(REP)
    assert "First" in rep.ask("GET", "/held")[1]
    assert rep.post("/held", f"/held/{held}/release", approve="true") == 303
    assert story.ada.decided(held)["status"] == "filed"
    second = story.sends("Second")
    assert (story.ada.decided(second)["status"], story.state()) == ("held", "requested")

    mail = story.mail(0)
    links = LINK.findall(mail)
    (link,) = [urlsplit(one).path for one in links if CONFIRM in one]
    scanner = story.browser()
    for one in links:
        for method in ("GET", "HEAD"):
            answers = {scanner.ask(method, urlsplit(one).path)[0] for _ in range(SCANS // 2)}
            assert answers == {302}
    assert {rep.ask("GET", link)[0] for _ in range(SCANS)} == {200}
    assert (story.state(), story.ada.decided(second)["status"]) == ("requested", "held")

    other = story.browser(OTHER)
    assert (other.ask("GET", link)[0], other.post("/settings", link)) == (403, 403)
    late = story.browser()
    status, _, where = late.ask("GET", link)
    assert (status, urlsplit(where).path) == (302, "/login")
    assert late.post(where, "/login", email=REP, password=PASSWORD, next=link) == 303
    page = late.ask("GET", link)[1]
    assert all(said in page for said in (ALIAS, "Rita Lopez", REP, "Tailspin Toys"))
    assert late.post(link) == 303

    assert story.state() == "approved"
    filed = wait_for(lambda: _filed(story.rep, second), "the second mail to be filed")
    message = story.rep.get(f"messages/{filed}")
    assert (message["subject"], message["direction"], message["read"]) == ("Second", "outgoing", False)
    assert message["sort_at"] > message["received_at"]
    assert "Second" in rep.ask("GET", "/inbox")[1]
    assert (late.ask("GET", link)[0], late.post("/settings", link), other.ask("GET", link)[0]) == (410, 410, 403)
    assert story.ada.decided(story.sends("Third"))["status"] == "filed"

    assert rep.post("/settings/senders", f"/settings/senders/{story.sender_id()}/revoke") == 303
    fourth = story.sends("Fourth")
    assert story.ada.decided(fourth)["status"] == "held"
    _confirmed_by_code(story, rep)
    assert wait_for(lambda: _filed(story.rep, fourth), "the fourth mail to be filed")


def _confirmed_by_code(story: Story, rep: Browser) -> None:
    """Ask anew, guess five times, and type the code of a later mail."""
    assert rep.post("/settings/senders", address=ALIAS) == 303
    place = f"/settings/senders/{story.sender_id()}"
    right = _code(story.mail(1))
    wrong = f"{(int(right) + 1) % 10**8:08}"
    assert {rep.post("/settings/senders", f"{place}/code", code=wrong) for _ in range(MOST_TRIES)} == {422}
    assert rep.post("/settings/senders", f"{place}/code", code=right) == 422
    assert story.state() == "requested"
    assert rep.post("/settings/senders", f"{place}/again") == 303
    assert rep.post("/settings/senders", f"{place}/code", code=_code(story.mail(2))) == 303
    assert story.state() == "approved"


def _code(mail: str) -> str:
    found = CODE.search(mail)
    assert found
    return found[1] + found[2]


def _filed(api: Api, inbound_id: str) -> str | None:
    row = api.get(f"inbound/{inbound_id}")
    return str(row["message_ids"][0]) if row["status"] == "filed" else None
