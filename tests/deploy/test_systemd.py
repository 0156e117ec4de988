"""The units: systemd understands them, and finds little left open."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

from tests.deploy.tools import DEPLOY, need, run

UNITS: Final = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM: Final = "/opt/smartbcc/.venv/bin/smartbcc"
EXPOSURE: Final = 20
"""Of 100; what `systemd-analyze security` calls OK ends at 40."""
NAMES: Final = {"smartbcc.service", "smartbcc-smtpd@.service", "smartbcc-worker@.service", "smartbcc-web.service"}


def test_every_role_has_a_unit() -> None:
    assert {unit.name for unit in UNITS} == NAMES


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_reads_it(unit: Path, tmp_path: Path) -> None:
    analyze = need("systemd-analyze", "systemd")
    text = unit.read_text(encoding="utf-8")
    # The program does not stand there on the machine that tests; all the rest is read as it is.
    assert PROGRAM in text
    copy = tmp_path / unit.name.replace("@.", "@1.")
    copy.write_text(text.replace(PROGRAM, shutil.which("true") or "/bin/true"), encoding="utf-8")
    assert run(analyze, "verify", "--man=no", copy) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_little_is_left_open(unit: Path) -> None:
    run(need("systemd-analyze", "systemd"), "security", "--offline=true", f"--threshold={EXPOSURE}", unit)


def test_the_walls_are_the_same_everywhere() -> None:
    walls = {_walls(unit.read_text(encoding="utf-8")) for unit in UNITS}
    assert len(walls) == 1


def _walls(text: str) -> str:
    found = re.search(r"(?ms)^# The walls.*?\n(.*?)\n\n", text)
    assert found
    return found[1]


def test_the_user_is_made() -> None:
    line = (DEPLOY / "systemd/smartbcc.sysusers").read_text(encoding="utf-8").splitlines()[-1]
    assert line.split()[:2] == ["u", "smartbcc"]
    assert all("\nUser=smartbcc\n" in unit.read_text(encoding="utf-8") for unit in UNITS)
    sysusers = shutil.which("systemd-sysusers")
    if sysusers:
        run(sysusers, "--dry-run", DEPLOY / "systemd/smartbcc.sysusers")
