"""The page of privacy: how long mail is kept, and legal holds, for admins alone."""

from __future__ import annotations

import re

from accounts.holds import Holds, standing_holds
from ingest.erasing import Eraser
from tests.webui.conftest import Office

PAGE = "/admin/privacy"


def holds(office: Office) -> Holds:
    with office.site.database.read() as session:
        return standing_holds(session, office.ada.viewer.company_id)


def test_a_hold_is_placed_listed_and_ended(office: Office) -> None:
    browser = office.ada.browser()
    assert "Nothing is on hold" in browser.get(PAGE).text
    placed = browser.post(f"{PAGE}/holds", PAGE, kind="person", address="Maria@Fabrikam.example", reason="Case 7")
    assert placed.status_code == 303
    assert holds(office).people == {"maria@fabrikam.example"}
    page = browser.get(PAGE).text
    (end,) = re.findall(r'action="([^"]+/end)"', page)
    assert "Case 7" in page
    assert browser.post(end, PAGE).status_code == 303
    assert holds(office) == Holds()


def test_what_is_wrong_is_said_beside_the_field(office: Office) -> None:
    browser = office.ada.browser()
    for fields, words in (
        ({"kind": "person", "address": "nobody", "reason": "Case"}, "not an e-mail address"),
        ({"kind": "company", "reason": ""}, "a reason has"),
        ({"kind": "user", "user": "made-up", "reason": "Case"}, "there is no such user"),
        ({"kind": "all", "reason": "Case"}, "choose what is on hold"),
    ):
        answer = browser.post(f"{PAGE}/holds", PAGE, **fields)
        assert (answer.status_code, words in answer.text) == (422, True), fields
    assert browser.post(f"{PAGE}/retention", PAGE, retention_days="soon").status_code == 422
    assert browser.post(f"{PAGE}/retention", PAGE, retention_days="0").status_code == 422


def test_a_shorter_time_says_from_when(office: Office) -> None:
    browser = office.ada.browser()
    assert browser.post(f"{PAGE}/retention", PAGE, retention_days="365").status_code == 303
    page = browser.get(PAGE).text
    assert ('value="365"' in page, "kept for good as before" in page) == (True, True)
    browser.post(f"{PAGE}/retention", PAGE, retention_days="")
    assert "as before" not in browser.get(PAGE).text


def test_a_redacted_letter_is_read_on_and_its_original_is_gone_with_a_reason(office: Office) -> None:
    filed = office.mail(to=["nina@new.example", "maria@fabrikam.example"], text="Dear Nina, dear nina@new.example")
    message = office.seal("message", filed.message_id)
    Eraser(office.site.database, office.world.raw, office.ada.viewer.company_id).erase("nina@new.example")
    browser = office.rep.browser()
    shown = browser.get(f"/m/{message}")
    assert (shown.status_code, "nina@new.example" in shown.text, "Dear Nina" in shown.text) == (200, False, True)
    gone = [browser.get(f"/m/{message}/{one}") for one in ("raw", "original")]
    gone.append(office.rep.api.call("GET", f"messages/{message}/raw"))
    assert [(one.status_code, "a person was erased" in one.text) for one in gone] == [(410, True)] * 3
    assert "can no longer be decided anew" in browser.get(f"/m/{message}/why").text
