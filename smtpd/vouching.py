"""Vouching: which networks brought proved mail, shared by all receivers and kept over a restart (SECURITY S7)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import delete, select

from db.failures import place_of
from db.inserting import insert_or_newer
from db.models import VouchedNetwork
from db.session import Database
from smtpd.networks import REMEMBERED, VOUCHED_FOR, Networks

EVERY_SECONDS: Final = 60.0
log = structlog.get_logger(__name__)


class Vouching:
    """Reads and writes in a thread; `networks` are touched by the event loop alone."""

    def __init__(self, database: Database, networks: Networks) -> None:
        self._database = database
        self._networks = networks

    async def run(self) -> None:
        """Share now and then, until cancelled."""
        while True:
            await self.share()
            await asyncio.sleep(EVERY_SECONDS)

    async def share(self) -> None:
        """Write what this process found out, read what others did; a database that is away is asked later."""
        news = self._networks.take_news()
        try:
            self._networks.learn(await asyncio.to_thread(self._exchange, news))
        except Exception as error:
            log.warning("networks not shared", error=type(error).__name__, place=place_of(error))
            for network, at in news.items():
                self._networks.vouch(network, at)

    def _exchange(self, news: Mapping[str, datetime]) -> dict[str, datetime]:
        if news:
            with self._database.write() as session:
                rows = [{"network": network, "proved_at": at} for network, at in news.items()]
                session.execute(insert_or_newer(session, VouchedNetwork, ("network",), "proved_at"), rows)
                old = self._database.now(session) - VOUCHED_FOR
                session.execute(delete(VouchedNetwork).where(VouchedNetwork.proved_at < old))
        with self._database.read() as session:
            query = select(VouchedNetwork.network, VouchedNetwork.proved_at)
            newest = session.execute(query.order_by(VouchedNetwork.proved_at.desc()).limit(REMEMBERED)).all()
            return {row.network: row.proved_at for row in reversed(newest)}
