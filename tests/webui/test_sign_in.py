"""The pages of signing in: by passkey, at a provider, and what an admin sets up for it; errors come back in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
from sqlalchemy import select

from accounts.second_factor import begin, confirm
from accounts.viewer import Role
from db.models import OutboxMessage, WebSession
from db.session import open_database
from tests.kit.authenticator import Authenticator
from tests.kit.databases import SqliteTemplate
from tests.kit.http import PASSWORD, Browser, Person, Site, open_site
from tests.kit.oidc_provider import CLIENT, SECRET, OidcProvider
from tests.kit.oidc_provider import Person as There

ORIGIN = "http://localhost"
ANNA = "anna@northwind.example"
OPTIONS = re.compile(r'data-options="([^"]+)"')
ROW = re.compile(r'<li data-id="([a-z2-7]{26})"')
LINK = re.compile(r'href="(/login/provider/[^"]+)"')


@pytest.fixture
def site(sqlite_template: SqliteTemplate, tmp_path: Path) -> Iterator[Site]:
    """The application at a name, on SQLite: what the two databases do differently is tested below the pages."""
    plain = sqlite_template.fresh(tmp_path / "data")
    settings = plain.model_copy(update={"base_url": ORIGIN, "allow_inner_hosts": ("127.0.0.0/8",)})
    with closing(open_database(settings)) as database, closing(open_site(settings, database)) as opened:
        yield opened


@pytest.fixture
def anna(site: Site) -> Person:
    """A rep of Northwind, whose admin is Ada."""
    company = site.company("Northwind", "northwind.example")
    site.person(company, "ada@northwind.example", Role.ADMIN)
    return site.person(company, ANNA)


@pytest.fixture
def ada(site: Site, anna: Person) -> Person:
    """The admin."""
    return site.person(anna.viewer.company_id, "ada.admin@northwind.example", Role.ADMIN)


def agree(browser: Browser, address: str, wanted: str = "") -> str:
    """Show by the password that one agrees to what the provider said, and answer where one gets."""
    asked = browser.get(address)
    assert (asked.status_code, urlsplit(asked.location).path) == (303, "/login")
    assert "to connect your account at Fir" in browser.get(asked.location).text
    done = browser.post("/login", "/login", email=ANNA, password=PASSWORD, next=wanted)
    assert done.status_code == 303, done.text
    return done.location


@pytest.fixture
def provider() -> Iterator[OidcProvider]:
    """Where Anna has an account as well."""
    with OidcProvider(There("248", ANNA)) as opened:
        yield opened


def add_passkey(browser: Browser, device: Authenticator, name: str = "Laptop") -> None:
    """Make a passkey on the page."""
    page = browser.post("/settings/security/passkeys/begin", "/settings/security/passkeys", name=name)
    assert page.status_code == 200, page.text
    (options,) = OPTIONS.findall(page.text)
    answer = device.make(options.replace("&#34;", '"'))
    kept = browser.post("/settings/security/passkeys", credential=answer, name=name)
    assert (kept.status_code, kept.location) == (303, "/settings/security"), kept.text


def set_up(admin: Person, provider: OidcProvider, **changes: str) -> None:
    """Decide how the company signs in."""
    form = {
        "label": "Fir",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "domains": "northwind.example",
        "active": "on",
    }
    answer = admin.browser().post("/admin/sign-in", **form | changes)
    assert answer.status_code == 303, answer.text


def come_back(browser: Browser, address: str, provider: OidcProvider) -> str:
    """Follow a link to the provider, and answer where it sends the browser back to."""
    sent = browser.get(address)
    assert sent.status_code == 302, sent.text
    parts = urlsplit(sent.location)
    assert f"{parts.scheme}://{parts.netloc}" == provider.issuer
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query["redirect_uri"] == f"{ORIGIN}/login/back"
    return provider.authorize(query).removeprefix(ORIGIN)


def test_a_passkey_is_added_used_renamed_and_removed(site: Site, anna: Person) -> None:
    browser, device = anna.browser(), Authenticator(ORIGIN)
    add_passkey(browser, device)
    shown = browser.get("/settings/security").text
    assert "Laptop" in shown
    assert "never used" in shown
    (row,) = [one for one in ROW.findall(shown) if site.sealer.unseal("passkey", one)]
    with site.database.read() as session:
        mails = session.scalars(
            select(OutboxMessage.forward_path).where(OutboxMessage.company_id == anna.viewer.company_id)
        )
        assert list(mails) == [ANNA]

    fresh = site.browser()
    asked = fresh.get("/login/passkey")
    assert asked.mimetype == "application/json"
    assert json.loads(asked.text)["userVerification"] == "required"
    done = fresh.post("/login/passkey", "/login", credential=device.sign(asked.text), next="/deals")
    assert (done.status_code, done.location) == (303, "/deals")
    again = site.browser()
    again.get("/login/passkey")
    answer = again.post("/login/passkey", "/login", credential=device.sign(asked.text))
    assert answer.status_code == 422
    assert "opens nothing here" in answer.text

    assert browser.post(f"/settings/security/passkeys/{row}/rename", name="").status_code == 422
    assert browser.post(f"/settings/security/passkeys/{row}/rename", name="Key").status_code == 303
    assert "last used" in browser.get("/settings/security").text
    assert browser.post(f"/settings/security/passkeys/{row}/remove").status_code == 303
    assert browser.post(f"/settings/security/passkeys/{row}/remove").status_code == 404


def test_a_passkey_is_asked_for_before_it_is_added(site: Site, anna: Person) -> None:
    browser = anna.browser()
    with site.database.write() as session:
        for row in session.scalars(select(WebSession).where(WebSession.company_id == anna.viewer.company_id)):
            row.created_at -= timedelta(minutes=11)
    page = "/settings/security/passkeys"
    assert 'name="proof"' in browser.get(page).text
    for proof, status in (("wrong", 422), ("", 422), (PASSWORD, 200)):
        assert browser.post(f"{page}/begin", page, name="Laptop", proof=proof).status_code == status
    # An answer to nothing that was asked is no passkey.
    assert browser.post(page, credential="{}", name="Laptop").status_code == 422
    assert browser.post(page, credential="{}", name="Laptop").status_code == 422


def test_a_passkey_stands_for_the_code(site: Site, anna: Person) -> None:
    browser, device = anna.browser(), Authenticator(ORIGIN)
    add_passkey(browser, device)
    with site.database.write() as session:
        now = site.database.now(session)
        secret = begin(session, site.keys, anna.viewer, now)
        confirm(session, site.keys, anna.viewer, pyotp.TOTP(secret).at(now), now)
    fresh = site.browser()
    assert fresh.get("/login/code/passkey").status_code == 404
    assert fresh.login(ANNA).location == "/login/code"
    assert "Use a passkey" in fresh.get("/login/code").text
    asked = fresh.get("/login/code/passkey").text
    assert len(json.loads(asked)["allowCredentials"]) == 1
    wrong = fresh.post("/login/code/passkey", "/login/code", credential="{}")
    assert (wrong.status_code, "This passkey is not right" in wrong.text) == (422, True)
    asked = fresh.get("/login/code/passkey").text
    assert fresh.post("/login/code/passkey", "/login/code", credential=device.sign(asked)).location == "/inbox"


def test_a_provider_signs_in_and_leads_to_where_one_wanted(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    assert "Continue with" not in site.browser().get("/login").text
    set_up(ada, provider)
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login?next=/deals").text)
    assert agree(fresh, come_back(fresh, link.replace("&amp;", "&"), provider), "/deals") == "/deals"
    fresh.post("/logout")
    back = come_back(fresh, link.replace("&amp;", "&"), provider)
    done = fresh.get(back)
    assert (done.status_code, done.location) == (303, "/deals")
    assert fresh.get("/inbox").status_code == 200
    # The same address once more: whoever saw it opens nothing with it.
    fresh.post("/logout")
    for browser in (site.browser(), fresh):
        again = browser.get(back)
        assert again.status_code == 422
        assert "Please begin again" in again.text
        assert browser.get("/inbox").status_code == 302


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "/login/provider/x", "javascript:x"]
)
def test_the_way_back_leads_to_pages_of_ours_alone(
    site: Site, ada: Person, provider: OidcProvider, wanted: str
) -> None:
    set_up(ada, provider)
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login").text)
    agree(fresh, come_back(fresh, link, provider))
    fresh.post("/logout")
    done = fresh.get(come_back(fresh, f"{link}?{urlencode({'next': wanted})}", provider))
    assert (done.status_code, done.location) == (303, "/inbox")


def test_what_goes_wrong_there_comes_back_in_words(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    set_up(ada, provider)
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login").text)
    provider.came_back = {"error": "access_denied", "code": ""}
    refused = fresh.get(come_back(fresh, link, provider))
    assert (refused.status_code, "Fir did not sign you in" in refused.text) == (422, True)
    provider.came_back = {}
    provider.person = There("1", "stranger@northwind.example")
    refused = fresh.get(come_back(fresh, link, provider))
    assert (refused.status_code, "Nobody here belongs" in refused.text) == (422, True)
    forged = fresh.get("/login/back?code=x&state=y&iss=z")
    assert (forged.status_code, "Please begin again" in forged.text) == (422, True)
    assert fresh.get("/login/provider/" + "a" * 26).status_code == 404
    assert fresh.get("/inbox").status_code == 302


def test_with_several_companies_the_address_is_asked_for_first(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    set_up(ada, provider)
    other = site.company("Fabrikam", "fabrikam.example")
    site.person(other, "stan@fabrikam.example")
    fresh = site.browser()
    page = fresh.get("/login").text
    assert "Fir" not in page
    assert 'href="/login/company"' in page
    nonce = re.compile(r'nonce="[\w-]+"|name="csrf_token" value="[^"]+"')
    known, unknown = (
        nonce.sub("", fresh.post("/login/company", "/login/company", email=email).text.replace(email, ""))
        for email in (ANNA, "nobody.at.all@northwind.example")
    )
    assert known == unknown
    assert LINK.findall(known)
    known, unknown = (
        nonce.sub("", fresh.post("/login/company", "/login/company", email=email).text.replace(email, ""))
        for email in ("stan@fabrikam.example", "nobody.at.all@fabrikam.example")
    )
    assert known == unknown
    assert not LINK.findall(known)


def test_the_only_way_in_is_said_after_a_right_password_alone(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    set_up(ada, provider, only_way="on")
    fresh = site.browser()
    right = fresh.login(ANNA)
    assert (right.status_code, "Your company signs in with Fir" in right.text) == (422, True)
    wrong = fresh.login(ANNA, "wrong")
    assert (wrong.status_code, "Your company signs in" in wrong.text) == (422, False)
    assert fresh.get("/inbox").status_code == 302
    assert site.browser().login("ada.admin@northwind.example").status_code == 303


def test_an_admin_tries_a_provider_before_it_is_switched_on(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    browser = ada.browser()
    empty = browser.get("/admin/sign-in").text
    assert f'value="{ORIGIN}/login/back"' in empty
    good = browser.post("/admin/sign-in/test", issuer=provider.issuer, label="Fir").text
    assert "It shows 1 public key" in good
    assert 'value="Fir"' in good
    provider.metadata = {"issuer": "https://other.example"}
    assert (
        "It calls itself by another issuer: https://other.example"
        in browser.post("/admin/sign-in/test", issuer=provider.issuer).text
    )
    assert "not allowed" in browser.post("/admin/sign-in/test", issuer="http://10.1.2.3").text
    assert browser.post("/admin/sign-in/test", issuer="nonsense").status_code == 422
    assert browser.post("/admin/sign-in", issuer="nonsense").status_code == 422
    assert anna.browser().post("/admin/sign-in/test", issuer=provider.issuer).status_code == 403

    provider.metadata = {}
    set_up(ada, provider)
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login").text)
    agree(fresh, come_back(fresh, link, provider))
    page = browser.get("/admin/sign-in").text
    assert SECRET not in page
    (row,) = [one for one in ROW.findall(page) if site.sealer.unseal("subject", one)]
    assert browser.post(f"/admin/sign-in/accounts/{row}/release").status_code == 303
    assert browser.post(f"/admin/sign-in/accounts/{row}/release").status_code == 404
    assert browser.post("/admin/sign-in/remove").status_code == 303
    assert "Continue with" not in site.browser().get("/login").text


def test_an_account_is_connected_by_code_or_not_at_all(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    set_up(ada, provider, only_way="on")
    with site.database.write() as session:
        now = site.database.now(session)
        secret = begin(session, site.keys, anna.viewer, now)
        confirm(session, site.keys, anna.viewer, pyotp.TOTP(secret).at(now), now)
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login").text)
    assert fresh.get(come_back(fresh, link, provider)).location == "/login"
    assert "to connect your account" in fresh.get("/login").text
    assert "to connect your account" not in fresh.get("/login?connect=no").text
    assert "Your company signs in with Fir" in fresh.login(ANNA).text

    fresh.get(come_back(fresh, link, provider))
    assert fresh.login(ANNA).location == "/login/code"
    code = pyotp.TOTP(secret).at(now + timedelta(seconds=30))
    assert fresh.post("/login/code", "/login/code", code=code).status_code == 303
    with site.database.read() as session:
        company_id = anna.viewer.company_id
        mails = session.scalars(select(OutboxMessage.forward_path).where(OutboxMessage.company_id == company_id))
        assert list(mails) == [ANNA]
    fresh.post("/logout")
    assert fresh.get(come_back(fresh, link, provider)).location == "/inbox"
    assert (
        ada.browser().post("/admin/users/" + site.sealer.seal("user", anna.viewer.user_id) + "/invite").status_code
        == 409
    )


def test_the_first_account_of_a_new_user_is_told_by_mail_and_kept(
    site: Site, anna: Person, ada: Person, provider: OidcProvider
) -> None:
    set_up(ada, provider, makes_users="on")
    provider.person = There("7", "new@northwind.example", name="New")
    fresh = site.browser()
    (link,) = LINK.findall(fresh.get("/login").text)
    assert fresh.get(come_back(fresh, link, provider)).location == "/inbox"
    with site.database.read() as session:
        company_id = anna.viewer.company_id
        mails = session.scalars(select(OutboxMessage.forward_path).where(OutboxMessage.company_id == company_id))
        assert list(mails) == ["new@northwind.example"]
    browser = ada.browser()
    page = browser.get("/admin/sign-in").text
    assert "1 user has neither password nor passkey" in page
    (row,) = [one for one in ROW.findall(page) if site.sealer.unseal("subject", one)]
    assert browser.post(f"/admin/sign-in/accounts/{row}/release").status_code == 409
    removed = browser.post("/admin/sign-in/remove")
    assert removed.status_code == 303
    assert "1 user has neither password nor passkey" in browser.get(removed.location).text


@pytest.mark.parametrize("credential", [r'{"id":"\ud800","response":{}}', r'{"id":"a\u0000","response":{}}', "[]"])
def test_what_no_authenticator_answers_is_refused_in_words(site: Site, anna: Person, credential: str) -> None:
    fresh = site.browser()
    fresh.get("/login/passkey")
    answer = fresh.post("/login/passkey", "/login", credential=credential)
    assert (answer.status_code, "opens nothing here" in answer.text) == (422, True)
