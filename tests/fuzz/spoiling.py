"""Spoil octets by chance, where no fuzzer guides: splice, double, cut and cross."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from tests.fuzz.targets import TOKENS
from tests.kit.mail_changes import CHANGES

LONGEST = 20_000


def spoiled(chance: Random, pool: Sequence[bytes]) -> bytes:
    """Answer one of the pool after one to six changes."""
    data = chance.choice(pool)
    for _ in range(chance.randint(1, 6)):
        data = _once(chance, data, pool)
    return data[:LONGEST]


def _once(chance: Random, data: bytes, pool: Sequence[bytes]) -> bytes:
    # most of what matters is near the beginning
    at = chance.randint(0, min(len(data), chance.choice((60, 400, len(data)))))
    to = min(len(data), at + chance.choice((0, 1, 1, 2, 8, 60)))
    match chance.randrange(7):
        case 0 | 1:
            return data[:at] + chance.choice(TOKENS) + data[to:]
        case 2:
            return data[:at] + chance.randbytes(chance.randint(1, 4)) + data[to:]
        case 3:
            return data[:to] + data[at:]
        case 4:
            return data[:at] + data[to:]
        case 5:
            other = chance.choice(pool)
            return data[:at] + other[chance.randint(0, len(other)) :]
        case _:
            return chance.choice(CHANGES)(chance, data)
