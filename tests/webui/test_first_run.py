"""The first run: from the link that the server prints to the first mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from accounts.setup_links import make_setup_link
from db.session import Database
from tests.kit.http import Browser, Site
from tests.webui.conftest import Office

GOOD = {
    "company": "Acme & Söhne",
    "name": "Ada Acker",
    "email": "ada@acme.example",
    "domains": "",
    "password": "plum harbour seventeen kites",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A browser that holds the link."""

    browser: Browser
    path: str
    secret: str

    def send(self, **changed: str) -> Any:
        """Send the form with some fields changed."""
        return self.browser.post(self.path, self.path, **(GOOD | changed))


@pytest.fixture
def link(site: Site) -> Opened:
    """An empty installation whose server has printed its link."""
    with site.database.write() as session:
        secret = make_setup_link(session, site.database.now(session))
    assert secret
    return Opened(site.browser(), f"/setup/{secret}", secret)


def companies(database: Database) -> int:
    """Count the companies of the installation."""
    with database.read() as session:
        return session.execute(text("SELECT count(*) FROM company")).scalar_one()


@pytest.mark.parametrize("path", ["/", "/login"])
def test_an_empty_installation_says_what_to_do(site: Site, path: str) -> None:
    page = site.browser().get(path)
    assert page.status_code == 200
    assert "Open the link that the server printed" in page.text
    assert 'name="password"' not in page.text


def test_a_company_brings_the_login_form_back(office: Office) -> None:
    assert 'name="password"' in office.site.browser().get("/login").text


def test_it_makes_company_and_admin_and_signs_him_in(site: Site, link: Opened) -> None:
    answer = link.send()
    assert (answer.status_code, answer.location) == (303, "/welcome")
    page = link.browser.get("/welcome").text
    assert "Ada Acker" in page
    assert f"port 25 of <b>{site.settings.own_name}</b>" in page
    again = site.browser()
    assert again.login(GOOD["email"], GOOD["password"]).status_code == 303
    with site.database.read() as session:
        assert session.execute(text("SELECT name FROM company")).scalars().all() == [GOOD["company"]]
        assert session.execute(text("SELECT domain FROM company_domain")).scalars().all() == ["acme.example"]
        assert session.execute(text("SELECT role FROM user_account")).scalars().all() == ["admin"]


def test_the_link_is_used_up(site: Site, link: Opened) -> None:
    other = Opened(site.browser(), link.path, link.secret)
    token = other.browser.token(other.path)
    link.send()
    assert other.browser.get(link.path).status_code == 410
    late = other.browser.client.post(link.path, data=GOOD | {"company": "Second", "csrf_token": token})
    assert late.status_code == 410
    assert companies(site.database) == 1


def test_looking_changes_nothing(site: Site, link: Opened) -> None:
    for _ in range(3):
        assert link.browser.get(link.path).status_code == 200
    assert site.browser().client.head(link.path).status_code == 200
    assert companies(site.database) == 0


def test_a_guessed_or_old_link_is_gone(site: Site, link: Opened) -> None:
    assert site.browser().get("/setup/sbcc_setup_guessed").status_code == 410
    with site.database.write() as session:
        session.execute(text("UPDATE setup_link SET expires_at = created_at"))
    assert link.browser.get(link.path).status_code == 410


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("company", " ", "a name has"),
        ("name", "", "a name has"),
        ("email", "ada", "is not an e-mail address"),
        ("domains", "acme.example, gmail.com", "gmail.com is a free-mail domain"),
        ("domains", "no domain", "is not a domain"),
        ("password", "short", "at least 8 characters"),
        ("password", "acme1234", "too easy to guess"),
    ],
)
def test_what_is_wrong_stands_at_its_field(site: Site, link: Opened, field: str, value: str, says: str) -> None:
    answer = link.send(**{field: value})
    assert answer.status_code == 422
    wrong = answer.text.partition(f'id="{field}-wrong"')[2].partition("</p>")[0]
    assert says in wrong
    assert GOOD["password"] not in answer.text
    assert companies(site.database) == 0
    assert link.send().status_code == 303


def test_two_passwords_that_differ_are_refused(link: Opened) -> None:
    assert "the two passwords differ" in link.send(password_again="another one").text


def test_a_free_mail_address_gives_no_domain(site: Site, link: Opened) -> None:
    assert link.send(email="ada@gmail.com").status_code == 303
    with site.database.read() as session:
        assert session.execute(text("SELECT domain FROM company_domain")).scalars().all() == []


def test_the_domain_is_proposed_from_the_address(link: Opened) -> None:
    assert 'value="acme.example"' in link.browser.get(f"{link.path}?email=ada@acme.example").text
    assert 'value="gmail.com"' not in link.browser.get(f"{link.path}?email=ada@gmail.com").text


def test_the_inbox_leads_back_until_a_mail_has_come(link: Opened) -> None:
    link.send()
    assert 'href="/welcome"' in link.browser.get("/inbox").text
    waiting = link.browser.get("/welcome/mail").text
    assert "Waiting for a mail" in waiting
    assert "every 2s" in waiting


def test_the_first_mail_is_shown_with_its_reason(office: Office) -> None:
    office.mail(subject="Hello")
    page = office.rep.browser().get("/welcome/mail").text
    assert "It is here." in page
    assert "is an approved sender" in page
    assert "every 2s" not in page
    assert 'href="/welcome"' not in office.rep.browser().get("/inbox").text


def test_a_held_mail_is_an_arrival_too(office: Office) -> None:
    office.held()
    page = office.ada.browser().get("/welcome/mail").text
    assert "It is here, and held." in page
    assert 'href="/held"' in page


def test_nobody_is_told_of_a_colleagues_private_mail(office: Office) -> None:
    office.rep.api.patch("me", {"sharing_default": {"smtp": "private"}})
    office.mail(subject="canary")
    for person in (office.ada, office.colleague):
        assert "Waiting for a mail" in person.browser().get("/welcome/mail").text


def test_the_secret_is_no_label_of_the_metrics(site: Site, link: Opened) -> None:
    from prometheus_client import generate_latest

    link.browser.get(link.path)
    assert b"/setup/<secret>" in generate_latest()
    assert link.secret.encode() not in generate_latest()
