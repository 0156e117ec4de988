"""The page of held mail: who reads what, what each may do, and the way back (RULES R9b, R10a, R34)."""

from __future__ import annotations

from sqlalchemy import update

from db.models import InboundMessage
from tests.kit.mails import a_message
from tests.webui.conftest import CUSTOMER, REP, Office

SECRET = "canary plans"


def test_its_owner_reads_and_decides_an_admin_sees_the_envelope(office: Office) -> None:
    held = office.held(to=office.rep.made.personal_bcc_address, subject=SECRET)
    own, admins = office.rep.browser().get("/held").text, office.ada.browser().get("/held").text
    assert f'data-id="{held}"' in own
    assert f'data-id="{held}"' in admins
    for word in (
        SECRET,
        "Approve and release",
        "a mail with a link goes there",
        "sender proved",
        "sven@contoso.example",
    ):
        assert word in own
    assert SECRET not in admins
    assert f"/held/{held}/release" not in admins
    assert "sven@contoso.example" in admins
    assert "It belongs to a colleague" in admins
    assert held not in office.colleague.browser().get("/held").text


def test_an_admin_gives_nobodys_mail_to_somebody(office: Office) -> None:
    held = office.held(subject=SECRET)
    browser = office.ada.browser()
    page = browser.get("/held").text
    assert "Give it to me" in page
    assert SECRET in page
    whose = office.seal("user", office.colleague.viewer.user_id)
    assert browser.post(f"/held/{held}/release", user_id=whose).status_code == 303
    office.work()
    assert office.colleague.api.get(f"inbound/{held}")["status"] == "filed"


def test_what_is_discarded_stands_below_and_can_be_taken_back(office: Office) -> None:
    held = office.held(to=office.rep.made.personal_bcc_address, subject=SECRET)
    browser = office.rep.browser()
    browser.post(f"/held/{held}/discard")
    page = browser.get("/held").text
    assert "Nothing is held" in page
    assert "Discarded lately" not in page.split("Discarded by hand.")[1]
    assert f"/held/{held}/restore" in page
    assert SECRET not in office.ada.browser().get("/held").text
    browser.post(f"/held/{held}/restore")
    assert f"/held/{held}/release" in browser.get("/held").text


def test_what_the_company_never_stores_is_told_to_its_owner_with_the_rule(office: Office) -> None:
    office.ada.api.patch("company", {"never_store": ["subject:payslip"]})
    office.world.mail(a_message(from_=REP, to=CUSTOMER, subject="Your payslip"))
    with office.site.database.write() as session:
        # The story of these tests is long ago, and what was discarded long ago cannot be taken back.
        of_company = InboundMessage.company_id == office.rep.viewer.company_id
        session.execute(update(InboundMessage).where(of_company).values(discarded_at=office.site.database.now(session)))
    page = office.rep.browser().get("/held").text
    assert "company&#39;s rule “subject:payslip” says so" in page
    assert "Your payslip" in page
    (row,) = office.rep.api.get("inbound", status="discarded")["data"]
    assert (row["reason"], row["message_ids"]) == ("R34.never_store", [])
