"""A mail is put into the outbox once, in the transaction that decides to send it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from db.models import Company, OutboxMessage
from db.session import Database
from outbox.queue import Kind, Outgoing, enqueue
from tests.kit.factories import A_MOMENT, make

CONTENT = b"From: no-reply@bcc.example\r\n\r\nHello\r\n"


def test_two_requests_with_one_key_are_one_mail(database: Database) -> None:
    with database.write() as session:
        company = make(session, Company)
        mail = Outgoing(
            company_id=company.id, key="a", kind=Kind.NOTICE, forward_path="Anna@Northwind.example", content=CONTENT
        )
        first = enqueue(session, mail, A_MOMENT)
        assert first is not None
        assert enqueue(session, replace(mail, content=b"other"), A_MOMENT) is None
        assert enqueue(session, replace(mail, key="b"), A_MOMENT) is not None
        assert enqueue(session, replace(mail, company_id=make(session, Company).id), A_MOMENT) is not None
    with database.read() as session:
        row = session.scalars(
            select(OutboxMessage).where(OutboxMessage.company_id == company.id, OutboxMessage.id == first)
        ).one()
        assert (row.content, row.domain, row.status, row.attempts) == (CONTENT, "northwind.example", "queued", 0)


def test_a_decision_that_is_rolled_back_sends_nothing(database: Database) -> None:
    with database.write() as session:
        company = make(session, Company)
    mail = Outgoing(company_id=company.id, key="a", kind=Kind.NOTICE, forward_path="a@b.example", content=CONTENT)
    try:
        with database.write() as session:
            enqueue(session, mail, A_MOMENT)
            raise LookupError
    except LookupError:
        pass
    with database.write() as session:
        assert enqueue(session, mail, A_MOMENT) is not None
