"""Letters that are more than text: an invitation, a signed or encrypted mail, a winmail.dat."""

from __future__ import annotations

import re

from tests.kit.calendars import PEOPLE, WHEN, ics
from tests.kit.mails import File
from tests.kit.tnef import TnefEntry, tnef
from tests.webui.conftest import Office

INVITE = File("invite.ics", ics((*WHEN, *PEOPLE, "LOCATION:Room <4>")), "text/calendar; method=REQUEST")


def test_an_invitation_is_a_card_and_a_field(office: Office) -> None:
    id_ = office.seal("message", office.mail(attachments=[INVITE]).message_id)

    page = office.rep.browser().get(f"/m/{id_}").text
    event = office.rep.api.get(f"messages/{id_}")["calendar"]

    shown = re.sub(r"<[^>]+>|\s+", " ", page[page.index('class="event"') :])
    for words in (
        "Invitation: Demo",
        "Wednesday, 4 March 2026, 0",
        "Room &lt;4&gt;",
        "rita@seller.example",
        "accepted",
    ):
        assert words in " ".join(shown.split())
    assert (event["method"], event["start"]) == ("request", "2026-03-04T10:00:00+01:00")
    assert [one["status"] for one in event["attendees"]] == ["accepted", "needs-action"]
    assert office.rep.api.get("messages")["data"][0]["calendar"] is None


def test_an_answer_to_an_invitation_makes_no_contact(office: Office) -> None:
    office.ada.api.patch("company", {"unknown_address": "contact"})
    answer = File("invite.ics", ics((*WHEN, *PEOPLE), method="REPLY"), "text/calendar; method=REPLY")
    id_ = office.seal("message", office.mail(attachments=[answer]).message_id)
    assert office.rep.api.get(f"messages/{id_}")["automatic"] == "reply"
    assert office.rep.api.get("contacts")["data"] == []
    office.mail(subject="Written by hand")
    assert len(office.rep.api.get("contacts")["data"]) == 1


def test_protected_mail_says_what_it_is_and_winmail_dat_is_opened(office: Office) -> None:
    octets = tnef([TnefEntry("OFFER~1.PDF", b"%PDF-1.7", long_name="Offer.pdf", content_type="application/pdf")])
    sent = {
        "encrypted": File("smime.p7m", b"x", "application/pkcs7-mime"),
        "signed": File("smime.p7m", b"x", "application/pkcs7-mime; smime-type=signed-data"),
        None: File("winmail.dat", octets, "application/ms-tnef"),
    }
    ids = {
        kind: office.seal("message", office.mail(text="", attachments=[one]).message_id) for kind, one in sent.items()
    }
    letters = {kind: office.rep.api.get(f"messages/{id_}") for kind, id_ in ids.items()}
    browser = office.rep.browser()
    pages = {kind: browser.get(f"/m/{id_}").text for kind, id_ in ids.items()}
    says = ("This mail is encrypted.", "Signed by its sender", "This mail has no text")
    deep = office.mail(attachments=[File("a.txt", b"x")] * 1001)
    assert "too many parts" in browser.get(f"/m/{office.seal('message', deep.message_id)}").text
    assert {kind: letter["protection"] for kind, letter in letters.items()} == {kind: kind for kind in sent}
    assert [[words in page for words in says] for page in pages.values()] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    inside = letters[None]["attachments"][1]
    assert (inside["filename"], inside["content_type"], inside["size"]) == ("Offer.pdf", "application/pdf", 8)
    assert browser.get(f"/m/{ids[None]}/attachments/{inside['id']}").data == b"%PDF-1.7"
