"""The tools that judge deploy/: found, or the test says which package has them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.kit.needed import missing

ROOT: Final = Path(__file__).resolve().parents[2]
DEPLOY: Final = ROOT / "deploy"
PLACES: Final = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"])


def need(name: str, package: str) -> str:
    """Answer the path of a program; skip the test where it is missing, but never in CI."""
    found = shutil.which(name, path=PLACES)
    if found is None:
        missing(f"{name} (package {package})")
    return found


def run(*words: str | Path, env: Mapping[str, str] | None = None) -> str:
    """Answer all that the command says; fail with that where its status is not 0."""
    done = subprocess.run(
        [str(word) for word in words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said
