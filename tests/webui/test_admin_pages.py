"""Teams, policies, rules, domains, address, health and the log, by hand; and that none of it shows a mail (W7)."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from accounts.day_counts import add_counts
from accounts.policies import CompanyPolicies
from tests.webui.conftest import CUSTOMER, REP, Office
from webui.admin_audit import safe_cell
from webui.health_advice import in_words
from webui.policy_words import POLICIES, offered, settled

PAGES = ("", "/users", "/teams", "/policies", "/never-store", "/domains", "/address", "/audit", "/audit.csv")


def test_admins_alone_see_these_pages_and_no_page_shows_what_a_mail_says(office: Office) -> None:
    office.mail(owner=office.rep, from_=CUSTOMER, to=REP, subject="canary subject", text="canary text")
    office.held(subject="canary held")
    for page in PAGES:
        shown = office.ada.browser().get(f"/admin{page}")
        assert shown.status_code == 200, page
        assert "canary" not in shown.text, page
        for other in (office.rep, office.reader):
            assert other.browser().get(f"/admin{page}").status_code == 403, page


def test_teams_are_made_changed_deleted_and_brought_back(office: Office) -> None:
    browser = office.ada.browser()
    member = office.seal("user", office.rep.viewer.user_id)
    assert browser.post("/admin/teams", "/admin/teams", name="Sales", user_ids=member).status_code == 303
    (team,) = office.ada.api.get("teams")["data"]
    assert (team["name"], team["user_ids"]) == ("Sales", [member])
    taken = browser.post("/admin/teams", "/admin/teams", name="sales")
    assert taken.status_code == 422
    assert "A team of this name exists." in taken.text
    path = f"/admin/teams/{team['id']}"
    assert "checked" in browser.get(path).text
    assert browser.post(path, path, name="Sales north").status_code == 303
    assert office.ada.api.get(f"teams/{team['id']}")["user_ids"] == []
    assert browser.post(f"{path}/delete", path).status_code == 303
    assert office.ada.api.get("teams")["data"] == []
    assert browser.post(f"{path}/restore", "/admin/teams").status_code == 303
    assert [one["name"] for one in office.ada.api.get("teams")["data"]] == ["Sales north"]


def test_policies_are_changed_and_wrong_ones_told(office: Office) -> None:
    browser = office.ada.browser()
    form = {"name": "Northwind", "several_open": "3", "hold_days": "7", "internal_mail": "keep"}
    assert browser.post("/admin/policies", "/admin/policies", **form).status_code == 303
    company = office.ada.api.get("company")
    assert (company["several_open"], company["hold_days"], company["internal_mail"]) == (3, 7, "keep")
    wrong = browser.post("/admin/policies", "/admin/policies", hold_days="91")
    assert wrong.status_code == 422
    assert 'value="91"' in wrong.text
    assert 'class="wrong"' in wrong.text


def test_only_what_works_is_offered_and_every_policy_has_words() -> None:
    asked = {one.field: [answer.value for answer in one.answers] for one in offered(CompanyPolicies())}
    assert "weak" in asked["unprovable_senders"]
    assert asked["unknown_address"] == ["queue", "contact", "lead", "ignore"]
    told = {one.field for one in (*POLICIES,)} | {"never_store", "hold_days", "retention_days"}
    assert told == set(CompanyPolicies.model_fields)
    assert {one.field for one in settled()} | set(asked) == {one.field for one in POLICIES}
    four = CompanyPolicies(several_open=4)
    assert "4" in next([a.value for a in one.answers] for one in offered(four) if one.field == "several_open")
    for one in POLICIES:
        assert one.answers[0].value == str(CompanyPolicies.model_fields[one.field].default)


def test_rules_of_what_is_never_stored_come_and_go(office: Office) -> None:
    browser, path = office.ada.browser(), "/admin/never-store"
    assert browser.post(path, path, kind="from", value="shop.example").status_code == 303
    assert browser.post(path, path, kind="payroll", value="").status_code == 303
    assert office.ada.api.get("company")["never_store"] == ["from:shop.example", "payroll"]
    wrong = browser.post(path, path, kind="from", value="no place")
    assert wrong.status_code == 422
    assert "needs an address or a domain" in wrong.text
    assert browser.post(f"{path}/remove", path, rule="payroll").status_code == 303
    assert office.ada.api.get("company")["never_store"] == ["from:shop.example"]


def test_domains_come_and_go(office: Office) -> None:
    browser, path = office.ada.browser(), "/admin/domains"
    assert browser.post(path, path, domain="northwind-trading.example").status_code == 303
    assert office.ada.api.get("company")["domains"] == ["northwind-trading.example", "northwind.example"]
    for wrong in ("gmail.com", "no domain", ""):
        assert browser.post(path, path, domain=wrong).status_code == 422, wrong
    assert browser.post(f"{path}/remove", path, domain="northwind.example").status_code == 303
    assert office.ada.api.get("company")["domains"] == ["northwind-trading.example"]
    assert "northwind.example" in browser.get(path).text, "users sign in with it"


def test_the_address_is_replaced_and_the_old_one_switched_off(office: Office) -> None:
    browser, path = office.ada.browser(), "/admin/address"
    old = office.ada.api.get("company")["bcc_address"]
    assert old in browser.get(path).text
    replaced = browser.post("/settings/addresses/universal/rotate", path, address=old, back=path)
    assert replaced.headers["Location"] == path
    new = office.ada.api.get("company")["bcc_address"]
    page = browser.get(path).text
    assert new != old
    assert old in page
    assert new in page
    off = page.partition("/off")[0].rpartition("/settings/addresses/")[2]
    assert browser.post(f"/settings/addresses/{off}/off", path, back=path).headers["Location"] == path
    assert old not in browser.get(path).text


def test_health_counts_what_came_in_and_what_was_refused(office: Office) -> None:
    office.held()
    with office.site.database.write() as session:
        today = office.site.database.now(session).date()
        company_id = office.ada.viewer.company_id
        add_counts(session, {(company_id, today, "refused.unproved"): 3, (company_id, today, "refused.put_off"): 1})
    page = office.ada.browser().get("/admin").text
    assert "3 refused" in page
    assert "Nothing proved the sender" in page
    assert "1 held mail belongs to nobody" in page
    assert "revision" in page
    fabrikam = office.stranger.browser().get("/admin").text
    assert "Nothing was refused." in fabrikam


@pytest.mark.parametrize(
    ("span", "words"), [(59, "less than a minute"), (60, "1 minute"), (7200, "2 hours"), (90_000, "1 day")]
)
def test_spans_are_said_in_their_largest_unit(span: int, words: str) -> None:
    assert in_words(timedelta(seconds=span)) == words


def test_the_log_says_who_did_what_and_is_narrowed_down(office: Office) -> None:
    office.customer()
    browser = office.ada.browser()
    browser.post("/admin/policies", "/admin/policies", hold_days="7")
    page = browser.get("/admin/audit").text
    assert "made the contact “Maria Lopez”" in page
    assert "changed the company: days on hold" in page
    assert page.count('data-id="') == page.count('id="event-') > 0
    rep = office.seal("user", office.rep.viewer.user_id)
    of_rep = browser.get(f"/admin/audit?actor={rep}&kind=records").text
    assert "Maria Lopez" in of_rep
    assert "days on hold" not in of_rep
    assert "Maria Lopez" not in browser.get("/admin/audit?kind=company").text
    assert browser.get("/admin/audit?actor=aaaa").status_code == 404


def test_the_log_as_a_file_holds_no_formula(office: Office) -> None:
    office.rep.api.post("contacts", {"name": "=HYPERLINK(1)", "addresses": []})
    answer = office.ada.browser().get("/admin/audit.csv?kind=records")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert rows[0] == ["when", "who", "did", "action"]
    assert [row[1:] for row in rows[1:]] == [["Anna", "made the contact “=HYPERLINK(1)”", "contact.add"]]
    for text in ("=1+1", "+1", "-1", "@x", "\t=1"):
        assert safe_cell(text)[0] not in "=+-@\t"


def test_what_somebody_does_to_private_mail_is_in_no_log_but_their_own(office: Office) -> None:
    filed = office.mail(from_=REP, to=CUSTOMER, subject="Mine")
    path = f"messages/{office.seal('message', filed.message_id)}"
    for sharing in ("private", "team", "private"):
        office.rep.api.patch(path, {"sharing": sharing})
    for page in ("/admin/audit", "/admin/audit?kind=mail", "/admin/audit.csv"):
        shown = office.ada.browser().get(page).text
        assert not any(words in shown for words in ("own.copy", "of theirs private", "with their team")), page
