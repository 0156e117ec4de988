"""What every answer carries, cookies, hosts, redirects (SECURITY W9, W11, W13)."""

from __future__ import annotations

import pytest

from config.settings import Settings
from db.session import Database
from tests.kit.http import open_site
from tests.webui.conftest import Office
from tests.webui.test_routes import made_up, the_table
from webui.auth import local_path
from webui.security import is_known_host

NEXT = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "/\r\nSet-Cookie: a=b",
    "evil.example",
    "http:evil.example",
    " //evil.example",
    "/login",
    "",
    "/" + "x" * 2000,
]


def test_every_answer_is_closed_to_others(office: Office) -> None:
    browser = office.ada.browser()
    for method, rule in the_table():
        if method != "GET":
            continue
        headers = browser.client.get(made_up(rule)).headers
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", rule
        if rule in ("/static/all.css", "/static/all.js"):
            continue  # They obey the policy of the page that asks for them.
        assert headers["Referrer-Policy"] == "same-origin", rule
        assert "default-src 'none'" in headers["Content-Security-Policy"], rule
        assert "unsafe" not in headers["Content-Security-Policy"], rule
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], rule
        if not rule.startswith("/static"):
            assert headers["Cache-Control"] == "no-store", rule


def test_pages_have_no_inline_script_or_style(office: Office) -> None:
    office.customer()
    filed = office.mail(html="<p style='color:red'>x</p>")
    message = office.seal("message", filed.message_id)
    browser = office.ada.browser()
    for path in (
        "/inbox",
        f"/m/{message}",
        f"/m/{message}/why",
        "/contacts",
        "/held",
        "/settings",
        "/admin",
        "/api/docs",
    ):
        page = browser.get(path).text
        assert "style=" not in page, path
        assert "onclick" not in page, path
        assert "<script>" not in page, path
        assert "http://" not in page.replace(office.site.settings.base_url, ""), path


def test_cookie_is_out_of_reach_and_new_at_login(office: Office) -> None:
    browser = office.site.browser()
    before = browser.get("/login").headers["Set-Cookie"]
    answer = browser.login(office.rep.email)

    after = answer.headers["Set-Cookie"]
    assert after.split(";")[0] != before.split(";")[0]
    assert "HttpOnly" in after
    assert "SameSite=Lax" in after


def test_over_https_the_cookie_insists_on_it(database: Database, database_settings: Settings) -> None:
    site = open_site(database_settings.model_copy(update={"base_url": "https://crm.example"}), database)
    site.company("Northwind", "northwind.example")
    answer = site.app.test_client().get("/login", base_url="https://crm.example")

    assert answer.headers["Set-Cookie"].startswith("__Host-session=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]
    assert site.app.test_client().get("/login", base_url="https://rebound.example").status_code == 400
    site.close()


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("127.0.0.1:8080", True),
        ("[::1]:8080", True),
        ("localhost", True),
        ("crm.example", True),
        ("CRM.example:443", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_only_our_names_are_ours(host: str, known: bool) -> None:
    assert is_known_host(host, Settings(base_url="https://crm.example")) is known


def test_next_leads_nowhere_else(office: Office) -> None:
    for target in NEXT:
        with office.site.app.test_request_context():
            assert local_path(target) == "/inbox", target


def test_next_leads_to_a_page_of_ours(office: Office) -> None:
    browser = office.site.browser()
    answer = browser.get("/contacts?q=maria")
    assert answer.headers["Location"] == "/login?next=/contacts?q%3Dmaria"

    form = {"email": office.rep.email, "password": "correct horse battery", "next": "/contacts?q=maria"}
    assert browser.post("/login", "/login", **form).headers["Location"] == "/contacts?q=maria"


def test_signing_out_ends_the_row(office: Office) -> None:
    browser = office.rep.browser()
    kept = browser.client.get_cookie("session")
    assert kept
    assert browser.post("/logout").status_code == 303

    browser.client.set_cookie("session", kept.value)
    assert browser.get("/inbox").status_code == 302


def test_wrong_logins_look_alike_and_are_throttled(office: Office) -> None:
    browser = office.site.browser()
    unknown = browser.login("nobody@northwind.example", "wrong")
    known = browser.login(office.rep.email, "wrong")
    assert (unknown.status_code, known.status_code) == (422, 422)
    assert unknown.text.replace("nobody@northwind.example", office.rep.email).count("do not belong together") == 1

    statuses = [browser.login(office.rep.email, "wrong").status_code for _ in range(10)]
    assert statuses[-1] == 429
    assert browser.login(office.rep.email).status_code == 429


def test_a_looking_scanner_changes_nothing_about_an_invitation(office: Office) -> None:
    made = office.ada.api.post("users", {"email": "nora@northwind.example", "name": "Nora"})
    path = made["invite_url"].removeprefix(office.site.settings.base_url)

    for _ in range(5):
        assert office.site.app.test_client().get(path).status_code == 200
        assert office.site.app.test_client().head(path).status_code == 200
    assert office.site.browser().get("/invite/made-up").status_code == 410
