"""What `python -m bench` offers is there, and it says so where a name is wrong."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bench.__main__ import ALONE, SHORT, main
from bench.worst import inputs


@pytest.mark.parametrize("name", [*SHORT, *ALONE])
def test_each_measure_is_there(name: str) -> None:
    assert find_spec(f"bench.{name}")


def test_another_name_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nothing"]) == 2
    assert "NAME is one of filing, worst" in capsys.readouterr().err


def test_the_worst_inputs_have_a_name_each() -> None:
    names = [one.name for one in inputs()]
    assert len(names) == len(set(names))
