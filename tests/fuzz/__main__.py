"""Throw octets at a target for as long as one likes; by hand, never in CI.

    python -m tests.fuzz TARGET [--seconds 60] [--seed 1]

Our seeds are spoiled; `tests.fuzz.guided` lets atheris find its way instead. What fails is shown with its octets;
a case of it goes into the tests of the reader.
"""

from __future__ import annotations

import argparse
import sys
import time
from random import Random

from tests.fuzz.spoiling import spoiled
from tests.fuzz.targets import TARGETS, seeds


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
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


if __name__ == "__main__":
    main()
