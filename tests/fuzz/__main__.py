"""Throw octets at a target for as long as one likes; by hand, never in CI.

    python -m tests.fuzz TARGET [--seconds 60] [--seed 1]     spoils our seeds by chance
    python -m tests.fuzz TARGET --atheris [libFuzzer words]    lets atheris guide (pip install atheris)

What fails is shown with its octets; a case of it goes into the tests of the reader.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.fuzz.spoiling import spoiled
from tests.fuzz.targets import TARGETS, TOKENS, seeds


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--atheris", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    if given.atheris is not None:
        _guided(given.target, given.atheris)
    else:
        _by_chance(given.target, given.seconds, given.seed)


def _by_chance(target: str, seconds: float, seed: int) -> None:
    pool, chance = list(seeds(target)), Random(seed)
    ends_at, count = time.monotonic() + seconds, 0
    while time.monotonic() < ends_at:
        data = spoiled(chance, pool)
        try:
            TARGETS[target](data)
        except BaseException:
            sys.stderr.write(f"{target} fails on {data!r}\n")
            raise
        count += 1
    sys.stdout.write(f"{target}: {count} inputs, none fails\n")


def _guided(target: str, words: list[str]) -> None:
    """Let libFuzzer find its way: our seeds are its corpus, our tokens its dictionary."""
    atheris = importlib.import_module("atheris")
    with tempfile.TemporaryDirectory() as place:
        corpus = Path(place) / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds(target)):
            (corpus / str(number)).write_bytes(seed)
        dictionary = Path(place) / "dictionary"
        dictionary.write_text("".join(f'"{"".join(f"\\x{octet:02x}" for octet in token)}"\n' for token in TOKENS))
        # what the target calls is instrumented here, since it was imported before
        atheris.instrument_all()
        atheris.Setup([sys.argv[0], f"-dict={dictionary}", *words, str(corpus)], TARGETS[target])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
