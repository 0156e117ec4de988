"""What comes back to our mail: the return address nobody can make up, and what is written down with the mail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from db.ids import IdSealer
from db.models import DeliveryAttempt, InboundMessage, Message, OutboxMessage, Record
from db.session import Database
from linking.rule import Rule
from linking.sentences import sentence
from mailauth.results import Proof, Verdict
from outbox.queue import Kind, Outgoing, enqueue
from outbox.return_path import Returned, find_returned, read_return_path, reverse_path
from smtpd.directory import Directory
from smtpd.reply import Reply
from smtpd.returned import LARGEST, take_returned
from tests.kit.factories import A_MOMENT
from tests.kit.thinking import Office

SEALER = IdSealer(b"k" * 32)
DSN = (
    b"From: MAILER-DAEMON@elsewhere.example\r\nSubject: Undelivered\r\n"
    b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    b"--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    b"Reporting-MTA: dns; mx.elsewhere.example\r\n\r\nFinal-Recipient: rfc822; bob@elsewhere.example\r\n"
    b"Action: %s\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No\x1b such user\r\n--b--\r\n"
)
AWAY = b"From: bob@elsewhere.example\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
ODD = b"From: MAILER-DAEMON@elsewhere.example\r\nSubject: failure notice\r\n\r\nThis is the qmail-send program\r\n"


def sent(office: Office, *, reports: bool = True, status: str = "sent") -> int:
    """Answer a mail of the office that has gone out."""
    mail = Outgoing(
        company_id=office.company_id,
        key=f"{reports}{status}",
        kind=Kind.COMPOSED,
        forward_path="bob@elsewhere.example",
        content=b"x",
        reports=reports,
    )
    with office.database.write() as session:
        made = enqueue(session, mail, A_MOMENT)
        assert made is not None
        this = OutboxMessage.company_id == office.company_id, OutboxMessage.id == made
        session.execute(update(OutboxMessage).where(*this).values(status=status))
    return made


def row(office: Office, outbox_id: int) -> OutboxMessage:
    """Answer the mail as it stands."""
    this = OutboxMessage.company_id == office.company_id, OutboxMessage.id == outbox_id
    with office.database.read() as session:
        return session.scalars(select(OutboxMessage).where(*this)).one()


def heard(office: Office, outbox_id: int) -> list[tuple[str, str, int | None, str]]:
    """Answer what was written down of it."""
    this = DeliveryAttempt.company_id == office.company_id, DeliveryAttempt.outbox_id == outbox_id
    with office.database.read() as session:
        found = session.scalars(select(DeliveryAttempt).where(*this).order_by(DeliveryAttempt.id))
        return [(one.source, one.host, one.code, one.reply) for one in found]


def count(office: Office, model: Any) -> int:
    """Answer how many rows of the office there are."""
    with office.database.read() as session:
        return session.scalars(select(func.count()).where(model.company_id == office.company_id)).one()


@pytest.fixture
def office(database: Database) -> Office:
    made = Office(database)
    made.tools = replace(made.tools, read_return=lambda path: read_return_path(SEALER, path))
    return made


def come_back(office: Office, outbox_id: int, raw: bytes) -> Any:
    """Let a mail come to the return address of another."""
    path = reverse_path(SEALER, office.company_id, outbox_id, "bcc.seller.example", reports=True)
    proof = Proof.unchecked(Verdict.NOT_EVALUATED, "", "")
    return office.deliver(raw, to=[path], proof=proof)


def test_a_return_address_names_its_mail_and_nobody_makes_one_up() -> None:
    path = reverse_path(SEALER, 5, 7, "bcc.example", reports=True)
    assert len(path.partition("@")[0]) <= 64
    assert read_return_path(SEALER, path) == read_return_path(SEALER, path.upper()) == Returned(5, 7)
    assert reverse_path(SEALER, 5, 7, "bcc.example", reports=False) == ""
    company, mail = path.partition("@")[0].split("-")[1:]
    forged = [f"r-{mail}-{company}", f"r-{company}-{company}", f"r-{company}-{'a' * 26}", f"r-{company}", "r-x", "r-"]
    assert [read_return_path(SEALER, f"{one}@bcc.example") for one in forged] == [None] * 6
    assert read_return_path(IdSealer(b"x" * 32), path) is None


def test_the_door_knows_return_addresses_of_mail_that_has_one(office: Office) -> None:
    directory = Directory(office.database, lambda session, path: find_returned(session, SEALER, path))
    known, without = sent(office), sent(office, reports=False)
    paths = [
        reverse_path(SEALER, company, mail, "bcc.seller.example", reports=True)
        for company, mail in ((office.company_id, known), (office.company_id, without), (1, known))
    ]
    found = [directory.recipient(path) for path in paths]
    assert [one and one.company_id for one in found] == [office.company_id, None, None]
    assert Directory(office.database).recipient(paths[0]) is None


def test_only_reports_and_answers_are_taken_and_small_ones() -> None:
    person = b"From: bob@elsewhere.example\r\nSubject: Hi\r\n\r\nHello\r\n"
    assert isinstance(take_returned(DSN % b"failed", ""), Proof)
    assert isinstance(take_returned(AWAY, "bob@elsewhere.example"), Proof)
    assert isinstance(take_returned(person, ""), Proof)
    assert isinstance(take_returned(person, "bob@elsewhere.example"), Reply)
    assert isinstance(take_returned(b"List-Id: x\r\n" + person, "bob@elsewhere.example"), Reply)
    assert isinstance(take_returned(DSN % b"failed" + b"x" * LARGEST, ""), Reply)


def test_a_failure_ends_the_mail_with_its_reason_and_makes_nothing_else(office: Office) -> None:
    mail = sent(office)
    told = come_back(office, mail, DSN % b"failed")
    assert (told.plan.reason, told.message_ids) == (Rule.RETURNED, ())
    assert row(office, mail).status == "failed"
    assert row(office, mail).last_reply == "550 5.1.1 No such user"
    assert heard(office, mail) == [("report", "mx.elsewhere.example", 550, "550 5.1.1 No such user")]
    assert (count(office, Message), count(office, Record), count(office, OutboxMessage)) == (0, 0, 1)
    assert "could not be delivered" in sentence(told.plan.reason, told.plan.reason_args, lambda _: None)
    with office.database.read() as session:
        inbound = session.scalars(select(InboundMessage).where(InboundMessage.company_id == office.company_id)).one()
    assert (inbound.status, inbound.owner_id) == ("filed", None)


@pytest.mark.parametrize(
    ("raw", "before", "after", "source"),
    [
        (DSN % b"delayed", "sent", "sent", "report"),
        (DSN % b"delivered", "unknown", "sent", "report"),
        (DSN % b"failed", "unknown", "failed", "report"),
        (ODD, "sent", "sent", "report"),
        (ODD, "unknown", "unknown", "report"),
        (AWAY, "unknown", "sent", "answer"),
    ],
)
def test_what_is_said_changes_the_mail_as_far_as_it_is_known(
    office: Office, raw: bytes, before: str, after: str, source: str
) -> None:
    mail = sent(office, status=before)
    come_back(office, mail, raw)
    assert row(office, mail).status == after
    assert [one[0] for one in heard(office, mail)] == [source]


def test_a_report_that_is_worked_on_again_is_noted_once(office: Office) -> None:
    mail = sent(office)
    told = come_back(office, mail, DSN % b"failed")
    office.write(office.think(told.plan.inbound))
    assert len(heard(office, mail)) == 1


def test_a_report_on_a_mail_that_is_not_ours_is_kept_and_changes_nothing(office: Office) -> None:
    silent = sent(office, reports=False)
    told = come_back(office, silent, DSN % b"failed")
    assert told.plan.reason is Rule.RETURNED
    assert (row(office, silent).status, heard(office, silent)) == ("sent", [])
