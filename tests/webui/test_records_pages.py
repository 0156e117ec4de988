"""The pages of records: lists, facts changed in their place, mail, new ones from a letter, merging."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

from tests.kit.crawl import TOKEN
from tests.kit.http import Browser
from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_api_records import NEW
from tests.webui.test_routes import MADE_UP

ROW = re.compile(r'<li[^>]*data-id="([^"]+)"[^>]*data-row')


def rows(browser: Browser, path: str) -> list[str]:
    """Answer the ids of the rows of a list."""
    return ROW.findall(browser.get(path).text)


def values(page: str, name: str) -> list[str]:
    """Answer what stands in the fields of that name, ticked ones alone."""
    found = []
    for tag in re.findall(rf'<input[^>]* name="{name}"[^>]*>', page):
        if re.search('type="(checkbox|radio)"', tag) and " checked" not in tag:
            continue
        found.append(unescape(re.findall(r'value="([^"]*)"', tag)[0]))
    return found


def comparable(page: str) -> str:
    """Answer a page without what differs from request to request."""
    return re.sub('nonce="[^"]+"', "", TOKEN.sub("", page))


def test_empty_lists_say_what_to_do(office: Office) -> None:
    browser = office.rep.browser()
    for path in NEW:
        page = browser.get(f"/{path}?status=all").text
        assert f"No {'organisations' if path == 'organizations' else path} yet" in page
        assert f"/{path}/new" in page
    reader = office.reader.browser().get("/contacts").text
    assert "/contacts/new" not in reader
    assert "<summary" not in reader.partition("<main")[2].partition("</main>")[0]


def test_a_list_narrows_by_status_owner_and_words(office: Office) -> None:
    mine = office.rep.api.post("deals", {"title": "Chairs"})["id"]
    won = office.rep.api.post("deals", {"title": "Tables", "status": "won"})["id"]
    theirs = office.colleague.api.post("deals", {"title": "Benches"})["id"]
    browser = office.rep.browser()

    assert rows(browser, "/deals") == [theirs, mine]
    assert rows(browser, "/deals?status=won") == [won]
    assert rows(browser, "/deals?status=all") == [theirs, won, mine]
    assert rows(browser, "/deals?status=all&owner=mine") == [won, mine]
    assert rows(browser, "/deals?q=tab") == [won]
    assert rows(browser, "/deals?q=tab&status=open") == []
    assert rows(browser, "/deals?status=nonsense") == [theirs, mine]


def test_a_row_tells_the_essentials_as_the_viewer_sees_them(office: Office) -> None:
    firm = office.rep.api.post("organizations", {"name": "Fabrikam Ltd"})["id"]
    contact = office.rep.api.post("contacts", {"name": "Maria", "addresses": [CUSTOMER], "organization_id": firm})
    office.deal(contact, value=1200.5, currency="EUR")
    office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="private")

    mine, theirs = (one.browser().get("/contacts").text for one in (office.rep, office.colleague))
    for page in (mine, theirs):
        assert CUSTOMER in page
        assert "Fabrikam Ltd" in page
    assert "latest mail" in mine
    assert "latest mail" not in theirs
    deals = office.rep.browser().get("/deals").text
    assert "1\u202f200.50" in deals
    assert "Maria" in deals


def test_pages_of_a_list_keep_what_was_asked(office: Office) -> None:
    made = [office.rep.api.post("leads", {"title": f"Lead {number}"})["id"] for number in range(53)]
    browser = office.rep.browser()
    page = browser.get("/leads?q=lead&owner=mine").text
    older = unescape(re.findall(r'rel="next" href="(\?[^"]+)"', page)[0])
    assert "owner=mine" in older
    assert ROW.findall(page) + rows(browser, f"/leads{older}") == made[::-1]


def test_each_fact_is_changed_alone_and_taken_back(office: Office) -> None:
    contact = office.customer()
    deal = office.deal(contact, value=5, currency="EUR")
    path, browser = f"/deals/{deal['id']}", office.rep.browser()
    assert 'name="value"' not in browser.get(path).text
    assert values(browser.get(f"{path}?edit=value").text, "value") == ["5.00"]
    assert values(browser.get(f"{path}?edit=contact_ids").text, "contact_ids") == [contact["id"], ""]

    changes: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"value": "1.234,50 $"}, {"value": 1234.5, "currency": "USD"}),
        ({"value": "", "currency": ""}, {"value": None}),
        ({"contact_ids": ""}, {"contact_ids": []}),
        ({"contact_ids": ["", contact["id"]]}, {"contact_ids": [contact["id"]]}),
        ({"title": "  New chairs "}, {"title": "New chairs"}),
        ({"status": "won"}, {"status": "won"}),
        ({"visibility": "owner"}, {"visibility": "owner"}),
    ]
    for sent, expected in changes:
        assert browser.post(path, **sent).headers["Location"] == path
        assert office.rep.api.get(f"deals/{deal['id']}").items() >= expected.items()
    toast = browser.get(path).text.rpartition('id="toasts"')[2]
    assert 'name="visibility" value="company"' in toast


def test_what_is_wrong_is_said_beside_its_field(office: Office) -> None:
    deal = office.deal(office.customer())
    browser = office.rep.browser()
    for path, sent, said in [
        (f"/deals/{deal['id']}", {"value": "a lot"}, "Write an amount"),
        (f"/deals/{deal['id']}", {"value": "5", "currency": "dollars"}, "Write three letters"),
        (f"/deals/{deal['id']}", {"value": "-5"}, "Write an amount"),
        (f"/deals/{deal['id']}", {"title": " "}, "This cannot be empty."),
        ("/contacts", {"name": ""}, "This cannot be empty."),
        ("/contacts", {"name": "x", "addresses": "maria@fabrikam"}, "is not an e-mail address"),
        ("/organizations", {"name": "x", "domains": "gmail.com"}, "gmail.com"),
    ]:
        answer = browser.post(path, **sent)
        assert answer.status_code == 422, sent
        wrong = re.search(r'<p class="wrong"[^>]*>([^<]*)<', answer.text)
        assert wrong, sent
        assert said in unescape(wrong[1])
        assert 'aria-invalid="true"' in answer.text
    assert office.rep.api.get(f"deals/{deal['id']}") == deal


def test_foreign_and_made_up_records_are_404(office: Office) -> None:
    foreign = office.stranger.api.post("contacts", NEW["contacts"])["id"]
    quiet = office.ada.api.post("contacts", NEW["contacts"] | {"visibility": "owner"})["id"]
    browser = office.rep.browser()
    for one in (foreign, quiet):
        for rest in ("", "/merge", "/qr.png", "/address.vcf"):
            answer, twin = (browser.get(f"/contacts/{each}{rest}") for each in (one, MADE_UP))
            assert (answer.status_code, comparable(answer.text)) == (404, comparable(twin.text))
        assert browser.post(f"/contacts/{one}", name="x").status_code == 404
        answer, twin = (browser.post("/deals", title="x", contact_ids=each) for each in (one, MADE_UP))
        assert (answer.status_code, "There is no such contact." in answer.text) == (422, True)
        assert comparable(answer.text) == comparable(twin.text)


def test_the_mail_of_a_record_is_in_order_of_writing(office: Office) -> None:
    contact = office.customer()
    late = office.mail(subject="Second", date=datetime(2026, 3, 3, 12, tzinfo=UTC))
    early = office.mail(
        subject="First", date=datetime(2026, 2, 2, 12, tzinfo=UTC), message_id="<other@northwind.example>"
    )
    page = office.rep.browser().get(f"/contacts/{contact['id']}").text
    assert ROW.findall(page) == [office.seal("message", one.message_id) for one in (late, early)]
    assert [unescape(one) for one in re.findall(r"<h3>([^<]+)</h3>", page)] == ["March 2026", "February 2026"]


def test_the_address_of_a_record_goes_along(office: Office) -> None:
    contact = office.customer()
    path, browser = f"/contacts/{contact['id']}", office.rep.browser()
    assert contact["bcc_address"] in browser.get(path).text
    card = browser.get(f"{path}/address.vcf")
    assert card.mimetype == "text/vcard"
    assert card.headers["Content-Disposition"].startswith("attachment")
    assert f"EMAIL:{contact['bcc_address']}" in card.text.replace("\r\n ", "")
    code = browser.get(f"{path}/qr.png")
    assert (code.mimetype, code.data[:4]) == ("image/png", b"\x89PNG")
    assert "default-src 'none'" in code.headers["Content-Security-Policy"]


def test_a_contact_from_a_letter_is_filled_in_and_linked(office: Office) -> None:
    firm = office.rep.api.post("organizations", {"name": "Contoso", "domains": ["contoso.example"]})["id"]
    filed = office.mail(from_=REP, to="Sven Berg <sven@contoso.example>", subject="Re: Oak tables")
    message = office.seal("message", filed.message_id)
    browser = office.rep.browser()

    page = browser.get(f"/contacts/new?from={message}").text
    assert values(page, "name") == ["Sven Berg"]
    assert "sven@contoso.example</textarea>" in page
    assert values(page, "organization_id") == [firm]
    assert values(page, "message_id") == [message]
    made = browser.post(
        "/contacts", name="Sven Berg", addresses="sven@contoso.example", organization_id=firm, message_id=message
    )
    (contact_id,) = [made.headers["Location"].rpartition("/")[2]]
    links = {one["target_id"]: one["origin"] for one in office.rep.api.get(f"messages/{message}")["links"]}
    assert links[contact_id] == "manual"

    page = browser.get(f"/deals/new?from={message}").text
    assert values(page, "title") == ["Oak tables"]
    assert values(page, "contact_ids") == [contact_id, ""]
    browser.post(f"{made.headers['Location']}/delete")
    assert contact_id not in {one["target_id"] for one in office.rep.api.get(f"messages/{message}")["links"]}


def test_an_organisation_is_never_made_of_a_free_mail_domain(office: Office) -> None:
    browser = office.rep.browser()
    for address, name, domain in [
        ("otto@litware.co.example", "Litware", "litware.co.example"),
        ("somebody@gmail.com", "", ""),
    ]:
        filed = office.mail(to=address, subject=f"To {address}", message_id=f"<{address}>")
        page = browser.get(f"/organizations/new?from={office.seal('message', filed.message_id)}").text
        assert values(page, "name") == [name]
        assert f">{domain}</textarea>" in page


def test_a_record_that_would_hide_its_letter_asks_first(office: Office) -> None:
    office.customer()
    filed = office.mail(subject="Offer")
    message = office.seal("message", filed.message_id)
    browser = office.rep.browser()
    sent = {"title": "Quiet", "visibility": "owner", "message_id": message}

    asked = browser.post("/deals", **sent)
    assert asked.status_code == 409
    assert "Bert" in asked.text
    assert office.rep.api.get("deals")["data"] == []
    assert browser.post("/deals", **sent, confirm="true").status_code == 303
    assert [one["title"] for one in office.rep.api.get("deals")["data"]] == ["Quiet"]


def test_nobody_makes_a_record_from_a_letter_he_does_not_see(office: Office) -> None:
    filed = office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="canary")
    message = office.seal("message", filed.message_id)
    browser = office.colleague.browser()
    assert browser.get(f"/contacts/new?from={message}").status_code == 404
    assert browser.post("/contacts", name="Maria", message_id=message).status_code == 404
    assert office.colleague.api.get("contacts")["data"] == []


def test_merging_shows_what_will_happen_and_is_undone(office: Office) -> None:
    kept, browser = office.customer(), office.rep.browser()
    other = office.rep.api.post("contacts", {"name": "M. Lopez", "addresses": ["mia@home.example"]})
    quiet = office.rep.api.post("contacts", {"name": "Lopez", "visibility": "owner"})
    path = f"/contacts/{kept['id']}"

    assert set(rows(browser, f"{path}/merge")) == {other["id"], quiet["id"]}
    assert rows(browser, f"{path}/merge?q=mia@home") == [other["id"]]
    assert "seen by different people" in browser.get(f"{path}/merge?contact_id={quiet['id']}").text
    refused = browser.post(f"{path}/merge", contact_id=quiet["id"])
    assert (refused.status_code, "seen by different people" in refused.text) == (422, True)
    preview = browser.get(f"{path}/merge?contact_id={other['id']}").text
    assert "mia@home.example" in preview
    assert values(preview, "contact_id") == [other["id"]]

    assert browser.post(f"{path}/merge", contact_id=other["id"]).headers["Location"] == path
    page = browser.get(path).text
    assert "Also known as" in page
    assert "M. Lopez" in page
    assert browser.get(f"/contacts/{other['id']}").headers["Location"] == path
    assert rows(browser, "/contacts?q=m. lopez") == [kept["id"]]
    assert "Undo merge" not in office.reader.browser().get(path).text

    browser.post(f"{path}/unmerge", contact_id=other["id"])
    assert office.rep.api.get(f"contacts/{other['id']}") == other


def test_deleted_records_are_listed_and_brought_back(office: Office) -> None:
    contact, browser = office.customer(), office.rep.browser()
    browser.post(f"/contacts/{contact['id']}/delete")
    assert rows(browser, "/contacts") == []
    assert rows(browser, "/contacts?status=deleted") == [contact["id"]]
    browser.post(f"/contacts/{contact['id']}/restore")
    assert rows(browser, "/contacts") == [contact["id"]]
