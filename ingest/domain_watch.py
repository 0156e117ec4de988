"""Proved domains are looked at again every week, and a proof that has been away for long ends (RULES R10)."""

from __future__ import annotations

import threading
from typing import Final

import structlog

from accounts.sender_domains import due_checks, look_up, note_check
from db.failures import place_of
from db.session import Database
from net.resolver import Resolver

EVERY_SECONDS: Final = 3600.0
log = structlog.get_logger(__name__)


def watch_domains(database: Database, resolver: Resolver, stop: threading.Event) -> None:
    """Look at what is due until told to stop; several workers may do it at once."""
    while not stop.is_set():
        try:
            check_due(database, resolver)
        except Exception as error:  # the database may be away: the next round does the work
            log.error("domains not checked", error=type(error).__name__, place=place_of(error))
        stop.wait(EVERY_SECONDS)


def check_due(database: Database, resolver: Resolver) -> int:
    """Look at each proved domain whose last look is a week old; answer how many. DNS is asked between transactions."""
    with database.read() as session:
        due = due_checks(session, database.now(session))
    for one in due:
        problem = look_up(resolver, one.record_name, one.record_value)
        with database.write() as session:
            note_check(session, one.company_id, one.domain_id, problem, database.now(session))
    return len(due)
