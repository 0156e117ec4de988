"""App passwords in the settings: shown once, revoked, and with what a mail program has to be told."""

from __future__ import annotations

import re

from accounts.app_passwords import sign_program_in
from tests.webui.conftest import REP, Office
from webui.settings_programs import submission_server

MADE = re.compile(r'value="([a-z0-9]{5}(?:-[a-z0-9]{5}){4})"')


def test_a_password_is_shown_once_works_and_is_revoked(office: Office) -> None:
    browser = office.rep.browser()
    assert "No app password yet" in browser.get("/settings/programs").text
    page = browser.post("/settings/programs", name="Thunderbird")
    (password,) = MADE.findall(page.text)
    assert sign_program_in(office.site.database, REP, password, "192.0.2.1") == office.rep.viewer
    again = browser.get("/settings/programs").text
    assert password not in again
    assert "Thunderbird" in again
    (key,) = re.findall(r'<li data-id="([a-z2-7]{26})"', again)
    assert browser.post(f"/settings/programs/{key}/revoke").status_code == 303
    assert sign_program_in(office.site.database, REP, password, "192.0.2.1") is None


def test_a_name_that_is_none_comes_back_beside_its_field(office: Office) -> None:
    answer = office.rep.browser().post("/settings/programs", name=" ")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


def test_the_page_says_where_to_connect_or_that_nobody_can(office: Office) -> None:
    assert "not switched on here" in office.rep.browser().get("/settings/programs").text
    settings = office.site.settings
    assert submission_server(settings) is None
    for listen, security in (("0.0.0.0:465", "TLS"), ("0.0.0.0:587", "STARTTLS")):
        server = submission_server(
            settings.model_copy(update={"submission_listen": (listen,), "hostname": "mx.example"})
        )
        assert server is not None
        assert (server.host, server.port, server.security) == ("mx.example", int(listen.rpartition(":")[2]), security)
