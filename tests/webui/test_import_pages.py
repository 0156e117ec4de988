"""An import on pages: a file, its columns, a try, the run, what was left out, undo."""

from __future__ import annotations

import io
import re
import threading

from ingest.importing import run_one
from tests.kit.http import MAIL_DOMAIN, Browser
from tests.kit.mails import a_message
from tests.webui.conftest import Office

CONTACTS = "Wer;E-Mail\nAda Byron;ada@byron.example\n=HYPERLINK(1);bad(at)x\n".encode("cp1252")
PLACE = re.compile(r"/settings/import/([a-z2-7]{26})")


def work(office: Office) -> None:
    """Do what the worker does."""
    while run_one(office.site.database, MAIL_DOMAIN, threading.Event()):
        pass


def upload(browser: Browser, raw: bytes) -> str:
    """Send a file, and answer the page that it leads to."""
    sent = browser.post("/settings/import", file=(io.BytesIO(raw), "people.csv"))
    assert sent.status_code == 303, sent.text
    return str(sent.headers["Location"])


def test_from_the_file_to_the_records_and_back(office: Office) -> None:
    browser = office.rep.browser()
    place = upload(browser, CONTACTS)
    page = browser.get(place).text
    assert "Ada Byron" in page
    assert "What the columns say" in page
    wrong = browser.post(f"{place}/try", **{"column-0": "", "column-1": ""})
    assert wrong.status_code == 422
    assert "say which one is" in wrong.text
    assert browser.post(f"{place}/try", **{"column-0": "name", "column-1": "addresses"}).status_code == 303
    waiting = browser.get(place)
    assert waiting.headers["Refresh"] == "2"
    work(office)
    tried = browser.get(place)
    assert "Refresh" not in tried.headers
    assert "What would happen" in tried.text
    assert "Line 3:" in tried.text
    assert browser.get("/contacts?q=Byron").text.count("Ada Byron") == 0
    browser.post(f"{place}/run")
    work(office)
    assert "Done" in browser.get(place).text
    assert "Ada Byron" in browser.get("/contacts?q=Byron").text
    left_out = browser.get(f"{place}/left-out.csv")
    assert left_out.text.startswith(
        '\ufeff"Wer","E-Mail","line","what","why"\r\n"\'=HYPERLINK(1)","bad(at)x","3","wrong"'
    )
    browser.post(f"{place}/undo")
    work(office)
    assert "Taken back" in browser.get(place).text
    assert "Ada Byron" not in browser.get("/contacts?q=Byron").text


def test_another_kind_is_mapped_anew_and_a_file_forgotten(office: Office) -> None:
    browser = office.rep.browser()
    place = upload(browser, b"name,website\nMills,mills.example\n")
    assert browser.post(f"{place}/try", kind="contacts").status_code == 303
    assert '<option value="contacts" selected>' in browser.get(place).text
    found = PLACE.search(place)
    assert found
    assert found[1] in browser.get("/settings/import").text
    browser.post(f"{place}/forget")
    assert browser.get(place).status_code == 404


def test_what_is_no_sheet_is_said_beside_the_field(office: Office) -> None:
    browser = office.rep.browser()
    answer = browser.post("/settings/import", file=(io.BytesIO(b"PK\x03\x04"), "a.xlsx"))
    assert answer.status_code == 422
    assert "save it as CSV" in answer.text


def test_nobody_else_reaches_an_import(office: Office) -> None:
    place = upload(office.rep.browser(), CONTACTS)
    for person in (office.colleague, office.ada, office.stranger):
        browser = person.browser()
        assert browser.get(place).status_code == 404
        assert browser.get(f"{place}/left-out.csv").status_code == 404
        assert [browser.post(f"{place}/{act}").status_code for act in ("try", "run", "undo", "forget")] == [404] * 4


def test_mail_is_brought_along(office: Office) -> None:
    browser = office.rep.browser()
    raw = a_message(from_="maria@fabrikam.example", to="anna@northwind.example", subject="Old chairs")
    box = b"From maria@fabrikam.example Tue Mar  3 09:00:00 2026\n" + raw.replace(b"\r\n", b"\n")
    files = [(io.BytesIO(raw), "one.eml"), (io.BytesIO(box), "box")]
    sent = browser.post("/settings/import/mail", mail=files)
    assert sent.status_code == 303
    assert "1 taken in. 1 was there already." in browser.get("/settings/import").text
    office.work()
    assert "Old chairs" in browser.get("/inbox").text
    for other in (office.colleague, office.ada):
        assert "Old chairs" not in other.browser().get("/inbox").text
    empty = browser.post("/settings/import/mail", mail=[(io.BytesIO(b""), "empty.eml")])
    assert empty.status_code == 422
    assert "empty.eml: the file is empty" in empty.text
