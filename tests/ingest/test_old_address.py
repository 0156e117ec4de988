"""Mail by a replaced address is marked; what is on its way is told to whom it will belong (RULES R12, R8a)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.addresses import AddressKind, address_of
from accounts.rotation import rotate
from config.settings import Settings
from db.models import InboundMessage, MessageCopy
from db.session import Database
from ingest.arrivals import newest_arrival
from ingest.envelopes import envelope_to_json
from ingest.explain import without_envelope
from ingest.letter import Mark
from ingest.old_mail import newest_by_old
from tests.kit.company import MAIL_DOMAIN
from tests.kit.factories import make
from tests.kit.mails import a_message
from tests.kit.worlds import Filed, World

ANNA = "anna@northwind.example"
BERT = "bert@northwind.example"
CUSTOMER = "maria@fabrikam.example"
STRANGER = "sven@contoso.example"


@pytest.fixture
def world(database: Database, settings: Settings) -> Iterator[World]:
    """A company with Anna, Bert, and Ada, the admin."""
    with World(database, settings, private=True) as world:
        yield world


def _mail(world: World, to: str, from_: str = ANNA, subject: str = "Offer") -> Filed:
    filed = world.mail(a_message(from_=from_, to=CUSTOMER, subject=subject), to=to)
    assert filed
    return filed


def _marks(world: World, filed: Filed) -> list[str]:
    with world.database.read() as session:
        query = select(MessageCopy.marks).where(
            MessageCopy.company_id == world.house.company_id, MessageCopy.inbound_id == filed.inbound_id
        )
        return list(session.scalars(query).one() or ())


def _replace_anna_s(world: World) -> tuple[str, str]:
    world.at += timedelta(minutes=1)
    with world.database.write() as session:
        old = address_of(session, world.house.company_id, user_id=world.anna.user_id) or ""
        return old, rotate(session, world.anna, AddressKind.PERSONAL, old, MAIL_DOMAIN, world.at)


def test_mail_by_the_old_address_is_marked(world: World) -> None:
    before = _mail(world, world.house.anna.personal_bcc_address, subject="Before")
    old, new = _replace_anna_s(world)
    by_old, by_new = _mail(world, old, subject="By the old"), _mail(world, new, subject="By the new")

    assert [Mark.OLD_ADDRESS in _marks(world, one) for one in (before, by_old, by_new)] == [False, True, False]
    with world.database.read() as session:
        found = newest_by_old(session, world.anna, old, world.at - timedelta(days=1))
        assert found
        assert found.message_id == by_old.message_id
        assert newest_by_old(session, world.anna, new, world.at - timedelta(days=1)) is None
        assert newest_by_old(session, world.bert, old, world.at - timedelta(days=1)) is None


def test_one_sees_one_s_own_newest_mail_however_it_ended(world: World) -> None:
    began = world.at
    filed = _mail(world, world.house.anna.personal_bcc_address)
    world.mail(a_message(from_=STRANGER, to=CUSTOMER), to=world.house.bert.personal_bcc_address)
    with world.database.read() as session:
        mine = newest_arrival(session, world.anna, began)
        assert mine
        assert (mine.id, mine.status, mine.message_ids) == (filed.inbound_id, "filed", (filed.message_id,))
        held = newest_arrival(session, world.bert, began)
        assert held
        assert (held.status, held.reason) == ("held", "R8a.outsider")
        # An admin is shown his own, too.
        assert newest_arrival(session, world.ada, began) is None
        assert newest_arrival(session, world.anna, world.at + timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    ("from_address", "to", "sees"),
    [
        (ANNA, "universal", "anna"),
        (ANNA, "anna", "anna"),
        (ANNA, "bert", "anna"),
        (STRANGER, "bert", "bert"),
        (STRANGER, "universal", None),
    ],
)
def test_what_is_on_its_way_is_told_to_whom_it_will_belong(
    world: World, from_address: str, to: str, sees: str | None
) -> None:
    house = world.house
    path = house.bcc_address if to == "universal" else getattr(house, to).personal_bcc_address
    with world.database.write() as session:
        row = make(
            session,
            InboundMessage,
            company_id=house.company_id,
            origin="smtp",
            status="received",
            received_at=world.at,
            envelope=envelope_to_json(replace(without_envelope(world.at), forward_paths=(path,))),
            proof={"from_address": from_address},
        )
    with world.database.read() as session:
        for who in ("anna", "bert", "ada"):
            found = newest_arrival(session, getattr(world, who), world.at)
            assert (found.id if found else None) == (row.id if who == sees else None), who
