"""The writers' queue: one at a time, over threads and processes, nobody starves."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from db.turn import Turn, TurnHeld
from tests.kit.waiting import wait_until

ROOT = Path(__file__).resolve().parents[2]
HOLDING = """
import sys
from pathlib import Path
from db.turn import Turn
with Turn(Path(sys.argv[1])).taken():
    print("taken", flush=True)
    sys.stdin.readline()
print("given back", flush=True)
"""


def test_a_thread_that_has_the_turn_may_not_ask_again(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "write.turn")
    with turn.taken(), pytest.raises(TurnHeld), turn.taken():
        pass
    with turn.taken():
        pass


def test_the_turn_is_given_back_after_an_error(tmp_path: Path) -> None:
    turn = Turn(tmp_path / "write.turn")
    with pytest.raises(ValueError, match="broken"), turn.taken():
        raise ValueError("broken")
    with turn.taken():
        pass


def test_one_thread_at_a_time(tmp_path: Path) -> None:
    turn, inside, most = Turn(tmp_path / "write.turn"), [0], [0]

    def work() -> None:
        for _ in range(50):
            with turn.taken():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                os.sched_yield()
                inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_one_process_at_a_time_and_a_killed_one_gives_way(tmp_path: Path) -> None:
    words = [sys.executable, "-c", HOLDING, str(tmp_path / "write.turn")]
    other = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdin is not None
    assert other.stdout.readline() == "taken\n"
    got = threading.Event()

    def ask() -> None:
        with Turn(tmp_path / "write.turn").taken():
            got.set()

    thread = threading.Thread(target=ask)
    thread.start()
    assert not got.wait(0.2)
    other.kill()
    assert got.wait(5)
    thread.join()
    other.wait()
    other.stdin.close()
    other.stdout.close()


def test_who_asks_again_at_once_does_not_overtake_for_ever(tmp_path: Path) -> None:
    turn, stop, patient = Turn(tmp_path / "write.turn"), threading.Event(), [0]

    def greedy() -> None:
        while not stop.is_set():
            with turn.taken():
                os.sched_yield()

    def wait_in_line() -> None:
        while not stop.is_set():
            with turn.taken():
                patient[0] += 1

    threads = [threading.Thread(target=greedy) for _ in range(3)] + [threading.Thread(target=wait_in_line)]
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: patient[0] >= 20)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
