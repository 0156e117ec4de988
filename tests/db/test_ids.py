"""Ids rise, stay unique whatever the clock does, and leave the house sealed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from db.engines import make_engines
from db.ids import BLOCK_MS, COUNTER_BITS, EPOCH_MS, MS_SHIFT, NUMBERS, Block, IdMaker, IdSealer, IdsExhausted, new_id
from db.session import TURN_FILE, Database, open_database
from db.turn import Turn

NOW = EPOCH_MS + 60_000_000_000
SEALER = IdSealer(bytes(range(32)))
ROOT = Path(__file__).resolve().parents[2]
FORKING = """
import os, sys
from pathlib import Path
from config.settings import Settings
from db.ids import new_id
from db.session import open_database
database = open_database(Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
with database.write() as session:
    new_id(session)
child = os.fork()
with database.write() as session:
    made = [new_id(session) for _ in range(2000)]
Path(sys.argv[3], "parent" if child else "child").write_text(" ".join(map(str, made)))
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""


class Blocks:
    """Reserves as the database would, for one maker."""

    def __init__(self) -> None:
        self.asked: list[int | None] = []
        self._until = 0

    def reserve(self, now: int, held: int | None) -> Block:
        self.asked.append(held)
        start = max(self._until, now)
        self._until = start + BLOCK_MS
        return Block(number=7, start=start, end=self._until)


def opened_at(settings: Settings, clock_ms: int) -> Database:
    """Open the database as a process would whose clock stands still."""
    turn = None if settings.database_url else Turn(settings.data_dir / TURN_FILE)
    return Database(make_engines(settings.sqlalchemy_url), turn, clock_ms=lambda: clock_ms)


def make_ids(database: Database, count: int) -> list[int]:
    with database.write() as session:
        return [new_id(session) for _ in range(count)]


def test_ids_rise_within_and_over_transactions(database: Database) -> None:
    made = [number for _ in range(3) for number in make_ids(database, 10_000)]
    assert made == sorted(set(made))
    assert all(0 < number < 1 << 63 for number in made)


def test_an_id_tells_its_millisecond_and_its_number() -> None:
    maker = IdMaker()
    maker.ready(NOW, Blocks().reserve)
    made = maker.next()
    assert made >> MS_SHIFT == NOW - EPOCH_MS
    assert made >> COUNTER_BITS & (NUMBERS - 1) == 7


def test_more_than_4096_ids_of_a_millisecond_borrow_from_the_next() -> None:
    maker = IdMaker()
    maker.ready(NOW, Blocks().reserve)
    made = [maker.next() for _ in range(10_000)]
    assert made == sorted(set(made))
    assert made[-1] >> MS_SHIFT == made[0] >> MS_SHIFT | 2


def test_a_clock_that_steps_back_repeats_no_id() -> None:
    maker, blocks = IdMaker(), Blocks()
    made = []
    for step in (0, 5_000, -3_600_000, 5_001, -1, 40_000, -86_400_000):
        maker.ready(NOW + step, blocks.reserve)
        made += [maker.next() for _ in range(100)]
    assert made == sorted(set(made))


def test_half_a_block_is_left_when_the_next_is_reserved() -> None:
    maker, blocks = IdMaker(), Blocks()
    maker.ready(NOW, blocks.reserve)
    maker.ready(NOW + BLOCK_MS // 2, blocks.reserve)
    assert blocks.asked == [None]
    maker.ready(NOW + BLOCK_MS // 2 + 1, blocks.reserve)
    assert blocks.asked == [None, 7]


def test_a_number_whose_block_ran_out_may_be_anothers_by_now() -> None:
    maker, blocks = IdMaker(), Blocks()
    maker.ready(NOW, blocks.reserve)
    maker.ready(NOW + BLOCK_MS, blocks.reserve)
    assert blocks.asked == [None, None]


def test_no_id_is_made_beyond_the_block() -> None:
    maker = IdMaker()
    maker.ready(NOW, lambda now, _: Block(number=0, start=now, end=now + 1))
    for _ in range(4096):
        maker.next()
    with pytest.raises(IdsExhausted):
        maker.next()


def test_processes_whose_clocks_differ_make_different_ids(database_settings: Settings) -> None:
    clocks = [NOW, NOW, NOW - 3_600_000, NOW + 5, NOW - 3_600_000]
    processes = [opened_at(database_settings, clock) for clock in clocks]
    made = [number for _ in range(2) for process in processes for number in make_ids(process, 500)]
    for process in processes:
        process.close()
    assert len(made) == len(set(made))


def test_a_process_started_again_with_an_earlier_clock_repeats_no_id(database_settings: Settings) -> None:
    made: list[int] = []
    for clock in (NOW, NOW - 1000, NOW, NOW - 60_000):
        process = opened_at(database_settings, clock)
        made += make_ids(process, 100)
        process.close()
    assert len(made) == len(set(made))


def test_a_thousand_processes_at_once_still_find_room(database_settings: Settings) -> None:
    first = opened_at(database_settings, NOW)
    with first.write() as session:
        session.connection().exec_driver_sql(f"UPDATE id_block SET reserved_until = {NOW - EPOCH_MS + 1000}")
    second = opened_at(database_settings, NOW)
    made = make_ids(first, 10) + make_ids(second, 10)
    first.close()
    second.close()
    assert len(made) == len(set(made))


def test_a_forked_child_makes_ids_of_its_own(database_settings: Settings, tmp_path: Path) -> None:
    written = tmp_path / "made"
    written.mkdir()
    places = [str(database_settings.data_dir), database_settings.database_url, str(written)]
    subprocess.run([sys.executable, "-c", FORKING, *places], cwd=ROOT, check=True, timeout=60)
    made = [number for name in ("parent", "child") for number in (written / name).read_text().split()]
    assert len(made) == 4000
    assert len(set(made)) == 4000


@pytest.mark.parametrize("database_settings", ["sqlite"], indirect=True)
def test_a_reading_session_makes_no_ids(database_settings: Settings) -> None:
    database = open_database(database_settings)
    with database.read() as session, pytest.raises(KeyError):
        new_id(session)
    database.close()


@given(st.integers(0, (1 << 63) - 1), st.sampled_from(["message", "user", "copy"]))
def test_a_sealed_id_opens_again_under_its_kind_alone(number: int, kind: str) -> None:
    sealed = SEALER.seal(kind, number)
    assert len(sealed) == 26
    assert sealed == sealed.lower()
    assert sealed.isalnum()
    assert SEALER.unseal(kind, sealed) == number
    assert SEALER.unseal("inbound", sealed) is None


def test_neighbouring_ids_look_unrelated() -> None:
    sealed = [SEALER.seal("message", number) for number in range(100)]
    assert len({text[:4] for text in sealed}) > 90


@given(st.text(max_size=40))
def test_no_text_opens_by_chance(text: str) -> None:
    assert SEALER.unseal("message", text) is None


def test_one_id_has_one_text() -> None:
    sealed = SEALER.seal("message", 1)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    others = [sealed[:-1] + letter for letter in alphabet if letter != sealed[-1]]
    assert [SEALER.unseal("message", text) for text in [*others, sealed.upper(), sealed + "======"]] == [None] * 33


def test_another_installation_cannot_open_it() -> None:
    assert IdSealer(bytes(32)).unseal("message", SEALER.seal("message", 5)) is None
