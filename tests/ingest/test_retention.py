"""What time does to mail: holds end, and bytes that nothing can bring back go, unless another mail rests on them."""

from __future__ import annotations

import os
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from config.settings import Settings
from db.models import InboundMessage
from db.raw import RawMissing, RawStore
from db.session import Database
from ingest.retention import UNDOABLE, tidy
from tests.kit.company import House, house_in
from tests.kit.factories import make
from tests.kit.waiting import wait_until

SMALL = b"From: a@b.example\r\n\r\nsmall\r\n"
LARGE = b"From: a@b.example\r\n\r\n" + random.Random(1).randbytes(200_000)


@pytest.fixture
def house(database: Database) -> House:
    return house_in(database)


@pytest.fixture
def raw(database: Database, settings: Settings) -> RawStore:
    return RawStore(database, settings.data_dir)


def _keep(database: Database, raw: RawStore, house: House, content: bytes, **given: object) -> str:
    """Keep a mail whose status and times are given; answer its hash."""
    prepared = raw.prepare(house.company_id, content)
    with database.write() as session:
        raw.put_in(session, [prepared], database.now(session))
        make(session, InboundMessage, company_id=house.company_id, sha256=prepared.sha256, size=len(content), **given)
    return prepared.sha256


def _now(database: Database) -> datetime:
    with database.read() as session:
        return database.now(session)


def test_a_hold_ends_and_says_so(database: Database, raw: RawStore, house: House) -> None:
    over = _now(database) - timedelta(minutes=1)
    _keep(database, raw, house, SMALL, status="held", reason="R9.not_approved", held_until=over)

    tidy(database, raw)

    with database.read() as session:
        row = session.scalars(select(InboundMessage).where(InboundMessage.company_id == house.company_id)).one()
    assert (row.status, row.reason) == ("discarded", "R9b.expired")


def test_bytes_go_once_nothing_can_bring_them_back(
    database: Database, raw: RawStore, house: House, settings: Settings
) -> None:
    long_ago = _now(database) - UNDOABLE - timedelta(minutes=1)
    gone = {"status": "discarded", "reason": "R10a.discarded", "discarded_at": long_ago}
    hashes = [_keep(database, raw, house, content, **gone) for content in (SMALL, LARGE)]
    [file] = (path for path in (settings.data_dir / "blobs").rglob("*") if path.is_file())
    os.utime(file, (long_ago.timestamp(), long_ago.timestamp()))

    tidy(database, raw)

    for sha256 in hashes:
        with pytest.raises(RawMissing):
            raw.load(house.company_id, sha256)
    assert not file.exists()


def test_bytes_stay_while_the_discard_can_be_undone(database: Database, raw: RawStore, house: House) -> None:
    lately = _now(database) - UNDOABLE + timedelta(minutes=1)
    sha256 = _keep(database, raw, house, SMALL, status="discarded", reason="R10a.discarded", discarded_at=lately)

    tidy(database, raw)

    assert raw.load(house.company_id, sha256) == SMALL


def test_bytes_stay_while_another_mail_rests_on_them(database: Database, raw: RawStore, house: House) -> None:
    long_ago = _now(database) - UNDOABLE - timedelta(minutes=1)
    sha256 = _keep(database, raw, house, SMALL, status="discarded", reason="R10a.discarded", discarded_at=long_ago)
    _keep(database, raw, house, SMALL, status="filed")

    tidy(database, raw)

    assert raw.load(house.company_id, sha256) == SMALL


def test_a_file_written_again_meanwhile_stays(
    database: Database, raw: RawStore, house: House, settings: Settings
) -> None:
    prepared = raw.prepare(house.company_id, LARGE)

    raw.sweep(house.company_id, prepared.sha256, _now(database) - UNDOABLE)

    with database.write() as session:
        raw.put_in(session, [prepared], database.now(session))
    assert raw.load(house.company_id, prepared.sha256) == LARGE


def test_bytes_that_come_in_again_at_the_same_moment_stay(database: Database, raw: RawStore, house: House) -> None:
    long_ago = _now(database) - UNDOABLE - timedelta(minutes=1)
    sha256 = _keep(database, raw, house, SMALL, status="discarded", reason="R10a.discarded", discarded_at=long_ago)
    prepared = raw.prepare(house.company_id, SMALL)

    with ThreadPoolExecutor(1) as other:
        with database.write() as session:
            raw.put_in(session, [prepared], database.now(session))
            make(session, InboundMessage, company_id=house.company_id, sha256=sha256, size=len(SMALL))
            tidied = other.submit(tidy, database, raw)
            if not database.is_sqlite:
                wait_until(lambda: tidied.done() or _somebody_waits(database))
        tidied.result()

    assert raw.load(house.company_id, sha256) == SMALL


def _somebody_waits(database: Database) -> bool:
    with database.read() as session:
        return bool(session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))


def test_what_a_killed_process_left_half_written_goes(database: Database, raw: RawStore, settings: Settings) -> None:
    unfinished = settings.data_dir / "blobs" / ".new"
    unfinished.mkdir(parents=True)
    two_days_ago = (_now(database) - timedelta(days=2)).timestamp()
    for name, at in (("old", two_days_ago), ("fresh", None)):
        (unfinished / name).write_bytes(b"half")
        if at is not None:
            os.utime(unfinished / name, (at, at))

    tidy(database, raw)

    assert [path.name for path in unfinished.iterdir()] == ["fresh"]
