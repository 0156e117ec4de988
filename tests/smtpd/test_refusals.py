"""Refused mail is counted by company, day and kind, and written down in one go."""

from __future__ import annotations

from datetime import date, timedelta

from accounts.day_counts import KEPT, counts_since, forget_counts
from db.session import Database
from mailauth.results import Verdict
from smtpd import replies
from smtpd.limits import Limits
from smtpd.refusals import KINDS, Refusals
from tests.kit.company import house_in
from tests.kit.door import examined_as, open_door
from tests.kit.mails import a_message
from tests.kit.smtp_client import SmtpClient

DAY = date(2026, 3, 4)


def test_every_answer_after_the_dot_is_told_with_its_company() -> None:
    with open_door(Limits(linger_seconds=0.3)) as door, SmtpClient(door.port) as client:
        client.hello()
        assert client.send_mail(a_message(), "all@bcc.example").startswith("250")
        door.examine = examined_as(Verdict.UNPROVED)
        assert client.send_mail(a_message(), "all@bcc.example").startswith("550")
        assert [company_id for company_id, _ in door.answered] == [1, 1]
        kept, refused = (reply for _, reply in door.answered)
    assert kept not in KINDS
    assert KINDS[refused] == "unproved"


def test_what_takes_mail_counts_nothing_and_every_kind_refuses_or_defers() -> None:
    assert all(reply.code >= 400 for reply in KINDS)
    later = {kind for reply, kind in KINDS.items() if reply.code < 500}
    assert later == {"put_off", "trouble"}
    assert not later & {kind for reply, kind in KINDS.items() if reply.code >= 500}


def test_counts_are_written_together_and_added_to(database: Database) -> None:
    house, other = house_in(database), house_in(database, "Tailspin", "tailspin.example")
    refusals = Refusals(database)
    for _ in range(3):
        refusals.note(house.company_id, DAY, replies.FAILED_CHECKS)
    refusals.note(house.company_id, DAY, replies.NOT_APPROVED)
    refusals.note(house.company_id, DAY, replies.STORED)
    refusals.note(house.company_id, DAY, replies.NOT_KEPT)
    refusals.note(other.company_id, DAY, replies.SPF_FAILED)
    refusals.write()
    refusals.note(house.company_id, DAY, replies.SPF_FAILED)
    refusals.close()

    with database.read() as session:
        found = counts_since(session, house.company_id, DAY)
        assert found == {DAY: {"refused.unproved": 4, "refused.not_approved": 1, "dropped.gateway": 1}}
        assert counts_since(session, house.company_id, DAY + timedelta(days=1)) == {}


def test_old_counts_go(database: Database) -> None:
    house = house_in(database)
    refusals = Refusals(database)
    for day in (DAY, DAY - KEPT, DAY - KEPT - timedelta(days=1)):
        refusals.note(house.company_id, day, replies.LOOP)
    refusals.close()
    with database.write() as session:
        forget_counts(session, house.company_id, DAY)
        assert sorted(counts_since(session, house.company_id, date(2020, 1, 1))) == [DAY - KEPT, DAY]


def test_what_could_not_be_written_is_counted_on(database: Database) -> None:
    house = house_in(database)
    refusals = Refusals(database)
    refusals.note(house.company_id, DAY, replies.LOOP)
    with database.write():
        refusals.write()  # this thread has a transaction open already: nothing can be written
    refusals.note(house.company_id, DAY, replies.LOOP)
    refusals.close()
    with database.read() as session:
        assert counts_since(session, house.company_id, DAY) == {DAY: {"refused.malformed": 2}}
