"""What pages link is kept by a browser for ever, and changes its address with its content."""

from __future__ import annotations

import re

from tests.webui.conftest import Office
from webui.assets import FOLDER, SHEETS

LINKED = re.compile(r'(?:href|src)="(/static/[^"#]+)"')


def test_every_linked_file_is_there_and_may_be_kept(office: Office) -> None:
    browser = office.rep.browser()
    linked = set(LINKED.findall(browser.get("/inbox").text))

    assert {f"{one}.css" for one in SHEETS} == {one.name for one in FOLDER.glob("*.css")}
    assert len(linked) > 4
    for path in linked:
        with browser.get(path) as answer:
            assert answer.status_code == 200, path
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Cookie" not in answer.vary, "each login would fetch it anew"
            assert "Set-Cookie" not in answer.headers


def test_without_its_version_a_file_is_asked_for_again(office: Office) -> None:
    with office.rep.browser().get("/static/tokens.css") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


def test_only_scripts_that_the_page_names_may_run(office: Office) -> None:
    browser = office.rep.browser()
    first, second = browser.get("/inbox"), browser.get("/inbox")

    nonces = set(re.findall(r'nonce="([^"]+)"', first.text))
    assert len(nonces) == 1
    assert f"script-src 'nonce-{nonces.pop()}';" in first.headers["Content-Security-Policy"]
    assert first.headers["Content-Security-Policy"] != second.headers["Content-Security-Policy"]
    assert "script-src 'none'" in browser.get("/healthz").headers["Content-Security-Policy"]
