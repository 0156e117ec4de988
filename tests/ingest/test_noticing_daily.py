"""What is told by the day: the end of what is held, once; a digest in the morning of its reader, once."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from sqlalchemy import select, update

from accounts.users import UserMade
from db.models import InboundMessage, OutboxMessage
from db.session import Database
from ingest.noticing_daily import remind_of_held, tell_daily, write_digests
from mail.parse import parse
from outbox.letterhead import Letterhead
from tests.kit.mailroom import a_copy, a_letter
from tests.kit.mails import a_message
from tests.kit.proofs import a_proof
from tests.kit.thinking import MAIL_DOMAIN, NOW, Office

HOUSE: Final = Letterhead(base_url="https://bcc.example", mail_domain=MAIL_DOMAIN, hostname="mx.bcc.example")
STRANGER: Final = "sam@elsewhere.example"
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class World:
    office: Office
    rita: UserMade
    ada: UserMade

    def hold(self, from_: str, days_left: float) -> int:
        """Hold a mail that is discarded so many days after NOW."""
        told = self.office.deliver(
            a_message(from_=from_, text=f"{days_left}"), proof=a_proof(from_.partition("<")[2][:-1])
        )
        assert told.plan.status == "held"
        until = NOW + timedelta(days=days_left)
        with self.office.database.write() as session:
            this = InboundMessage.company_id == self.office.company_id, InboundMessage.id == told.inbound_id
            session.execute(update(InboundMessage).where(*this).values(held_until=until))
        return told.inbound_id

    def remind(self, now: datetime) -> list[str]:
        with self.office.database.write() as session:
            remind_of_held(session, self.office.company_id, HOUSE, now)
        return self.sent()

    def digest(self, now: datetime) -> list[str]:
        with self.office.database.write() as session:
            write_digests(session, self.office.company_id, HOUSE, now)
        return self.sent()

    def rows(self) -> list[OutboxMessage]:
        query = select(OutboxMessage).where(OutboxMessage.company_id == self.office.company_id)
        with self.office.database.read() as session:
            return list(session.scalars(query.order_by(OutboxMessage.id)))

    def sent(self) -> list[str]:
        """Answer address and subject of each mail so far."""
        return [f"{row.forward_path.partition('@')[0]}: {parse(row.content).subject}" for row in self.rows()]


@pytest.fixture
def world(database: Database) -> World:
    office = Office(database)
    return World(office, office.user("rita@seller.example"), office.user("ada@seller.example", role="admin"))


def test_held_mail_is_told_of_seven_days_before_its_end_each_once(world: World) -> None:
    mine = "Rita <r.rep@seller.example>"
    for days in (3, 6.5, 8, 20):
        world.hold(mine, days)
    world.hold(f"Sam <{STRANGER}>", 5)
    first = ["ada: A held mail is discarded soon", "rita: 2 held mails are discarded soon"]
    assert sorted(world.remind(NOW)) == first
    assert sorted(world.remind(NOW + timedelta(hours=12))) == first
    assert sorted(world.remind(NOW + A_DAY)) == [*first, "rita: A held mail is discarded soon"]
    assert len(world.remind(NOW + 2 * A_DAY)) == 3
    assert "nobody" in parse(world.rows()[0].content).text + parse(world.rows()[1].content).text


def test_who_wants_no_notices_is_not_reminded(world: World) -> None:
    world.hold("Rita <r.rep@seller.example>", 3)
    world.office.prefers(world.rita, notices="none")
    assert world.remind(NOW) == []


def morning(zone_hours: int = 0, days: int = 1) -> datetime:
    """Answer seven o'clock of the day after NOW, some hours east of Greenwich."""
    return datetime(2026, 3, 4, 7, 0, tzinfo=UTC) + timedelta(days=days, hours=-zone_hours)


def test_the_digest_has_a_line_a_mail_and_comes_in_the_morning_of_its_reader(world: World) -> None:
    office = world.office
    office.prefers(world.rita, notices="all", time_zone="Asia/Tokyo")
    office.contact(world.rita, "carl@customer.example")
    office.deliver(a_message(text="linked", cc="dora@customer.example"))
    office.deliver(a_message(to=[office.bcc_address, "new@elsewhere.example"], text="asked"))
    office.decides(never_store=["to:bank.example"])
    office.deliver(a_message(to="x@bank.example"))
    world.hold("Rita <r.rep@seller.example>", 20)
    office.deliver(a_message(from_="ada@seller.example", to="somebody@elsewhere.example", text="not Rita's"))
    assert world.digest(morning(9) - timedelta(minutes=1)) == []
    assert world.digest(morning(9)) == ["rita: Your mail since 4 March 2026, 07:00 JST"]
    (row,) = world.rows()
    text = parse(row.content).text
    lines = [line for line in text.splitlines() if line[2:3] == ":"]
    assert lines == [
        "21:01  to carl@customer.example: linked",
        "21:02  to new@elsewhere.example: a question waits",
        "21:03  from rita@seller.example: not stored",
        "21:04  from r.rep@seller.example: held",
    ]
    assert row.key == f"digest:{world.rita.user_id}:2026-03-05"
    assert office.bcc_address.partition("@")[0] not in text


def test_a_day_without_mail_and_a_reader_without_the_wish_have_no_digest(world: World) -> None:
    world.office.contact(world.rita, "carl@customer.example")
    world.office.deliver(a_message())
    assert world.digest(morning()) == []
    world.office.prefers(world.rita, notices="all")
    assert world.digest(morning(days=3)) == []
    assert world.digest(morning()) == ["rita: Your mail since 4 March 2026, 07:00 UTC"]
    assert len(world.digest(morning() + timedelta(hours=10))) == 1


def test_a_flood_is_cut_and_counted(world: World) -> None:
    world.office.prefers(world.rita, notices="all")
    with world.office.database.write() as session:
        for _ in range(103):
            letter = a_letter(session, world.office.company_id, from_address="carl@customer.example")
            a_copy(session, letter, world.rita.user_id, direction="incoming")
    world.digest(morning())
    text = parse(world.rows()[0].content).text
    assert text.count("from carl@customer.example: filed") == 100
    assert "and 3 more" in text


def test_of_two_workers_one_writes(world: World) -> None:
    world.office.prefers(world.rita, notices="all")
    world.office.contact(world.rita, "carl@customer.example")
    world.office.deliver(a_message())
    world.hold("Rita <r.rep@seller.example>", 3)
    both = threading.Barrier(2, timeout=30)

    def work() -> None:
        both.wait()
        for act in (write_digests, remind_of_held):
            with world.office.database.write() as session:
                act(session, world.office.company_id, HOUSE, morning())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(world.sent()) == [
        "rita: A held mail is discarded soon",
        "rita: Your mail since 4 March 2026, 07:00 UTC",
    ]


def test_the_house_is_told_for_all_companies_at_once(database: Database) -> None:
    for name in ("Seller", "Other"):
        office = Office(database, name=name)
        world = World(office, office.user(f"rita@{name}.example"), office.user(f"ada@{name}.example", role="admin"))
        held = world.hold(f"Sam <{STRANGER}>", 5)
        with database.write() as session:
            this = InboundMessage.company_id == office.company_id, InboundMessage.id == held
            session.execute(update(InboundMessage).where(*this).values(held_until=database.now(session) + A_DAY))
    for _ in range(2):
        tell_daily(database, HOUSE)
    with database.read() as session:
        query = select(OutboxMessage.forward_path).execution_options(across_companies="a test")
        assert sorted(session.scalars(query)) == ["ada@Other.example", "ada@Seller.example"]
