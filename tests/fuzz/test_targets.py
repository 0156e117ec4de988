"""Each target holds on its seeds, and on some hundred that were spoiled by chance."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.spoiling import spoiled
from tests.fuzz.targets import TARGETS, seeds

EXAMPLES = 150
POOLS = {target: list(seeds(target)) for target in TARGETS}


@pytest.mark.parametrize("target", TARGETS)
def test_on_its_seeds(target: str) -> None:
    for seed in POOLS[target]:
        TARGETS[target](seed)


@pytest.mark.parametrize("target", TARGETS)
@given(number=st.integers(0, 1 << 40))
@settings(deadline=None, max_examples=EXAMPLES)
def test_on_spoiled_seeds(target: str, number: int) -> None:
    TARGETS[target](spoiled(Random(number), POOLS[target]))
