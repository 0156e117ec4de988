"""Imports of records run beside the mail, one at a time: in a thread of the worker's process."""

from __future__ import annotations

import threading
from typing import Final

import structlog

from db.failures import place_of
from db.session import Database
from linking.importing_queue import claim_import, forget_old, run_lease
from linking.importing_run import LeaseLost, Run

POLL_SECONDS: Final = 1.0
HOUSE_ROUNDS: Final = 600
"""Rounds without work after which old imports are looked for."""
log = structlog.get_logger(__name__)


def run_imports(database: Database, mail_domain: str, stop: threading.Event) -> None:
    """Run what is due until told to stop; several workers may do it at once."""
    idle = 0
    while not stop.is_set():
        try:
            if run_one(database, mail_domain, stop):
                continue
            idle += 1
            if idle % HOUSE_ROUNDS == 0:
                forget_old(database)
        except Exception as error:  # the lease runs out, and the import goes on where it was
            log.error("import interrupted", error=type(error).__name__, place=place_of(error))
        stop.wait(POLL_SECONDS)


def run_one(database: Database, mail_domain: str, stop: threading.Event) -> bool:
    """Run the import that is due as far as it goes; tell whether there was one."""
    lease = claim_import(database)
    if lease is None:
        return False

    def look_up(_done: int, _total: int) -> None:
        if stop.is_set():
            raise LeaseLost

    try:
        run_lease(database, Run(database, lease, mail_domain, look_up))
    except LeaseLost:
        log.info("import given up", import_id=lease.rows[0].id)
    return True
