"""The first run over real sockets: the link that `serve` prints, the wizard, the first mail."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.kit.http import TOKEN
from tests.kit.mails import a_message
from tests.kit.running import Running, stored_id, wait_for

pytestmark = pytest.mark.slow
LINK = re.compile(r"http://\S+/setup/(sbcc_setup_\S+)")
ADDRESS = re.compile(r"bcc-[a-z0-9]{26}@bcc\.test\.example")
ZONE = {("acme.example", "TXT"): ['"v=spf1 ip4:127.0.0.1 -all"']}
FORM = {
    "company": "Acme",
    "name": "Ada Acker",
    "email": "ada@acme.example",
    "domains": "acme.example",
    "password": "plum harbour seventeen kites",
}


class Visitor:
    """A browser without JavaScript, over a socket."""

    def __init__(self) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, url: str, **form: str) -> tuple[int, str]:
        """Open a page, or send a form with the token of that page; redirects are followed."""
        data = None
        if form:
            token = TOKEN.search(self.get(url)[1])
            data = urllib.parse.urlencode(form | {"csrf_token": token.group(1) if token else ""}).encode()
        try:
            with self._opener.open(url, data, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """An installation that nobody has set up."""
    made = Running(tmp_path / "data", ZONE, log_format="json", log_level="debug")
    yield made
    made.close()


def link_of(printed: Path) -> str:
    """Wait for the link that the server prints once it is ready."""

    def look() -> str | None:
        found = LINK.findall(printed.read_text(encoding="utf-8"))
        return str(found[-1]) if found else None

    return wait_for(look, "the printed link")


def test_from_the_printed_link_to_the_first_mail(running: Running, tmp_path: Path) -> None:
    printed, visitor = tmp_path / "printed", Visitor()
    running.start(printed=printed)
    secret = link_of(printed)
    assert "Open the link that the server printed" in visitor.get(running.base_url)[1]

    setup = f"{running.base_url}/setup/{secret}"
    status, welcome = visitor.get(setup, **FORM)
    assert status == 200
    found = ADDRESS.search(welcome)
    assert found
    assert Visitor().get(setup)[0] == 410
    assert "Waiting for a mail" in visitor.get(f"{running.base_url}/welcome/mail")[1]

    mail = a_message(from_=FORM["email"], to="carl@customer.example", subject="Our first one")
    stored_id(running.send(mail, FORM["email"], found[0]))

    def arrived() -> str | None:
        page = visitor.get(f"{running.base_url}/welcome/mail")[1]
        return page if "It is here." in page else None

    assert "is an approved sender" in wait_for(arrived, "the first mail")
    assert "Our first one" in visitor.get(f"{running.base_url}/inbox")[1]
    logged = [line for line in printed.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    assert logged
    assert all(json.loads(line) for line in logged)
    assert secret not in "\n".join(logged)


def test_setup_on_the_command_line_makes_the_link_void(running: Running, tmp_path: Path) -> None:
    printed = tmp_path / "printed"
    running.start(printed=printed)
    setup = f"{running.base_url}/setup/{link_of(printed)}"
    assert Visitor().get(setup)[0] == 200
    running.json("setup", "--company", "Acme", "--admin", "ada@acme.example")
    assert Visitor().get(setup)[0] == 410
    assert 'name="password"' in Visitor().get(f"{running.base_url}/login")[1]
    running.stop()
    printed.write_text("", encoding="utf-8")
    running.start(printed=printed)
    wait_for(lambda: "is ready" in printed.read_text(encoding="utf-8") or None, "the second start")
    assert not LINK.search(printed.read_text(encoding="utf-8"))


def test_of_two_servers_on_one_database_one_link_works(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    template = request.getfixturevalue("postgres_template")
    with template.fresh(tmp_path / "first") as settings:
        (tmp_path / "second").mkdir()
        servers = [Running(tmp_path / name, ZONE, database_url=settings.database_url) for name in ("first", "second")]
        try:
            prints = [tmp_path / f"printed-{number}" for number, _ in enumerate(servers)]
            for server, printed in zip(servers, prints, strict=True):
                server.start(printed=printed)
            links = [f"{servers[0].base_url}/setup/{link_of(printed)}" for printed in prints]
            assert sorted(Visitor().get(link)[0] for link in links) == [200, 410]
        finally:
            for server in servers:
                server.close()
