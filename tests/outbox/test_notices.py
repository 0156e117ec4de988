"""One notice an address, kind and day; none where it is not wanted; a peer that causes too much is paused."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Forbidden, Missing
from db.models import OutboxMessage, Pause, User
from db.session import Database
from mail.parse import parse
from outbox.budget import ALLOWANCES, DAY, Account, Budget, Spent, spend
from outbox.budget_pauses import forget_pauses, list_pauses, resume
from outbox.letterhead import Letterhead
from outbox.notices import Notice, NoticeTo, Outcome, notify
from outbox.notices_once import tell_how_to_get_approved
from tests.kit.company import NOW, House, house_in

HOUSE: Final = Letterhead(base_url="https://bcc.example", mail_domain="bcc.example", hostname="mx.bcc.example")
CARL: Final = "carl@customer.example"
HOURS: Final = timedelta(hours=1)


@pytest.fixture
def house(database: Database) -> House:
    return house_in(database)


@pytest.fixture
def session(database: Database, house: House) -> Iterator[Session]:
    with database.write() as session:
        yield session


def tell(session: Session, house: House, now: datetime = NOW, kind: Notice = Notice.UNRESOLVED, **how: Any) -> Outcome:
    args = {"with": CARL, "received": now, "visible": True}
    to = NoticeTo(house.company_id, house.anna.user_id)
    return notify(session, to, kind, args, letterhead=HOUSE, now=now, **how)


def sent(session: Session, house: House) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.company_id == house.company_id).order_by(OutboxMessage.id)
    return list(session.scalars(query))


def prefers(session: Session, house: House, **values: Any) -> None:
    this = User.company_id == house.company_id, User.id == house.anna.user_id
    session.execute(update(User).where(*this).values(**values))


def test_one_a_kind_and_day_and_the_next_tells_of_the_rest(session: Session, house: House) -> None:
    told = [tell(session, house, NOW + hours * HOURS) for hours in (0, 1, 23, 24, 25, 48)]
    assert told == ["sent", "counted", "counted", "sent", "counted", "sent"]
    assert tell(session, house, kind=Notice.ADDRESS_LEAKED) == "sent"
    assert tell(session, house, NOW + 6 * DAY, kind=Notice.ADDRESS_LEAKED) == "counted"
    mails = sent(session, house)
    assert [("2 more" in text, "1 more" in text) for text in (parse(mail.content).text for mail in mails)] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
    ]
    assert {(mail.forward_path, mail.kind, mail.reports, mail.user_id) for mail in mails} == {
        ("anna@northwind.example", "notice", False, house.anna.user_id)
    }


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"preferences": {"notices": "none"}}, "unwanted"),
        ({"preferences": {"notices": "all"}}, "sent"),
        ({"preferences": {"notices": "problems"}}, "sent"),
        ({"state": "deactivated"}, "unwanted"),
    ],
)
def test_who_wants_none_or_has_left_gets_none(
    session: Session, house: House, values: dict[str, Any], outcome: str
) -> None:
    prefers(session, house, **values)
    assert tell(session, house) == outcome
    assert len(sent(session, house)) == (outcome == "sent")


def test_a_peer_that_causes_too_much_is_paused_and_everybody_concerned_hears_once(
    session: Session, house: House
) -> None:
    most = ALLOWANCES[Budget.NOTICES].address_an_hour
    told = [tell(session, house, about=CARL) for _ in range(most + 3)]
    assert told == ["sent", *["counted"] * (most - 1), *["paused"] * 3]
    paused = [mail.forward_path for mail in sent(session, house) if mail.key.startswith("paused:")]
    assert sorted(paused) == ["ada@northwind.example", "anna@northwind.example"]
    assert tell(session, house, about="dora@elsewhere.example") == "counted"
    assert tell(session, house, NOW + 25 * HOURS, about=CARL) == "sent"


def test_a_domain_with_a_new_address_each_time_is_paused_as_one(session: Session, house: House) -> None:
    account = Account(company_id=house.company_id, user_id=house.anna.user_id)
    most = ALLOWANCES[Budget.CREATIONS].domain_a_day

    def spent(peer: Callable[[int], str]) -> list[Spent]:
        return [spend(session, account, Budget.CREATIONS, peer(number), NOW) for number in range(most + 2)]

    assert spent(lambda number: f"r{number}@tracker.example")[-3:] == ["within", "tripped", "paused"]
    assert set(spent(lambda number: f"r{number}@gmail.com")) == {"within"}
    pause = session.scalars(select(Pause).where(Pause.company_id == house.company_id)).one()
    assert (pause.peer, pause.count, pause.until - pause.since) == ("tracker.example", 2, timedelta(hours=24))


def test_private_mail_has_a_budget_of_its_own_that_admins_hear_nothing_of(session: Session, house: House) -> None:
    for _ in range(ALLOWANCES[Budget.NOTICES].address_an_hour + 1):
        tell(session, house, about=CARL, own=True)
    assert {mail.forward_path for mail in sent(session, house)} == {"anna@northwind.example"}
    assert tell(session, house, about=CARL) == "counted"
    seen = {viewer.user_id: len(list_pauses(session, viewer, NOW)) for viewer in house.viewers()}
    assert seen == {house.anna.user_id: 1, house.bert.user_id: 0, house.ada.user_id: 0, house.rosa.user_id: 0}


def test_a_pause_is_ended_by_whom_it_concerns(session: Session, house: House) -> None:
    for _ in range(ALLOWANCES[Budget.NOTICES].address_an_hour + 1):
        tell(session, house, about=CARL)
    (pause,) = list_pauses(session, house.ada.viewer, NOW)
    assert (pause.kind, pause.peer, pause.mine, pause.count) == ("notices", CARL, False, 1)
    with pytest.raises(Missing):
        resume(session, house.bert.viewer, pause.id, NOW)
    with pytest.raises(Missing):
        resume(session, house.rosa.viewer, pause.id, NOW)
    resume(session, house.ada.viewer, pause.id, NOW)
    assert list_pauses(session, house.anna.viewer, NOW) == ()
    assert tell(session, house, about=CARL) == "counted"
    with pytest.raises(Missing):
        resume(session, house.ada.viewer, pause.id, NOW)
    forget_pauses(session, house.company_id, NOW + timedelta(days=40))
    assert session.scalar(select(func.count()).where(Pause.company_id == house.company_id)) == 0


def test_who_only_reads_ends_no_pause_of_his_own(session: Session, house: House) -> None:
    account = Account(company_id=house.company_id, user_id=house.rosa.user_id)
    for _ in range(ALLOWANCES[Budget.ANSWERS].address_an_hour + 1):
        spend(session, account, Budget.ANSWERS, CARL, NOW)
    (pause,) = list_pauses(session, house.rosa.viewer, NOW)
    with pytest.raises(Forbidden):
        resume(session, house.rosa.viewer, pause.id, NOW)


def test_a_colleague_without_a_place_on_the_list_is_written_to_once_for_good(session: Session, house: House) -> None:
    for days in (0, 1, 400):
        for address in ("kurt@northwind.example", "KURT@Northwind.example", '"k u"@northwind.example', ""):
            tell_how_to_get_approved(
                session, house.company_id, address, letterhead=HOUSE, now=NOW + timedelta(days=days)
            )
    assert [mail.forward_path for mail in sent(session, house)] == ["kurt@northwind.example"]


def test_of_two_workers_one_sends(database: Database, house: House) -> None:
    """Each in a transaction of its own, begun before the other has ended where the database allows it."""
    both, told = threading.Barrier(2, timeout=30), []

    def work() -> None:
        both.wait()
        with database.write() as session:
            told.append(tell(session, house))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["counted", "sent"]
    with database.read() as session:
        assert len(sent(session, house)) == 1
