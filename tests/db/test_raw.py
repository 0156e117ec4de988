"""Raw bytes come back exactly, small ones from their row, large ones from a file; damage is never handed out."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from config.settings import Settings
from db.blobs import Blobs
from db.models import Company, RawContent
from db.raw import IN_PIECES, SMALL, RawDamaged, RawMissing, RawStore
from db.session import Database
from tests.kit.factories import A_MOMENT, make

INCOMPRESSIBLE = random.Random(1).randbytes(SMALL * 2)


@pytest.fixture
def raw(database: Database, settings: Settings) -> RawStore:
    """The store of the fresh database."""
    return RawStore(database, settings.data_dir)


@pytest.fixture
def company_id(database: Database) -> int:
    """One company."""
    with database.write() as session:
        return make(session, Company).id


def keep(database: Database, raw: RawStore, company_id: int, *contents: bytes) -> list[str]:
    prepared = [raw.prepare(company_id, content) for content in contents]
    with database.write() as session:
        raw.put_in(session, prepared, A_MOMENT)
    return [one.sha256 for one in prepared]


def blob_files(settings: Settings) -> list[Path]:
    return [path for path in (settings.data_dir / "blobs").rglob("*") if path.is_file()]


@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(content=st.one_of(st.binary(), st.integers(0, 3).map(lambda n: INCOMPRESSIBLE * n)))
def test_bytes_come_back_exactly(database: Database, raw: RawStore, company_id: int, content: bytes) -> None:
    [sha256] = keep(database, raw, company_id, content)
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert raw.load(company_id, sha256) == content


@pytest.mark.parametrize("octets", [IN_PIECES, IN_PIECES + 1, 3 * IN_PIECES, 3 * IN_PIECES + 17])
def test_what_is_packed_in_pieces_comes_back_exactly(
    database: Database, raw: RawStore, company_id: int, octets: int
) -> None:
    for content in (random.Random(octets).randbytes(octets), b"a line of a large mail\r\n" * (octets // 24)):
        [sha256] = keep(database, raw, company_id, content)
        assert raw.load(company_id, sha256) == content


def test_a_small_content_lies_in_its_row(
    database: Database, raw: RawStore, company_id: int, settings: Settings
) -> None:
    keep(database, raw, company_id, b"small " * 100_000)
    assert blob_files(settings) == []


def test_a_large_content_lies_in_a_file_of_its_company(
    database: Database, raw: RawStore, company_id: int, settings: Settings
) -> None:
    [sha256] = keep(database, raw, company_id, INCOMPRESSIBLE)
    [path] = blob_files(settings)
    assert path.relative_to(settings.data_dir / "blobs") == Path(str(company_id), sha256[:2], sha256)
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_same_content_is_kept_once(database: Database, raw: RawStore, company_id: int, settings: Settings) -> None:
    for _ in range(2):
        keep(database, raw, company_id, b"once", INCOMPRESSIBLE)
    assert len(blob_files(settings)) == 1
    with database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(RawContent)) == 2


def test_another_company_does_not_find_it(database: Database, raw: RawStore, company_id: int) -> None:
    [sha256] = keep(database, raw, company_id, b"ours")
    with pytest.raises(RawMissing):
        raw.load(company_id + 1, sha256)


def test_a_lost_file_is_told(database: Database, raw: RawStore, company_id: int, settings: Settings) -> None:
    [sha256] = keep(database, raw, company_id, INCOMPRESSIBLE)
    blob_files(settings)[0].unlink()
    with pytest.raises(RawMissing):
        raw.load(company_id, sha256)


@pytest.mark.parametrize("damaged", [b"", b"not zstd", INCOMPRESSIBLE])
def test_damaged_bytes_are_never_handed_out(
    database: Database, raw: RawStore, company_id: int, settings: Settings, damaged: bytes
) -> None:
    [sha256] = keep(database, raw, company_id, INCOMPRESSIBLE)
    blob_files(settings)[0].write_bytes(damaged)
    with pytest.raises(RawDamaged):
        raw.load(company_id, sha256)


def test_other_bytes_under_the_same_name_are_damage(database: Database, raw: RawStore, company_id: int) -> None:
    first, second = keep(database, raw, company_id, b"first", b"other")
    swapped = sa.text(
        "UPDATE raw_content SET bytes = (SELECT bytes FROM raw_content WHERE sha256 = :other) WHERE sha256 = :one"
    )
    with database.write() as session:
        session.execute(swapped, {"other": second, "one": first})
    with pytest.raises(RawDamaged):
        raw.load(company_id, first)


def test_a_file_that_could_not_be_written_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "blobs" / "1" / "ab" / "abcd").mkdir(parents=True)
    with pytest.raises(OSError, match=r".") as caught:
        Blobs(tmp_path / "blobs").put(1, "abcd", [b"content"])
    assert caught.value.errno in (errno.EISDIR, errno.ENOTEMPTY)
    assert [path.name for path in (tmp_path / "blobs" / "1" / "ab").iterdir()] == ["abcd"]
    assert list((tmp_path / "blobs" / ".new").iterdir()) == []


def test_a_file_written_while_another_deletes_it_stays(tmp_path: Path) -> None:
    blobs, path = Blobs(tmp_path / "blobs"), tmp_path / "blobs" / "1" / "ab" / "abcd"
    blobs.put(1, "abcd", [b"content"])
    os.utime(path, (0, 0))

    directory = os.open(path.parent, os.O_RDONLY)
    with ThreadPoolExecutor(1) as other:
        fcntl.flock(directory, fcntl.LOCK_EX)
        deleted = other.submit(blobs.delete, 1, "abcd", A_MOMENT)
        os.utime(path)
        assert blobs.get(1, "abcd") == b"content"
        os.close(directory)
        deleted.result()

    assert blobs.get(1, "abcd") == b"content"
    os.utime(path, (0, 0))
    blobs.delete(1, "abcd", A_MOMENT)
    assert blobs.get(1, "abcd") is None
