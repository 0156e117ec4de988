"""What filing a mail costs in statements, and that leaving the settling to the writing changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from db.models import Decision
from db.session import Database
from ingest.applying import apply
from ingest.pipeline import prepare
from ingest.plan import Plan
from ingest.reading import DatabaseReader
from tests.kit.mails import a_message
from tests.kit.thinking import Office

MOST_TO_THINK = 8
MOST_TO_WRITE_A_FIRST = 17
MOST_TO_WRITE_AN_ANSWER = 23
FIRST, ANSWER = "<first@seller.example>", "<answer@seller.example>"


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements sent meanwhile, but for those that begin a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(" ".join(statement.split()))

    engines = {database.engine, database.reading_engine} if database.is_sqlite else {database.engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def office(database: Database) -> Office:
    """A rep, a customer and one open deal."""
    made = Office(database)
    rita = made.user("rita@seller.example")
    made.deal(rita, "Chairs", made.contact(rita, "carl@customer.example"))
    return made


def prepared(office: Office, raw: bytes) -> Plan:
    """Think as the worker does."""
    inbound = office.store(raw)
    with office.database.read() as session:
        return prepare(inbound, DatabaseReader(session, office.company_id), office.tools)


def test_an_ordinary_mail_costs_few_statements(office: Office) -> None:
    """The first of a conversation and its answer, each in a transaction of its own."""
    first = a_message(message_id=FIRST)
    answer = a_message(message_id=ANSWER, in_reply_to=FIRST, references=[FIRST], subject="Re: Offer", text="And you?")
    for raw, most in ((first, MOST_TO_WRITE_A_FIRST), (answer, MOST_TO_WRITE_AN_ANSWER)):
        inbound = office.store(raw)
        with office.database.read() as session, counted(office.database) as thinking:
            plan = prepare(inbound, DatabaseReader(session, office.company_id), office.tools)
        with counted(office.database) as writing, office.database.write() as session:
            apply(plan, session, office.at)
        assert len(thinking) <= MOST_TO_THINK, thinking
        assert len(writing) <= most, writing


def test_a_batch_looks_up_the_company_once(office: Office) -> None:
    """Company, users and addresses are asked for by the first mail of a transaction alone."""
    plans = [prepared(office, a_message(message_id=f"<{one}@seller.example>", text=f"{one}")) for one in range(3)]
    with counted(office.database) as sent, office.database.write() as session:
        for plan in plans:
            apply(plan, session, office.at)
    for table in ("company.policies", "user_account.preferences", "company_domain.domain"):
        assert sum(table in statement.partition(" FROM ")[0] for statement in sent) <= 1, table


def test_what_the_writing_settles_is_what_thinking_would_decide(office: Office) -> None:
    """The same letters, links and steps, in the same order."""
    office.deliver(a_message(message_id=FIRST))
    answer = a_message(message_id=ANSWER, in_reply_to=FIRST, references=[FIRST], subject="Re: Offer", text="And you?")
    inbound = office.store(answer)
    whole = office.think(inbound)
    with office.database.read() as session:
        plan = prepare(inbound, DatabaseReader(session, office.company_id), office.tools)
    assert not any(letter.outcome.links for letter in plan.letters)
    told = office.write(plan)
    kept = select(Decision.steps).where(Decision.company_id == office.company_id, Decision.inbound_id == inbound.id)
    with office.database.read() as session:
        assert session.scalars(kept).one() == [step.as_json() for step in whole.all_steps()]
    links = {made.target.id: str(made.rule) for letter in whole.letters for made in letter.outcome.links}
    assert office.links(told.message_ids[0]) == links
