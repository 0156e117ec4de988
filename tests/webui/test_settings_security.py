"""Password, second step and browsers: each asks who is there, and nothing is open before both steps."""

from __future__ import annotations

import re

import pyotp
import pytest

from accounts.invites import make_invite
from tests.kit.http import PASSWORD, Browser
from tests.webui.conftest import REP, Office

ROW = re.compile(r'<li data-id="([a-z2-7]{26})"')
SECRET = re.compile(r'class="set-secret">([A-Z2-7 ]+)<')
CODES = re.compile(r"<code>([a-z2-9-]{14})</code>")
STEP = "/settings/security/second-step"
NEW = "wet umbrella stand"


@pytest.fixture
def browser(office: Office) -> Browser:
    """The rep's browser."""
    return office.rep.browser()


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Switch the second step on; answer the secret and the recovery codes."""
    assert browser.post(f"{STEP}/begin").status_code == 303
    (shown,) = SECRET.findall(browser.get(STEP).text)
    secret = shown.replace(" ", "")
    # The code of the step before: that of this one is then still unused.
    maker = pyotp.TOTP(secret)
    page = browser.post(STEP, code=maker.at(_now(browser) - 30))
    if page.status_code != 200:
        # A step of the clock may have ended meanwhile, which makes the code one too old.
        page = browser.post(STEP, code=maker.at(_now(browser) - 30))
    assert page.status_code == 200, page.text
    return secret, CODES.findall(page.text)


def _now(browser: Browser) -> int:
    here = browser.client.application.extensions["smartbcc"]
    with here.database.read() as session:
        return int(here.database.now(session).timestamp())


def test_a_new_password_needs_the_current_one(office: Office, browser: Browser) -> None:
    other = office.rep.browser()
    form = {"password": NEW, "password_again": NEW}
    for wrong, field in (
        ({"current_password": "no"}, "this is not your password"),
        ({"current_password": PASSWORD, "password_again": "another"}, "the two passwords differ"),
        ({"current_password": PASSWORD, "password": "short", "password_again": "short"}, "at least 8 characters"),
        ({"current_password": PASSWORD, "password": "anna1234", "password_again": "anna1234"}, "too easy to guess"),
    ):
        answer = browser.post("/settings/security/password", **form | wrong)
        assert answer.status_code == 422
        assert field in answer.text

    assert browser.post("/settings/security/password", **form, current_password=PASSWORD).status_code == 303
    assert "One other browser was signed out" in browser.get("/settings/security").text
    assert other.get("/inbox").status_code == 302
    assert office.site.browser().login(REP).status_code == 422
    assert office.site.browser().login(REP, NEW).status_code == 303


def test_all_other_browsers_are_signed_out_at_once(office: Office, browser: Browser) -> None:
    others = [office.rep.browser() for _ in range(2)]
    assert len(ROW.findall(browser.get("/settings/security").text)) == 3
    assert browser.post("/settings/sessions/revoke-others").status_code == 303
    assert [one.get("/inbox").status_code for one in (browser, *others)] == [200, 302, 302]


def test_nothing_is_open_before_both_steps(office: Office, browser: Browser) -> None:
    secret, codes = set_up(browser)
    assert len(codes) == 10
    fresh = office.site.browser()
    answer = fresh.login(REP)
    assert (answer.status_code, answer.location) == (303, "/login/code")
    assert fresh.get("/inbox").status_code == 302
    assert "One more step" in fresh.get("/login/code").text

    assert fresh.post("/login/code", "/login/code", code="abcdef").status_code == 422
    assert fresh.get("/inbox").status_code == 302
    code = pyotp.TOTP(secret).at(_now(browser))
    done = fresh.post("/login/code", "/login/code", code=code)
    assert (done.status_code, done.location) == (303, "/inbox")
    assert fresh.get("/inbox").status_code == 200

    again = office.site.browser()
    again.login(REP)
    assert again.post("/login/code", "/login/code", code=code).status_code == 422
    assert again.post("/login/code", "/login/code", code=codes[0]).status_code == 303
    assert "9 recovery codes are left" in again.get("/settings/security").text


def test_where_one_wanted_to_go_outlives_the_second_step(office: Office, browser: Browser) -> None:
    _, codes = set_up(browser)
    fresh = office.site.browser()
    fresh.post("/login", "/login", email=REP, password=PASSWORD, next="/deals")
    assert fresh.post("/login/code", "/login/code", code=codes[0]).location == "/deals"


def test_the_code_page_is_for_who_gave_the_password(office: Office) -> None:
    stranger = office.site.browser()
    assert stranger.get("/login/code").status_code == 302
    token = stranger.token("/login")
    form = {"code": "123456", "csrf_token": token}
    assert stranger.client.post("/login/code", data=form).location == "/login"


def test_a_secret_is_shown_until_it_is_confirmed(office: Office, browser: Browser) -> None:
    assert browser.get(f"{STEP}/qr.png").status_code == 404
    browser.post(f"{STEP}/begin")
    assert browser.get(f"{STEP}/qr.png").data.startswith(b"\x89PNG")
    assert browser.post(STEP, code="000000").status_code == 422
    assert browser.post(f"{STEP}/off").status_code == 303
    assert browser.get(f"{STEP}/qr.png").status_code == 404
    set_up(browser)
    assert browser.get(f"{STEP}/qr.png").status_code == 404
    assert SECRET.findall(browser.get(STEP).text) == []
    assert browser.post(f"{STEP}/begin").status_code == 409
    assert office.colleague.browser().get(f"{STEP}/qr.png").status_code == 404


def test_new_codes_and_turning_off_ask_who_is_there(office: Office, browser: Browser) -> None:
    secret, codes = set_up(browser)
    for path in (f"{STEP}/off", "/settings/security/codes"):
        wrong = browser.post(path, proof="nobody knows")
        assert wrong.status_code == 422
        assert "neither your password nor a code" in wrong.text
    fresh = CODES.findall(browser.post("/settings/security/codes", proof=PASSWORD).text)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert browser.post(f"{STEP}/off", proof=pyotp.TOTP(secret).at(_now(browser))).status_code == 303
    assert office.site.browser().login(REP).location == "/inbox"


def test_an_invitation_does_not_go_round_the_second_step(office: Office, browser: Browser) -> None:
    _, codes = set_up(browser)
    with office.site.database.write() as session:
        invite = f"/invite/{make_invite(session, office.rep.viewer, office.site.database.now(session))}"
    fresh = office.site.browser()
    assert "too easy to guess" in fresh.post(invite, invite, password="northwind1", password_again="northwind1").text
    assert fresh.post(invite, invite, password=NEW, password_again=NEW).location == "/login/code"
    assert fresh.get("/inbox").status_code == 302
    assert fresh.post("/login/code", "/login/code", code=codes[0]).status_code == 303
