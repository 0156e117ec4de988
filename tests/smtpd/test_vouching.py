"""A network that brought proved mail is known to every receiver, and after a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from db.models import VouchedNetwork
from db.session import Database
from smtpd.networks import Networks
from smtpd.vouching import Vouching

GOOD, STALE = "192.0.2.0/24", "198.51.100.0/24"


def test_what_one_receiver_found_out_the_others_learn(database: Database) -> None:
    with database.read() as session:
        now = database.now(session)
    first, second = Networks(), Networks()
    first.vouch(GOOD, now - timedelta(hours=2))
    first.vouch(STALE, now - timedelta(days=31))
    asyncio.run(Vouching(database, first).share())
    asyncio.run(Vouching(database, second).share())
    assert second.is_vouched(GOOD, now)
    assert not second.is_vouched(STALE, now)
    assert second.take_news() == {}

    second.vouch(GOOD, now)
    asyncio.run(Vouching(database, second).share())
    first.vouch(GOOD, now - timedelta(hours=1))  # what is older overwrites nothing
    asyncio.run(Vouching(database, first).share())
    with database.read() as session:
        rows = session.execute(select(VouchedNetwork.network, VouchedNetwork.proved_at)).all()
    assert rows == [(GOOD, now)]


def test_a_database_that_is_away_costs_nothing(database: Database) -> None:
    with database.read() as session:
        now = database.now(session)
    networks = Networks()
    networks.vouch(GOOD, now)
    database.close()
    away = Vouching(database, networks)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE vouched_network")
        connection.commit()
    asyncio.run(away.share())
    assert networks.take_news() == {GOOD: now}
