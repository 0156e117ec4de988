"""A large installation: `python -m bench.million [--database-url URL] [--data DIR] [--contacts N] [--messages N]`.

One company with its users, contacts, deals and mail, written in bulk into a database that is empty. What it is for:
`bench.users` asks it for pages. Every user's password is the same (`bench.million_people`).
"""

from __future__ import annotations

import argparse
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from bench.bulk import bulk
from bench.million_letters import Mail
from bench.million_people import DOMAIN, MADE, People, make_people, write_records
from bench.million_seasons import SEASONS, staged, write_seasons
from config.settings import Settings, load
from db.raw import RawStore
from db.schema import upgrade
from db.session import Database, open_database
from tests.kit.mails import a_message

RAW_MAILS: Final = 50
"""So many mails stand for the raw bytes of all."""
PARAGRAPH: Final = "<p>We have looked at your offer and would like to <b>talk about</b> the terms of delivery.</p>"


def main() -> int:
    """Fill the database named, and say how long it took."""
    options = _options()
    settings = load({"SMARTBCC_DATA_DIR": str(options.data), "SMARTBCC_DATABASE_URL": options.database_url})
    began = time.monotonic()
    fill(settings, users=options.users, contacts=options.contacts, letters=options.messages)
    print(f"{options.messages} letters of {options.users} users in {time.monotonic() - began:.0f} s", flush=True)
    return 0


def fill(settings: Settings, *, users: int, contacts: int, letters: int, seasons: int = SEASONS) -> People:
    """Migrate an empty database and fill it; `contacts` is a multiple of `users`, `letters` of `seasons`."""
    database = open_database(settings)
    upgrade(database)
    people = make_people(database, users, contacts)
    raw = _keep_raw(database, settings, people.company_id)
    with database.read() as session:
        until = database.now(session) - timedelta(hours=1)
    begins = MADE + timedelta(days=1)
    length = timedelta(seconds=(until - begins) // timedelta(seconds=seasons))
    newest = begins + (seasons - 1) * length
    with bulk(database) as sink:
        write_records(sink, people)
        with staged(sink):
            Mail(people, raw, letters // seasons, newest, length).write(sink, database.engine.dialect)
            write_seasons(sink, seasons, length, is_sqlite=database.is_sqlite)
    database.close()
    return people


def _keep_raw(database: Database, settings: Settings, company_id: int) -> tuple[str, ...]:
    store = RawStore(database, settings.data_dir)
    mails = [
        store.prepare(
            company_id,
            a_message(
                from_=f"User <user{number}@{DOMAIN}>",
                to=f"Customer <customer{number}@fabrikam.example>",
                subject=f"Offer {number}",
                text="We have looked at your offer.\n" * 20,
                html=f"<html><body><h1>Offer {number}</h1>{PARAGRAPH * (10 + number)}</body></html>",
            ),
        )
        for number in range(RAW_MAILS)
    ]
    with database.write() as session:
        store.put_in(session, mails, database.now(session))
    return tuple(one.sha256 for one in mails)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--data", type=Path, required=True, help="where keys, large mails and SQLite lie")
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=500_000)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
