"""The mail of a record: drawn over time, narrowed to a way, to files, to words; an organisation's with its people's."""

from __future__ import annotations

import re

from tests.kit.mails import File
from tests.webui.conftest import CUSTOMER, REP, Office
from tests.webui.test_records_pages import rows

BAR = re.compile(r"<title>([^<]*): (\d+) received, (\d+) sent</title>")


def test_mail_is_drawn_narrowed_and_told_to_everybody_by_what_he_sees(office: Office) -> None:
    work = office.rep.api.post("organizations", {"name": "Fabrikam", "domains": ["fabrikam.example"]})
    contact = office.rep.api.post(
        "contacts", {"name": "Maria Lopez", "addresses": [CUSTOMER], "organization_id": work["id"]}
    )
    sent = office.seal("message", office.mail(subject="An offer", text="40 chairs").message_id)
    file = File("plan.pdf", b"%PDF-1.4", "application/pdf")
    office.mail(
        owner=office.rep, from_=CUSTOMER, to=REP, subject="Secret", attachments=[file], message_id="<s@x.example>"
    )
    secret = next(one["id"] for one in office.rep.api.get("messages")["data"] if one["subject"] == "Secret")
    for page in (f"/contacts/{contact['id']}", f"/organizations/{work['id']}"):
        mine, theirs = office.rep.browser(), office.colleague.browser()
        assert set(rows(mine, page)) == {sent, secret}
        assert rows(mine, f"{page}?way=in") == [secret]
        assert rows(mine, f"{page}?way=out") == [sent]
        assert rows(mine, f"{page}?files=1") == [secret]
        assert rows(mine, f"{page}?q=chairs") == [sent]
        assert "Nothing of the mail here is like that." in mine.get(f"{page}?q=nothing+like+it").text
        assert _counted(mine.get(page).text) == (1, 1)
        assert rows(theirs, page) == [sent]
        assert rows(theirs, f"{page}?files=1") == []
        shown = theirs.get(page).text
        assert _counted(shown) == (0, 1)
        assert "Nothing received" in shown
        assert "Anna" in re.findall("Written by us:(.*)", shown)[0]


def test_a_record_without_mail_has_no_picture_and_says_what_to_do(office: Office) -> None:
    deal = office.rep.api.post("deals", {"title": "Chairs"})
    page = office.rep.browser().get(f"/deals/{deal['id']}").text
    assert "No mail here yet" in page
    assert '<svg class="pic"' not in page


def _counted(page: str) -> tuple[int, int]:
    bars = BAR.findall(page)
    assert len(bars) >= 10
    return sum(int(came) for _, came, _ in bars), sum(int(went) for _, _, went in bars)
