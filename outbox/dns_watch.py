"""The names that our mail rests on are looked up every day; who opens the page sees the last look at once."""

from __future__ import annotations

import threading
from typing import Final

import structlog

from config.settings import Settings
from db.failures import place_of
from db.session import Database
from net.resolver import Resolver
from outbox.dns_asking import ask_all
from outbox.dns_checks import due, keep_answers, wanted_by_all

EVERY_SECONDS: Final = 3600.0
log = structlog.get_logger(__name__)


def watch_dns(database: Database, resolver: Resolver, settings: Settings, stop: threading.Event) -> None:
    """Look at what is due until told to stop; several workers may do it at once."""
    while not stop.is_set():
        try:
            check_due(database, resolver, settings)
        except Exception as error:  # the database may be away: the next round does the work
            log.error("dns not checked", error=type(error).__name__, place=place_of(error))
        stop.wait(EVERY_SECONDS)


def check_due(database: Database, resolver: Resolver, settings: Settings) -> int:
    """Ask DNS about what was not asked for a day; answer how much. Nothing waits inside a transaction."""
    with database.read() as session:
        wanted = due(session, wanted_by_all(session, settings), database.now(session))
    if not wanted:
        return 0
    answers = ask_all(wanted, resolver, settings.own_name)
    with database.write() as session:
        keep_answers(session, answers, database.now(session))
    return len(wanted)
