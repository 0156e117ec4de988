"""The page of what to try: there in a demo alone, with links that lead to what the reader sees."""

from __future__ import annotations

from tests.webui.conftest import Office
from webui.guide_file import Guide, Login, Step, read_guide, write_guide

GUIDE = Guide(
    company="Northwind",
    password="demo",
    bcc_address="bcc-abc@bcc.example",
    by_hand="printf 'From: …' | curl",
    logins=(Login(name="Anna", email="anna@northwind.example", says="Admin."),),
    steps=(
        Step(title="Ask why", text="A sentence.", letter="<one@northwind.example>", link="Open the letter"),
        Step(title="A secret", text="Private.", letter="<two@northwind.example>", link="Open it", who="x@y.example"),
        Step(title="Held", text="A stranger.", path="/held", link="Open the held mail"),
    ),
)


def test_elsewhere_there_is_no_such_page(office: Office) -> None:
    browser = office.rep.browser()
    assert browser.get("/demo").status_code == 404
    assert 'href="/demo"' not in browser.get("/inbox").text


def test_a_guide_comes_back_as_it_was_written(office: Office) -> None:
    write_guide(office.site.settings.data_dir, GUIDE)
    assert read_guide(office.site.settings.data_dir) == GUIDE


def test_it_leads_to_the_letters_that_the_reader_sees(office: Office) -> None:
    write_guide(office.site.settings.data_dir, GUIDE)
    office.customer()
    filed = office.mail(message_id="<one@northwind.example>")
    letter = f'href="/m/{office.seal("message", filed.message_id)}"'
    browser = office.rep.browser()
    page = browser.get("/demo").text
    assert letter in page
    assert 'href="/held"' in page
    assert "For <b>x@y.example</b> only" in page
    assert 'href="/demo"' in browser.get("/inbox").text
    office.rep.api.patch(f"messages/{office.seal('message', filed.message_id)}", {"sharing": "private"})
    other = office.colleague.browser().get("/demo").text
    assert letter not in other
    assert "Not here yet" in other
