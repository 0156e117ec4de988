"""Signing in by a real ceremony: a passkey of Chromium's virtual authenticator, and a provider on loopback."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from playwright.sync_api import CDPSession, Page, expect

from accounts.second_factor import begin, confirm
from accounts.viewer import Role
from tests.kit.browsing import Browsing
from tests.kit.databases import SqliteTemplate
from tests.kit.http import PASSWORD, Person
from tests.kit.looking import look
from tests.kit.oidc_provider import CLIENT, SECRET, OidcProvider
from tests.kit.oidc_provider import Person as There
from tests.kit.served import Served, serve

pytestmark = pytest.mark.slow
ANNA = "anna@keys.example"


@pytest.fixture(scope="module")
def named(sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application at a name: passkeys are bound to one."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plain = sqlite_template.fresh(tmp_path_factory.mktemp("named") / "data")
    base_url = f"http://localhost:{port}"
    changes = {"base_url": base_url, "allow_inner_hosts": ("127.0.0.0/8",)}
    with serve(plain.model_copy(update=changes), port) as served:
        served.base_url = base_url
        yield served


@pytest.fixture(scope="module")
def anna(named: Served) -> Person:
    """A rep of the only company."""
    return named.site.person(named.site.company("Keys", "keys.example"), ANNA)


def _authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give a page an authenticator that its user unlocks at once."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made: dict[str, Any] = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def test_a_passkey_from_the_first_to_the_last(browsing: Browsing, named: Served, anna: Person) -> None:
    page = browsing.open(named.base_url, cookie=named.cookie(anna))
    session, authenticator = _authenticator(page)
    page.goto("/settings/security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    _looks_well(page, "name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Make the passkey")).to_be_visible()
    _looks_well(page, "make")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("bdi", has_text="Work laptop")).to_be_visible()
    expect(page.locator("#toasts").get_by_text("The passkey was added")).to_be_visible()
    _looks_well(page, "security")
    # A device makes one passkey for a user, and says so.
    page.goto("/settings/security/passkeys")
    page.get_by_label("Name").fill("The same again")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_text("This device has a passkey for you already.")).to_be_visible()

    # The browser offers it beside the address, with nothing pressed.
    page.context.clear_cookies()
    page.goto("/login?next=/deals")
    expect(page).to_have_url(f"{named.base_url}/deals")

    # As the second step, in place of the code.
    with named.site.database.write() as write:
        now = named.site.database.now(write)
        secret = begin(write, named.site.keys, anna.viewer, now)
        confirm(write, named.site.keys, anna.viewer, pyotp.TOTP(secret).at(now), now)
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": False})
    page.context.clear_cookies()
    page.goto("/login")
    page.get_by_label("E-mail address").fill(ANNA)
    page.get_by_label("Password").fill(PASSWORD)
    _looks_well(page, "login")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    _looks_well(page, "step")
    session.send("WebAuthn.setAutomaticPresenceSimulation", {"authenticatorId": authenticator, "enabled": True})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{named.base_url}/inbox")

    page.goto("/settings/security")
    page.locator("summary", has_text="Work laptop").click()
    _looks_well(page, "change")
    page.get_by_role("button", name="Remove it: Work laptop").click()
    expect(page.locator("#toasts").get_by_text("That passkey opens nothing any more.")).to_be_visible()
    # The device has it still, and offers it: once, not again and again.
    browsing.allow(422)
    page.context.clear_cookies()
    page.goto("/login")
    expect(page.get_by_text("This passkey opens nothing here.")).to_be_visible()
    _looks_well(page, "refused")


def test_there_and_back(browsing: Browsing, named: Served, anna: Person) -> None:
    site = named.site
    ada = site.person(anna.viewer.company_id, "ada@keys.example", Role.ADMIN)
    with OidcProvider(There("248", "ada@keys.example")) as provider:
        page = browsing.open(named.base_url, cookie=named.cookie(ada))
        page.goto("/admin/sign-in")
        page.get_by_label("Name").fill("Fir")
        page.get_by_label("Issuer").fill(provider.issuer)
        page.get_by_role("button", name="Try the issuer").click()
        expect(page.get_by_text("It shows 1 public key")).to_be_visible()
        _looks_well(page, "tried")
        page.get_by_label("Client id").fill(CLIENT)
        page.get_by_label("Client secret").fill(SECRET)
        page.get_by_label("Switched on").check()
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#toasts").get_by_text("Kept. The next sign-in goes by it.")).to_be_visible()

        fresh = browsing.open(named.base_url)
        fresh.goto("/deals")
        fresh.get_by_role("link", name="Continue with Fir").click()
        expect(fresh.get_by_text("to connect your account at Fir")).to_be_visible()
        _looks_well(fresh, "connecting")
        fresh.get_by_label("E-mail address").fill("ada@keys.example")
        fresh.get_by_label("Password").fill(PASSWORD)
        fresh.keyboard.press("Enter")
        expect(fresh).to_have_url(f"{named.base_url}/deals")
        # Once is enough.
        fresh.context.clear_cookies()
        fresh.goto("/deals")
        fresh.get_by_role("link", name="Continue with Fir").click()
        expect(fresh).to_have_url(f"{named.base_url}/deals")
        # The browser went there, and nowhere else.
        there = [one for one in browsing.troubles() if provider.issuer not in one]
        assert there == []
        page.goto("/admin/sign-in")
        expect(page.get_by_role("link", name="Ada")).to_be_visible()
        _looks_well(page, "accounts")


def _looks_well(page: Page, called: str) -> None:
    assert look(page, f"sign-in-{called}") == []
