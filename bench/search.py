"""How long a search takes: `python -m bench.search [--database-url URL] [--mails N] [--times N]`.

A company with two reps, each with half of the mail, private; one of them searches. Rows are written in bulk.
Without an address: SQLite, and PostgreSQL in a cluster of its own where its programs are. Milliseconds of the
clock for a page of fifty, the median and the 99th percentile, by kind of question.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from config.settings import Settings, load
from db.ids import new_id
from db.models import InboundMessage, Message, MessageAddress, MessageCopy, SearchDocument, Thread
from db.schema import upgrade
from db.search import sight_of
from db.search_document import Texts, document_of
from db.session import Database, open_database
from linking.cursor import Cursor
from linking.letter_filter import LetterFilter
from linking.letters import list_letters
from linking.search_query import parse
from tests.kit.company import NOW, House, make_house
from tests.kit.postgres import Cluster, find_binaries

PAGE: Final = 50
AT_ONCE: Final = 5000
VOCABULARY: Final = 30_000
SOME: Final[Mapping[str, int]] = {"half": 2, "alpha": 10, "beta": 11, "net thirty days": 100, "uncommon": 20_000}
"""Words that stand in every so many-th mail, beside sixty of a vocabulary in which few are frequent."""
ASKED: Final[Mapping[str, str]] = {
    "rare word": "uncommon ",
    "frequent word": "half ",
    "two words": "alpha beta ",
    "begun word": "alph",
    "phrase": '"net thirty days"',
    "in a field": "from:customer7 ",
    "operators": "half is:unread after:30d ",
    "without": "half -alpha ",
    "nothing": "absent ",
}


def main() -> int:
    """Fill, ask, print, on each database."""
    options = _options()
    for name, settings in each_database(options.database_url):
        database = open_database(settings)
        upgrade(database)
        began = time.monotonic()
        with database.write() as session:
            house = make_house(session)
        _fill(database, house, options.mails)
        print(f"\n{name}: {options.mails} mails, filled in {time.monotonic() - began:.0f} s", flush=True)
        _measure(database, house.anna.viewer, options.times, options.mails)
        database.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=30)
    return parser.parse_args()


def each_database(url: str) -> Iterator[tuple[str, Settings]]:
    """Give the databases to measure on: the one named, else SQLite and PostgreSQL, new and gone afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        if url:
            yield "the database named", load({"SMARTBCC_DATA_DIR": directory, "SMARTBCC_DATABASE_URL": url})
            return
        yield "SQLite", load({"SMARTBCC_DATA_DIR": f"{directory}/sqlite"})
        binaries = find_binaries()
        if binaries is not None:
            with _cluster(binaries) as own:
                yield "PostgreSQL", load({"SMARTBCC_DATA_DIR": directory, "SMARTBCC_DATABASE_URL": own})


@contextmanager
def _cluster(binaries: Path) -> Iterator[str]:
    cluster = Cluster(binaries)
    cluster.start()
    try:
        yield cluster.url("postgres")
    finally:
        cluster.stop()
        cluster.remove()


def _fill(database: Database, house: House, mails: int) -> None:
    chance = random.Random(5)
    for start in range(0, mails, AT_ONCE):
        with database.write() as session:
            _write(session, house, range(start, min(mails, start + AT_ONCE)), chance)
    with database.write() as session:
        session.execute(text("ANALYZE"))


def _write(session: Session, house: House, numbers: range, chance: random.Random) -> None:
    rows: dict[type[Any], list[dict[str, Any]]] = {
        table: [] for table in (Thread, Message, MessageAddress, InboundMessage, MessageCopy, SearchDocument)
    }
    for number in numbers:
        for table, row in _mail(session, house, number, chance):
            rows[table].append(row)
    for table, made in rows.items():
        session.connection().execute(insert(table), made)


def _mail(
    session: Session, house: House, number: int, chance: random.Random
) -> Iterator[tuple[type[Any], dict[str, Any]]]:
    company, id_ = house.company_id, new_id(session)
    owner = (house.anna if number % 2 else house.bert).user_id
    words = [f"w{int(VOCABULARY * chance.random() ** 3)}" for _ in range(60)]
    words += [word for word, every in SOME.items() if (number // 2) % every == 0]
    address, body, at = f"customer{number % 997}@fabrikam.example", " ".join(words), NOW + timedelta(seconds=number)
    said = {"subject": "Offer", "base_subject": "offer", "from_name": "", "from_address": address, "from_key": address}
    key = {"company_id": company, "id": id_}
    yield Thread, key | {"created_at": at}
    yield (
        Message,
        key
        | said
        | {"thread_id": id_, "fingerprint": str(id_), "fingerprint_version": 1, "content_digest": str(id_), "date": at}
        | {"text": body, "new_text": body, "snippet": "", "has_html": False, "created_at": at},
    )
    person = {"field": "from", "position": 0, "name": "", "address": address, "address_key": address}
    yield MessageAddress, {"company_id": company, "message_id": id_} | person
    yield (
        InboundMessage,
        key
        | {"delivery_key": str(id_), "origin": "smtp", "envelope": {}, "sha256": "", "size": 1, "received_at": at}
        | {"status": "filed", "attempts": 1, "next_attempt_at": at},
    )
    yield (
        MessageCopy,
        key
        | {"message_id": id_, "owner_id": owner, "inbound_id": id_, "inner_path": 0, "sha256": ""}
        | {"content_digest": str(id_), "origin": "smtp", "sharing": "private", "direction": "incoming", "kind": "copy"}
        | {"received_at": at, "sort_at": at, "read": number % 3 == 0, "archived": False},
    )
    found_by = {"sight": sight_of(company, owner, "private")}
    yield SearchDocument, key | found_by | {"words": document_of(Texts(from_=(address,), subject="Offer", text=body))}


def _measure(database: Database, viewer: Viewer, times: int, mails: int) -> None:
    print(f"{'question':<16}{'found':>6}{'ms':>9}{'p99':>9}")
    for name, words in ASKED.items():
        _say(name, *_ask(database, viewer, words, None, times))
    deep = Cursor(1 << 62, NOW + timedelta(seconds=mails // 10))
    _say("deep in a list", *_ask(database, viewer, "half ", deep, times))


def _ask(database: Database, viewer: Viewer, words: str, cursor: Cursor | None, times: int) -> tuple[int, list[float]]:
    took: list[float] = []
    found = 0
    wanted = LetterFilter(search=parse(words, NOW))
    for _ in range(times):
        with database.read() as session:
            began = time.perf_counter()
            page = list_letters(session, viewer, wanted, PAGE, cursor, now=NOW, read_raw=lambda _: b"")
            took.append(1000 * (time.perf_counter() - began))
        found = len(page.rows)
    return found, sorted(took)


def _say(name: str, found: int, took: list[float]) -> None:
    print(f"{name:<16}{found:>6}{took[len(took) // 2]:9.1f}{took[int(0.99 * (len(took) - 1))]:9.1f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
