"""A delivery report that a mailbox got joins the conversation of the mail that it returns (RULES R14, R28)."""

from __future__ import annotations

import pytest

from db.session import Database
from linking.letters import letters_by_id
from linking.sentences import sentence
from tests.kit.mails import a_message
from tests.kit.thinking import Office

SENT = a_message(message_id="<lamps@seller.example>")
REPORT = (
    b"From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>\r\nTo: rita@seller.example\r\n"
    b"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <report@mx.customer.example>\r\n"
    b"Date: Tue, 03 Mar 2026 09:05:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
    b"Final-Recipient: rfc822; carl@customer.example\r\nAction: %s\r\nStatus: 5.1.1\r\n"
    b"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <lamps@seller.example>\r\n\r\n--b--\r\n"
)


@pytest.mark.parametrize("turned", [False, True], ids=["after it", "before it"])
def test_a_report_stands_with_the_mail_that_it_returns(database: Database, turned: bool) -> None:
    office = Office(database)
    rita = office.user("rita@seller.example")
    deal = office.deal(rita, "Lamps", office.contact(rita, "carl@customer.example"))
    report = REPORT % b"failed"
    told = {
        raw: office.deliver(raw, **({"origin": "upload", "owner": rita} if raw is report else {}))
        for raw in ([report, SENT] if turned else [SENT, report])
    }
    ids = [told[raw].message_ids[0] for raw in (SENT, report)]
    with database.read() as session:
        seen = letters_by_id(session, rita.viewer, ids, lambda _: b"")
    assert seen[ids[0]].thread_id == seen[ids[1]].thread_id
    plan = told[report].plan
    said = [sentence(step.rule, step.args, str) for step in (*plan.steps, *plan.letters[0].steps)]
    assert any("could not be delivered" in one for one in said)
    assert any(one.startswith("It reports on a letter") for one in said) is not turned
    assert (deal in office.links(ids[1])) is not turned
