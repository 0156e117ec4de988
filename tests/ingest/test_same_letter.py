"""One letter, many witnesses: which two mails are one (RULES R29)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from db.ids import new_id
from db.models import Message, MessageCopy
from db.session import Database
from ingest.plan import Plan
from tests.kit.mails import DATE, a_message
from tests.kit.thinking import NOW, Office

LONG = "Here is the offer that we talked about yesterday, with all its parts and prices.\n"
SHORT = "Yes.\n"
ONE_ID = {"message_id": "<one@seller.example>"}
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], bool]] = {
    "the_same_mail_with_another_trace": (ONE_ID, ONE_ID | {"extra": {"Received": "from a by b"}}, True),
    "one_id_and_layout_differs": (ONE_ID | {"text": LONG}, ONE_ID | {"text": LONG.replace(" ", "\n")}, True),
    "one_id_and_a_footer": (ONE_ID | {"text": LONG}, ONE_ID | {"text": LONG + "Sent through the list.\n"}, True),
    "one_id_and_another_text": (ONE_ID | {"text": LONG}, ONE_ID | {"text": "Something else entirely.\n"}, False),
    "one_id_and_another_date": (ONE_ID | {"text": LONG}, ONE_ID | {"text": LONG + "PS.\n", "date": NOW}, False),
    "no_id_and_a_long_text": ({"message_id": "", "text": LONG}, {"message_id": "", "text": LONG}, True),
    "no_id_and_a_short_text": ({"message_id": "", "text": SHORT}, {"message_id": "", "text": SHORT}, False),
    "no_id_and_no_date": (
        {"message_id": "", "text": LONG, "date": None},
        {"message_id": "", "text": LONG, "date": None},
        False,
    ),
    "another_id_and_a_long_text": ({"message_id": "<a@x>", "text": LONG}, {"message_id": "<b@x>", "text": LONG}, True),
    "another_id_and_a_short_text": (
        {"message_id": "<a@x>", "text": SHORT},
        {"message_id": "<b@x>", "text": SHORT},
        False,
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("turned", [False, True], ids=["first", "turned"])
def test_two_mails(database: Database, name: str, turned: bool) -> None:
    first, second, same = PAIRS[name]
    office = Office(database)
    office.user("rita@seller.example")
    mails = [second, first] if turned else [first, second]
    one, other = (office.deliver(a_message(**({"date": DATE} | mail))).message_ids[0] for mail in mails)
    assert (one == other) is same


def test_a_reused_id_is_flagged_for_who_sees_both(database: Database) -> None:
    office = Office(database)
    office.user("rita@seller.example")
    office.deliver(a_message(**ONE_ID, text=LONG))
    told = office.deliver(a_message(**ONE_ID, text="Something else entirely.\n"))
    assert office.copies(told.message_ids[0])[0].marks == ["other_text"]


def test_a_reused_id_is_no_trace_of_private_mail(database: Database) -> None:
    office = Office(database)
    rita, otto = office.user("rita@seller.example"), office.user("otto@seller.example")
    office.prefers(rita, sharing_default={"smtp": "private", "imap": "private"})
    office.deliver(a_message(**ONE_ID, text=LONG))
    told = office.deliver(a_message(**ONE_ID, from_="otto@seller.example", text="Something else entirely.\n"))
    assert office.copies(told.message_ids[0])[0].owner_id == otto.user_id
    assert office.copies(told.message_ids[0])[0].marks == []


def test_the_same_plan_written_twice_makes_one_copy(database: Database) -> None:
    office = Office(database)
    office.user("rita@seller.example")
    told = office.deliver(a_message())
    again = office.write(told.plan)
    assert again.message_ids == told.message_ids
    assert len(office.copies(told.message_ids[0])) == 1


def test_two_workers_filing_one_letter_at_once_make_one_letter_and_two_copies(database: Database) -> None:
    """Neither sees what the other writes when it decides; the turn and the constraints make them agree."""
    office = Office(database)
    users = [office.user(f"{name}@seller.example") for name in ("rita", "otto")]
    raw = a_message(**ONE_ID, text=LONG, from_="Rita <rita@seller.example>")
    plans = [office.think(office.store(raw, origin="imap", owner=user)) for user in users]
    both = Barrier(len(plans))

    def write(plan: Plan) -> tuple[int, ...]:
        both.wait(timeout=30)
        return office.write(plan).message_ids

    with ThreadPoolExecutor(len(plans)) as workers:
        first, second = workers.map(write, plans)
    assert first == second
    assert {one.owner_id for one in office.copies(first[0])} == {user.user_id for user in users}


def test_the_database_itself_keeps_one_letter_of_one_content_and_one_copy_of_one_mail(database: Database) -> None:
    office = Office(database)
    office.user("rita@seller.example")
    (letter,) = office.deliver(a_message()).message_ids
    (copy,) = office.copies(letter)
    for table, number in ((Message, letter), (MessageCopy, copy.id)):
        row = select(table).where(table.company_id == office.company_id, table.id == number)
        with database.read() as session:
            values = dict(session.execute(row.with_only_columns(*table.__table__.columns)).mappings().one())
        with pytest.raises(IntegrityError), database.write() as session:
            session.execute(insert(table).values(values | {"id": new_id(session)}))
