"""What the door turned away: a forged name is told to its user, strangers at an address to its owner (R9c, R13)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from db.models import BccAddress, Knock, OutboxMessage
from db.session import Database
from ingest.noticing_door import MANY_STRANGERS, MOST_NOTED, DoorNotices, TurnedAway
from mail.parse import parse
from outbox.letterhead import Letterhead
from tests.kit.company import NOW, House, house_in

HOUSE: Final = Letterhead(base_url="https://bcc.example", mail_domain="bcc.example", hostname="mx.bcc.example")
ANNA: Final = "anna@northwind.example"


@dataclass
class Desk:
    database: Database
    house: House
    notices: DoorNotices
    address_id: int
    template: TurnedAway = field(init=False)

    def __post_init__(self) -> None:
        self.template = TurnedAway(
            company_id=self.house.company_id, sender=ANNA, proved=False, personal=(), peer="192.0.2.9", at=NOW
        )

    def note(self, **how: Any) -> None:
        self.notices.note(replace(self.template, **how))

    def told(self) -> list[tuple[str, str]]:
        self.notices.write()
        query = select(OutboxMessage).where(OutboxMessage.company_id == self.house.company_id)
        with self.database.read() as session:
            rows = list(session.scalars(query.order_by(OutboxMessage.id)))
        return [(row.key.partition(":")[0], row.forward_path) for row in rows]


@pytest.fixture
def desk(database: Database) -> Desk:
    house = house_in(database)
    of_anna = BccAddress.company_id == house.company_id, BccAddress.user_id == house.anna.user_id
    with database.read() as session:
        address_id = session.scalars(select(BccAddress.id).where(*of_anna)).one()
    return Desk(database, house, DoorNotices(database, HOUSE), address_id)


def test_who_is_named_by_forged_mail_hears_of_it_once(desk: Desk) -> None:
    for number in range(30):
        desk.note(peer=f"192.0.2.{number}")
    desk.note(sender="stranger@elsewhere.example")
    desk.note(sender="")
    assert desk.told() == [("forged", ANNA)]
    desk.note()
    assert desk.told() == [("forged", ANNA)]
    with desk.database.read() as session:
        query = select(OutboxMessage.content).where(OutboxMessage.company_id == desk.house.company_id)
        assert "192.0.2.0" in parse(session.scalars(query).one()).text


def test_a_proved_user_who_is_refused_was_not_forged(desk: Desk) -> None:
    desk.note(proved=True)
    desk.note(sender="rosa@northwind.example")  # read-only: no approved sender
    assert desk.told() == []


def test_many_strangers_at_a_personal_address_raise_the_alarm_once(desk: Desk) -> None:
    for number in range(MANY_STRANGERS - 1):
        for _ in range(2):
            desk.note(sender=f"s{number}@elsewhere.example", personal=(desk.address_id,), proved=number % 2 == 0)
    assert desk.told() == []
    desk.note(sender="s0@elsewhere.example", personal=(desk.address_id,))
    assert desk.told() == []
    for number in range(MANY_STRANGERS, MANY_STRANGERS + 5):
        desk.note(sender=f"s{number}@elsewhere.example", personal=(desk.address_id,))
    assert desk.told() == [("address_leaked", ANNA)]
    with desk.database.read() as session:
        kept = session.scalar(select(func.count()).where(Knock.company_id == desk.house.company_id))
    assert kept == MANY_STRANGERS


def test_a_flood_is_remembered_up_to_a_bound_and_a_fault_costs_no_more_than_notices(desk: Desk) -> None:
    for number in range(MOST_NOTED + 1):
        desk.note(sender=f"s{number}@elsewhere.example")
    desk.note()  # came too late
    assert desk.told() == []
    desk.note(company_id=desk.house.company_id + 1, personal=(desk.address_id,), sender="x@elsewhere.example")
    desk.note()
    assert desk.told() == [("forged", ANNA)]


def test_what_was_noted_is_written_at_the_end(desk: Desk) -> None:
    desk.notices.start()
    desk.note()
    desk.notices.close()
    assert desk.told() == [("forged", ANNA)]
